"""Base form of names, without article and quotation marks: ``Европейския съюз`` → ``Европейски съюз``.

A small dictionary of irregular names (``knowledge/gazetteers/baseforms.jsonl``, learnt from corpus mentions
where the rules err) is asked first; the rules of ``knowledge/gazetteers/articles.toml`` answer for the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from spacy.tokens import Doc, Span, Token

from bgpolitics_ner.entities.nominals import Nominals, load_nominals
from bgpolitics_ner.entities.states import States, load_states
from bgpolitics_ner.knowledge import read_jsonl, read_toml

# A number that belongs to a product's name of several words: `Северен поток-2`, `Северен поток – 2`.
NUMBER = re.compile(r"(\w \w+)\s?[-–—]\s?(\d+)$")


class BaseForms:
    """Callable: the base form of a named span; `phrase` gives that of a description."""

    def __init__(
        self,
        rules: dict[str, Any],
        irregular: Iterable[dict[str, Any]],
        *,
        nominals: Nominals | None = None,
        states: States | None = None,
    ) -> None:
        self._nominals = nominals or load_nominals()
        self._states = states or load_states()
        self._marks = frozenset(rules["marks"])
        self._adjective: list[tuple[str, str]] = [(row["ends"], row["gives"]) for row in rules["adjective"]]
        self._noun: list[tuple[str, str]] = [(row["ends"], row["gives"]) for row in rules["noun"]]
        self._words: dict[str, str] = rules["words"]
        self._short: tuple[str, ...] = tuple(rules["short_article"])
        self._irregular: dict[tuple[str, str], str] = {
            (row["type"], row["form"]): row["lemma"] for row in irregular
        }

    def __call__(self, span: Span, label: str) -> str:
        """Return the base form of a named mention of type `label`."""
        text = str(span.text)
        known = self._irregular.get((label, text))
        if known is not None:
            return known
        words = self._words_of(span)
        if not words:
            return text
        first = next(token for token in span if token.text == words[0][0])
        if label == "PER":
            if not self._is_people(span, first):
                return _join(words)
            return self.indefinite(first).lower()
        words[0] = (self.indefinite(first), words[0][1])
        base = _join(words)
        return NUMBER.sub(r"\1 \2", base) if label == "PRO" else base

    def phrase(self, doc: Doc, start: int, end: int, head: int) -> str:
        """Return the base form of a description given its offsets: ``новия закон`` → ``нов закон``."""
        span = doc.char_span(start, end)
        if span is None:
            return str(doc.text[start:end])
        words = self._words_of(span)
        skip = 0
        while skip < len(words) - 1 and span[skip].pos_ in ("NUM", "DET"):
            skip += 1
        words = words[skip:]
        if not words:
            return str(span.text)
        base = self.indefinite(span[skip])
        words[0] = (base if span[skip].text.isupper() else base[:1].lower() + base[1:], words[0][1])
        return _join(words)

    def indefinite(self, token: Token) -> str:
        """Return the token's text without its article, case kept: ``Съвета`` → ``Съвет``."""
        text = str(token.text)
        lower = text.lower()
        base = self._words.get(lower) or self._strip(token, lower)
        if base == lower:
            return text
        if text.isupper() and len(text) > 1:
            return base.upper()
        return base[:1].upper() + base[1:] if text[:1].isupper() else base

    def _strip(self, token: Token, lower: str) -> str:
        morph = token.morph
        adjective = token.pos_ == "ADJ" or morph.get("VerbForm") == ["Part"]
        if adjective and morph.get("Definite") == ["Ind"]:
            return lower
        masculine = not adjective and self._strip_masculine(token, lower)
        if masculine and masculine != lower:
            return masculine
        for ends, gives in self._adjective if adjective else self._noun:
            if lower.endswith(ends) and len(lower) > len(ends) + 1:
                return lower[: len(lower) - len(ends)] + gives
        return lower

    def _strip_masculine(self, token: Token, lower: str) -> str:
        """Take the short article off a masculine noun; it looks like a feminine ending: ``Съвета``."""
        if not lower.endswith(self._short) or token.morph.get("Number") == ["Plur"]:
            return lower
        known = self._nominals.base(lower)
        if known and self._nominals.genders[known] == "masculine" and lower[: len(known)] == known:
            return known
        lemma = str(token.lemma_).lower()
        if lemma != lower and lemma in (lower[:-1], lower[:-1] + "й"):
            return lemma
        if lemma != lower and lemma.endswith(self._short) and lower.startswith(lemma):
            return lemma
        morph = token.morph
        if (
            morph.get("Definite") == ["Def"]
            and morph.get("Gender") == ["Masc"]
            and lower.endswith(self._short[0])
        ):
            return lower[:-1]
        return lower

    def _is_people(self, span: Span, first: Token) -> bool:
        """Say whether a person's name is a people or party people: ``Британците``, ``пакистанката``."""
        if len(span) > 1:
            return False
        lower = first.text.lower()
        plural = first.pos_ == "NOUN" and first.morph.get("Number") == ["Plur"]
        return first.text == lower or plural or self._states.demonym(lower) is not None

    def _words_of(self, span: Span) -> list[tuple[str, str]]:
        """Return (text, whitespace) of the tokens without quotation marks and line breaks."""
        words: list[tuple[str, str]] = []
        for token in span:
            if token.text in self._marks:
                if words and token.i + 1 < span.end and span.doc[token.i + 1].text[:1].isalnum():
                    words[-1] = (words[-1][0], " ")
            elif not token.text.isspace():
                words.append((token.text, token.whitespace_))
        return words


def _join(words: list[tuple[str, str]]) -> str:
    return "".join(text + space for text, space in words).strip()


@lru_cache(maxsize=1)
def load_base_forms() -> BaseForms:
    """Read rules and irregular names once."""
    return BaseForms(read_toml("gazetteers/articles.toml"), read_jsonl("gazetteers/baseforms.jsonl"))
