"""The official SlavicNER splits, read from a checkout of the corpus (github.com/SlavicNLP/SlavicNER).

The folder holds ``SPLIT_NAME_test.txt`` and ``SPLIT_NAME_train.txt``, a line ``raw/TOPIC/LANGUAGE/FILE.txt``
for each document, the texts at these places and ``ner/TOPIC/LANGUAGE/FILE.tsv`` with the mentions: start,
end, form, base form, type, id.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from bgpolitics_ner.document import Document, Entity
from bgpolitics_ner.errors import InputError
from bgpolitics_ner.training.data import Article

SPLITS = ("single_out_topic", "cross-topic")
LANGUAGE = "bg"


def read_official(corpus: Path, split: str, part: str = "test") -> list[Article]:
    """Return the Bulgarian articles of one part of a split; raise InputError where a file is missing."""
    listing = corpus / f"SPLIT_{split}_{part}.txt"
    places = [PurePosixPath(line.strip()) for line in _read(listing).splitlines() if line.strip()]
    return [read_article(corpus, place) for place in places if place.parts[-2] == LANGUAGE]


def read_article(corpus: Path, place: PurePosixPath) -> Article:
    """Read one text with its mentions.

    The corpus has slips, so a form that is not quite what stands at its offsets is no error. Where most are
    not, the offsets count something else, and that is one.
    """
    topic, name = place.parts[-3], place.stem
    text = _read(corpus / place)
    table = corpus / "ner" / topic / place.parts[-2] / f"{name}.tsv"
    entities, wrong = [], 0
    for number, line in enumerate(_read(table).splitlines(), 1):
        if not line.strip():
            continue
        first, last, form, lemma, kind = line.split("\t")[:5]
        start, end = int(first), int(last)
        wrong += text[start:end] != form
        entities.append(
            Entity(
                id=f"m{number}",
                start=start,
                end=end,
                text=text[start:end],
                type=kind,
                lemma=lemma.strip() or None,
            )
        )
    if wrong * 2 > len(entities):
        raise InputError(f"{table}: {wrong} of {len(entities)} mentions do not stand at their offsets")
    return Article(Document(id=f"{topic}__{name}", text=text, entities=tuple(entities)), topic)


def _read(path: Path) -> str:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read ({error}); is this the folder of the corpus?") from error
