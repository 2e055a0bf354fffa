"""CoNLL-U → spaCy reference Docs, with the lemmas the library promises."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from spacy.tokens import Doc
from spacy.vocab import Vocab

# Word classes whose BTB lemma is (or may be, for participles and converbs) a verb with clitics attached.
CARRIES_CLITICS = frozenset({"VERB", "AUX", "ADJ", "ADV"})


@dataclass(frozen=True)
class Row:
    """One CoNLL-U word: `head` is 0 for the root, else the 1-based index in the sentence."""

    form: str
    lemma: str
    upos: str
    xpos: str
    feats: str
    head: int
    deprel: str
    space_after: bool


def read_sentences(path: Path) -> Iterator[list[Row]]:
    """Yield the sentences of a CoNLL-U file; multiword and empty nodes are skipped."""
    rows: list[Row] = []
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            line = line.rstrip("\n")
            if not line:
                if rows:
                    yield rows
                rows = []
            elif not line.startswith("#"):
                cells = line.split("\t")
                if cells[0].isdigit():
                    feats = "" if cells[5] == "_" else cells[5]
                    lemma = clean_lemma(cells[2], cells[1], cells[3])
                    space = "SpaceAfter=No" not in cells[9]
                    rows.append(
                        Row(cells[1], lemma, cells[3], cells[4], feats, int(cells[6]), cells[7], space)
                    )
    if rows:
        yield rows


def clean_lemma(lemma: str, form: str, upos: str) -> str:
    """Strip BTB's clitic marks (``разбирам-(се)``, ``мързи-ме`` → bare verb); restore the case of names."""
    if upos in CARRIES_CLITICS and "-" not in form:
        lemma = lemma.split("-", 1)[0] or lemma
    if upos != "PROPN" or not form[:1].isupper():
        return lemma
    if form.isupper() and len(form) > 1:
        return lemma.upper()
    parts, forms = lemma.split("-"), form.split("-")
    if len(parts) != len(forms):
        return lemma[:1].upper() + lemma[1:]
    return "-".join(
        p.upper() if f.isupper() and len(f) > 1 else p[:1].upper() + p[1:] if f[:1].isupper() else p
        for p, f in zip(parts, forms, strict=True)
    )


def build_docs(path: Path, vocab: Vocab, *, seed: int = 0, breaks: float = 0.25) -> list[Doc]:
    """Group sentences into Docs of 1 to 12 sentences; `breaks` is the share of line breaks between them."""
    rng = random.Random(seed)
    sentences = list(read_sentences(path))
    docs: list[Doc] = []
    start = 0
    while start < len(sentences):
        size = rng.randint(1, 12)
        docs.append(_join(sentences[start : start + size], vocab, rng, breaks))
        start += size
    return docs


def _join(sentences: list[list[Row]], vocab: Vocab, rng: random.Random, breaks: float) -> Doc:
    words: list[str] = []
    spaces: list[bool] = []
    tags: list[str] = []
    pos: list[str] = []
    morphs: list[str] = []
    lemmas: list[str] = []
    heads: list[int] = []
    deps: list[str] = []
    starts: list[bool] = []

    def add(form: str, space: bool, row: Row | None, head: int, first: bool) -> None:
        words.append(form)
        spaces.append(space)
        tags.append(row.xpos if row else "_SP")
        pos.append(row.upos if row else "SPACE")
        morphs.append(row.feats if row else "")
        lemmas.append(row.lemma if row else form)
        heads.append(head)
        deps.append(row.deprel if row else "dep")
        starts.append(first)

    for number, rows in enumerate(sentences):
        offset = len(words)
        for index, row in enumerate(rows):
            head = offset + (row.head - 1 if row.head else index)
            add(row.form, row.space_after or index == len(rows) - 1, row, head, index == 0)
            if not row.head:
                deps[-1] = "ROOT"
        if number < len(sentences) - 1 and rng.random() < breaks:
            spaces[-1] = False
            add(rng.choice(["\n", "\n\n"]), False, None, len(words) - 1, False)
    return Doc(
        vocab, words=words, spaces=spaces, tags=tags, pos=pos, morphs=morphs, lemmas=lemmas,
        heads=heads, deps=deps, sent_starts=starts,
    )  # fmt: skip
