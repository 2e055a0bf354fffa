"""Annotators without a model, as worker processes load them: ``tests' folder on the path, fakes:NAME``."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from bgpolitics_ner.document import Document, Entity

LONGEST_HOLD = 60
"""Seconds that a text is held while a file is there."""


class Plain:
    """Takes every word with a capital letter for a person; obeys a few commands in the text."""

    def __init__(self, *, delay: float = 0.0, folder: str = "") -> None:
        self._delay, self._folder = delay, folder

    def pipe(self, items: Iterable[Any]) -> Iterator[Document]:
        for item in items:
            time.sleep(self._delay)
            self._obey(item["text"])
            yield _annotate(item)

    def _obey(self, text: str) -> None:
        word, _, rest = text.partition(" ")
        if word == "FAIL":
            raise ValueError("told to fail")
        if word == "FAIL-WHILE" and (Path(self._folder) / rest).exists():
            raise ValueError("told to fail for now")
        if word == "DIE":
            os.kill(os.getpid(), signal.SIGKILL)
        if word == "HANG":
            time.sleep(3600)
        if word == "HOLD":
            until = time.monotonic() + LONGEST_HOLD
            while (Path(self._folder) / rest).exists() and time.monotonic() < until:
                time.sleep(0.02)


def _annotate(item: dict[str, Any]) -> Document:
    text = item["text"]
    entities, start = [], 0
    for word in text.split(" "):
        if word[:1].isupper():
            entities.append(Entity(f"m{len(entities) + 1}", start, start + len(word), word, "PER"))
        start += len(word) + 1
    layers: dict[str, Any] = dict.fromkeys(("sentences", "tokens", "relations", "quotes", "triples"), ())
    return Document(item["id"], text, date=item["date"], meta=item["meta"], entities=tuple(entities),
                    referents=(), **layers)  # fmt: skip


def plain(**options: Any) -> Plain:
    return Plain(**options)


def broken(**_: Any) -> Plain:
    raise RuntimeError("no model here")


def dying(**_: Any) -> Plain:
    os._exit(9)


def growing(*, folder: str) -> Plain:
    """Made by processes that are worn after every task; each leaves its number in the folder."""
    from bgpolitics_ner.corpus import worker

    worker.Wear.WARM, worker.Wear.GROWTH = 1, 0.0
    with (Path(folder) / "pids").open("a") as stream:
        stream.write(f"{os.getpid()}\n")
    return Plain()
