"""Articles of neighbour languages in Latin letters → the same in Cyrillic, mentions in their places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from bgpolitics_ner.document import Document
from bgpolitics_ner.knowledge import read_toml

FILE = "neighbours.toml"


@dataclass(frozen=True)
class Script:
    """How a language is written in Cyrillic; all in lower case."""

    sequences: Sequence[tuple[str, str]]
    letters: Mapping[str, str]

    def convert(self, text: str) -> tuple[str, list[int]]:
        """Return the text in Cyrillic, and where each of its characters and its end now are."""
        parts: list[str] = []
        places: list[int] = []
        at, length = 0, 0
        lower = text.lower() if len(text.lower()) == len(text) else text
        while at < len(text):
            source, target = self._find(lower, at)
            capital = text[at].isupper()
            if capital and target:
                target = target.upper() if _is_shouted(text, at) else target[0].upper() + target[1:]
            places += [length] * len(source)
            parts.append(target)
            length += len(target)
            at += len(source)
        return "".join(parts), [*places, length]

    def _find(self, lower: str, at: int) -> tuple[str, str]:
        for source, target in self.sequences:
            if lower.startswith(source, at):
                return source, target
        return lower[at], self.letters.get(lower[at], lower[at])


def _is_shouted(text: str, at: int) -> bool:
    """Say whether a letter on either side is a capital, too."""
    return any(text[i].isupper() for i in (at - 1, at + 1) if 0 <= i < len(text))


@lru_cache(maxsize=8)
def load_script(language: str) -> Script | None:
    """Return how a language is written in Cyrillic, None for one that already is."""
    data = read_toml(FILE)
    if language not in data:
        return None
    return Script([(source, target) for source, target in data[language]["sequences"]], data["letters"])


def write_cyrillic(document: Document, language: str) -> Document:
    """Return the Document with text and entities in Cyrillic; the same one where it is already."""
    script = load_script(language)
    if script is None:
        return document
    text, places = script.convert(document.text)
    entities = tuple(
        replace(e, start=places[e.start], end=places[e.end], text=text[places[e.start] : places[e.end]])
        for e in document.entities or ()
    )
    return Document(document.id, text, entities=entities)
