"""Gold mentions → ``knowledge/gazetteers/baseforms.jsonl``: names whose base form the rules get wrong."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import spacy
from spacy.tokens import Doc, Span

import bgpolitics_ner.frontend  # noqa: F401  registers the components of the front end
from bgpolitics_ner.document import Document
from bgpolitics_ner.entities.baseform import BaseForms, listed_names
from bgpolitics_ner.knowledge import read_toml
from bgpolitics_ner.training.data import ENTITIES_HELD_OUT, Article, read_articles, read_split

TYPES = ("PER", "LOC", "ORG", "EVT", "PRO")
# A name is learnt where it was seen so often, and so large a share of its mentions has one base form.
LEAST, SHARE = 2, 0.7
# A base form of other words is another name, not a form of this one: they begin alike.
BEGIN = 3
# A word that mixes Latin and Cyrillic letters is a slip of the annotation.
_MIXED = re.compile(r"[a-z][а-я]|[а-я][a-z]", re.IGNORECASE)
OWN = (
    "bgpolitics_tagger",
    "bgpolitics_entities",
    "bgpolitics_referents",
    "bgpolitics_linking",
    "bgpolitics_relations",
)

Named = tuple[Span, str, str]
"""Where a name stands, its type, its base form."""


def train_base_forms(data: Path, model: Path, output: Path) -> Path:
    """Learn from ``slavicner/bg.jsonl`` without the held-out articles, analysed by the front end of `model`.

    Writes the rows to `output` and returns it.
    """
    held = read_split(ENTITIES_HELD_OUT)
    articles = [a for a in read_articles(data / "slavicner" / "bg.jsonl") if a.id not in held]
    docs = analyse(model, articles)
    rows = learn_base_forms(m for a in articles for m in named_mentions(docs[a.id], a.document))
    write_base_forms(rows, output)
    return output


def analyse(model: Path, articles: Iterable[Article]) -> dict[str, Doc]:
    """Return the Docs of the articles by id, after the front end of a model."""
    nlp = spacy.load(model, exclude=OWN)
    pairs = [(article.document.text, article.id) for article in articles]
    return {id: doc for doc, id in nlp.pipe(pairs, as_tuples=True, batch_size=16)}


def rules_only(rows: Iterable[Mapping[str, Any]] = ()) -> BaseForms:
    """Return the base forms by rule and gazetteer, with `rows` as the only names learnt."""
    return BaseForms(read_toml("gazetteers/articles.toml"), map(dict, rows), listed=listed_names())


def named_mentions(doc: Doc, gold: Document) -> Iterator[Named]:
    """Yield the named gold mentions that have a base form, on the tokens that hold them."""
    for entity in gold.entities or ():
        span = doc.char_span(entity.start, entity.end, alignment_mode="expand")
        if span is not None and entity.type in TYPES and entity.lemma:
            yield span, entity.type, entity.lemma.strip()


def learn_base_forms(
    mentions: Iterable[Named], base_form: Callable[[Span, str], str] | None = None
) -> list[dict[str, str]]:
    """Return the rows of the file, sorted: names that `base_form` (the rules) mostly gets wrong."""
    base_form = base_form or rules_only()
    seen: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    wrong: Counter[tuple[str, str]] = Counter()
    for span, kind, lemma in mentions:
        key = (kind, span.text)
        seen[key][lemma] += 1
        wrong[key] += base_form(span, kind) != lemma
    rows = []
    for (kind, form), lemmas in sorted(seen.items()):
        lemma, number = lemmas.most_common(1)[0]
        total = sum(lemmas.values())
        if wrong[kind, form] * 2 > total >= LEAST and number >= SHARE * total and _alike(form, lemma):
            rows.append({"type": kind, "form": form, "lemma": lemma})
    return rows


def _alike(form: str, lemma: str) -> bool:
    if _MIXED.search(lemma):
        return False
    plain = [word.casefold().lstrip("„“\"«'") for word in (form, lemma)]
    return plain[0][:BEGIN] == plain[1][:BEGIN]


def write_base_forms(rows: Iterable[Mapping[str, str]], path: Path) -> None:
    """Write a row a line, to a temporary name first."""
    temporary = path.with_name(path.name + ".tmp")
    text = "".join(json.dumps(dict(row), ensure_ascii=False) + "\n" for row in rows)
    temporary.write_text(text, encoding="utf-8", newline="\n")
    temporary.replace(path)
