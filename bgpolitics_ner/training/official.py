"""The official SlavicNER splits, read from a checkout of the corpus (github.com/SlavicNLP/SlavicNER).

The folder holds ``SPLIT_NAME_test.txt`` and ``SPLIT_NAME_train.txt``, a line ``raw/TOPIC/LANGUAGE/FILE.txt``
for each document, the texts at these places and ``ner/TOPIC/LANGUAGE/FILE.tsv`` with the mentions: start,
end, form, base form, type, id. ``single_out_topic`` tests on a topic of its own, the election of 2020 in the
USA; ``cross-topic`` draws its test part from all topics.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path, PurePosixPath

from bgpolitics_ner.document import Document, Entity
from bgpolitics_ner.errors import InputError
from bgpolitics_ner.training.data import Article
from bgpolitics_ner.training.splits import cluster_copies, spread

SPLITS = ("single_out_topic", "cross-topic")
LANGUAGE = "bg"
# raw, topic, language, file
PARTS = 4


def read_official(
    corpus: Path, split: str, part: str = "test", *, languages: Collection[str] = (LANGUAGE,)
) -> list[Article]:
    """Return the articles of one part of a split, "train" or "test", in some of the languages.

    Raises InputError where a file is missing or the list names other places than the corpus has.
    """
    listing = corpus / f"SPLIT_{split}_{part}.txt"
    places = [PurePosixPath(line.strip()) for line in _read(listing).splitlines() if line.strip()]
    for place in places:
        if len(place.parts) != PARTS:
            raise InputError(f"{listing}: {place} is not raw/TOPIC/LANGUAGE/FILE.txt")
    return [read_article(corpus, place) for place in places if place.parts[-2] in languages]


def read_training(corpus: Path, split: str, languages: Collection[str]) -> list[Article]:
    """Return the articles of the training part that are no test articles and no copies of one.

    Agencies copy one another, so a text may stand in both parts of ``cross-topic``.
    """
    train = read_official(corpus, split, "train", languages=languages)
    test = read_official(corpus, split, languages=languages)
    clusters = cluster_copies({article.id: article.document.text for article in [*train, *test]})
    known = spread((article.id for article in test), clusters)
    return [article for article in train if article.id not in known]


def read_article(corpus: Path, place: PurePosixPath) -> Article:
    """Read one text with its mentions.

    The corpus has slips, so a form that is not quite what stands at its offsets is no error. Where most are
    not, the offsets count something else, and that is one.
    """
    topic, language, name = place.parts[-3], place.parts[-2], place.stem
    text = _read(corpus / place)
    table = corpus / "ner" / topic / language / f"{name}.tsv"
    entities, wrong = [], 0
    for number, line in enumerate(_read(table).splitlines(), 1):
        if line.strip():
            entity, form = _read_mention(line, text, f"{table}:{number}", f"m{number}")
            wrong += entity.text != form
            entities.append(entity)
    if wrong * 2 > len(entities):
        raise InputError(f"{table}: {wrong} of {len(entities)} mentions do not stand at their offsets")
    id = f"{topic}__{name}" if language == LANGUAGE else f"{topic}_{language}_{name}"
    return Article(Document(id=id, text=text, entities=tuple(entities)), topic, language)


def _read_mention(line: str, text: str, place: str, id: str) -> tuple[Entity, str]:
    """Return the mention of a line of the table, and its form there."""
    try:
        first, last, form, lemma, kind = line.split("\t")[:5]
        start, end = int(first), int(last)
    except ValueError as error:
        raise InputError(f"{place}: not start, end, form, base form, type with tabs between") from error
    words = text[start:end]
    return Entity(id=id, start=start, end=end, text=words, type=kind, lemma=lemma.strip() or None), form


def _read(path: Path) -> str:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read ({error}); is this the folder of the corpus?") from error
