"""Gold mentions → the trained tagger of named entities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import spacy

from bgpolitics_ner.errors import InputError
from bgpolitics_ner.frontend.tokenizer import Tokenizer
from bgpolitics_ner.training.data import (
    ENTITIES_HELD_OUT,
    Article,
    read_articles,
    read_split,
    tag_names,
    write_docs,
)
from bgpolitics_ner.training.loop import run_training

CORPUS = "slavicner"
# Documents in neighbour languages share names and their contexts with Bulgarian ones.
NEIGHBOURS = ("ru", "uk")
WAR = Path("relations") / "war.jsonl"


@dataclass(frozen=True)
class Corpora:
    """Articles to train on and to score; `widened` mentions did not end where a token ends."""

    train: Path
    dev: Path
    widened: int


def split_articles(
    data: Path, *, topic: str | None = None, splits: Path | None = None
) -> tuple[list[Article], list[Article]]:
    """Return the articles to train on and to score.

    With a `topic` its Bulgarian articles are scored and none of it, in any language, is trained on; without
    one the held-out list is scored, which keeps copies of one agency text on one side.
    """
    bulgarian = read_articles(data / CORPUS / "bg.jsonl")
    others = [a for language in NEIGHBOURS for a in read_articles(data / CORPUS / f"{language}.jsonl")]
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


def _same(one: str | None, other: str) -> bool:
    return one is not None and one.replace("-", "_") == other.replace("-", "_")


def write_corpora(
    data: Path, output: Path, *, topic: str | None = None, splits: Path | None = None
) -> Corpora:
    """Write ``train.spacy`` and ``dev.spacy`` to `output`."""
    train, dev = split_articles(data, topic=topic, splits=splits)
    widened = _write(train, output / "train.spacy") + _write(dev, output / "dev.spacy")
    return Corpora(output / "train.spacy", output / "dev.spacy", widened)


def _write(articles: Iterable[Article], path: Path) -> int:
    tokenizer = Tokenizer(spacy.blank("bg").vocab)
    tagged = [tag_names(article.document, tokenizer) for article in articles]
    write_docs([doc for doc, _ in tagged], path)
    return sum(widened for _, widened in tagged)


def train_entities(
    data: Path,
    vectors: Path,
    output: Path,
    *,
    topic: str | None = None,
    splits: Path | None = None,
    overrides: Mapping[str, Any] | None = None,
    log: IO[str] | None = None,
) -> Path:
    """Train the tagger; return the folder of the pipeline after the last epoch.

    The last one, not the best on the scored articles: nothing is chosen by what is then reported.
    """
    corpora = write_corpora(data, output, topic=topic, splits=splits)
    if log is not None:
        log.write(f"{corpora.widened} mentions widened to whole tokens\n")
    paths = {"paths.train": str(corpora.train), "paths.dev": str(corpora.dev), "paths.vectors": str(vectors)}
    run_training("entities.cfg", output, {**paths, **(overrides or {})}, log=log)
    return output / "model-last"
