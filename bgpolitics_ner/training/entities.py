"""Gold mentions → the trained tagger of named entities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING

from spacy.language import Language
from spacy.tokens import Doc

from bgpolitics_ner.errors import InputError, MissingExtraError
from bgpolitics_ner.training.data import ENTITIES_HELD_OUT, Article, read_articles, read_split, tag_names
from bgpolitics_ner.training.folders import load_part, replacing
from bgpolitics_ner.training.neighbours import write_cyrillic
from bgpolitics_ner.training.official import read_training

if TYPE_CHECKING:
    from bgpolitics_ner.training.tagger import TaggerSettings

CORPUS = "slavicner"
# Documents in neighbour languages share names and their contexts with Bulgarian ones.
NEIGHBOURS = ("ru", "uk", "cs", "pl", "sl")
WAR = Path("relations") / "war.jsonl"


def split_articles(
    data: Path, *, topic: str | None = None, splits: Path | None = None
) -> tuple[list[Article], list[Article]]:
    """Return the articles to train on and to score.

    With a `topic` its Bulgarian articles are scored and none of it, in any language, is trained on; without
    one the held-out list is scored, which keeps copies of one agency text on one side.
    """
    bulgarian = read_articles(data / CORPUS / "bg.jsonl")
    others = [a for name in NEIGHBOURS for a in read_neighbours(data / CORPUS / f"{name}.jsonl", name)]
    war = read_articles(data / WAR)
    if topic is None:
        held = read_split(ENTITIES_HELD_OUT, splits)
        own = bulgarian + war
        return [a for a in own if a.id not in held] + others, [a for a in own if a.id in held]
    scored = [a for a in bulgarian if _same(a.topic, topic)]
    if not scored:
        known = ", ".join(sorted({a.topic for a in bulgarian if a.topic}))
        raise InputError(f"no Bulgarian article of topic {topic!r} in {data / CORPUS}; topics: {known}")
    return [a for a in bulgarian + others if not _same(a.topic, topic)] + war, scored


def read_neighbours(path: Path, language: str) -> list[Article]:
    """Read articles of another language, in Cyrillic; none where the corpus does not have it."""
    if not path.is_file():
        return []
    return [
        replace(article, document=write_cyrillic(article.document, language))
        for article in read_articles(path, language)
    ]


def _same(one: str | None, other: str) -> bool:
    return one is not None and one.replace("-", "_") == other.replace("-", "_")


def read_docs(nlp: Language, articles: Sequence[Article]) -> tuple[list[Doc], int]:
    """Return Docs with sentence starts and gold names, and how many mentions were widened to whole tokens.

    `nlp` is the front end; of what it says only tokens and sentences are kept.
    """
    docs, widened = [], 0
    for article, doc in zip(articles, nlp.pipe(a.document.text for a in articles), strict=True):
        bare = Doc(
            nlp.vocab,
            words=[token.text for token in doc],
            spaces=[bool(token.whitespace_) for token in doc],
            sent_starts=[bool(token.is_sent_start) for token in doc],
        )
        widened += tag_names(article.document, bare)
        docs.append(bare)
    return docs, widened


def train_entities(
    data: Path,
    frontend: Path,
    output: Path,
    *,
    topic: str | None = None,
    splits: Path | None = None,
    settings: TaggerSettings | None = None,
    log: IO[str] | None = None,
) -> Path:
    """Train the tagger, write its weights to `output`; raise MissingExtraError without torch.

    The weights are those after the last epoch, not the best on the scored articles: nothing is chosen by what
    is then reported.
    """
    articles, _ = split_articles(data, topic=topic, splits=splits)
    return _train(articles, frontend, output, settings, log)


def train_official(
    corpus: Path,
    split: str,
    frontend: Path,
    output: Path,
    *,
    settings: TaggerSettings | None = None,
    log: IO[str] | None = None,
) -> Path:
    """Train the tagger on the training part of an official SlavicNER split and on nothing else.

    `corpus` is a checkout of the corpus. Raises as `train_entities` does.
    """
    articles = [
        replace(article, document=write_cyrillic(article.document, article.language))
        for article in read_training(corpus, split, languages=("bg", *NEIGHBOURS))
    ]
    if log is not None:
        log.write(f"{split}: {len(articles)} training articles, none a copy of a test article\n")
    return _train(articles, frontend, output, settings, log)


def _train(
    articles: Sequence[Article],
    frontend: Path,
    output: Path,
    settings: TaggerSettings | None,
    log: IO[str] | None,
) -> Path:
    try:
        from bgpolitics_ner.training.tagger import train_tagger
    except ModuleNotFoundError as error:
        raise MissingExtraError("torch is not installed: pip install 'bgpolitics-ner[train]'") from error
    nlp = load_part(frontend, exclude=["bgpolitics_lemmas"])
    own, own_widened = read_docs(nlp, [a for a in articles if a.language not in NEIGHBOURS])
    others, others_widened = read_docs(nlp, [a for a in articles if a.language in NEIGHBOURS])
    if log is not None:
        log.write(f"{own_widened + others_widened} mentions widened to whole tokens\n")
    names = train_tagger(nlp, own, others, settings, log=log)
    with replacing(output) as folder:
        names.to_disk(folder)
    return output
