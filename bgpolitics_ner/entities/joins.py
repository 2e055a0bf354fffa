"""Names made of a word and the name behind it (``АЕЦ „Козлодуй“``), and names proved by the noun before them.

The words are data, ``knowledge/gazetteers/joins.toml``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from spacy.tokens import Doc

from bgpolitics_ner.entities.inflect import noun_forms
from bgpolitics_ner.entities.named import NamedSpan
from bgpolitics_ner.knowledge import read_toml

LONGEST = 6
ORIGIN = "gazetteer:joins"


@dataclass(frozen=True)
class Join:
    """What a word makes of the name behind it: of any name, or where `names` is not empty of those types."""

    label: str
    names: frozenset[str]
    after: frozenset[str]


@dataclass(frozen=True)
class Proof:
    """The type of a name in quotation marks behind a noun; `yields` are types of the tagger that win."""

    label: str
    yields: frozenset[str]


class Joiner:
    """Callable: the names that the words of the file make or prove, given the tagger's spans."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._quotes = frozenset(read_toml("gazetteers/endings.toml")["quotes"]["marks"])
        self._joins: dict[str, Join] = {}
        for row in data["join"]:
            join = Join(row["type"], frozenset(row.get("names", ())), frozenset(row.get("after", ())))
            self._joins.update(dict.fromkeys(row["words"], join))
        self._proofs: dict[str, Proof] = {}
        for row in data["proved"]:
            proof = Proof(row["type"], frozenset(row.get("yields", ())))
            self._proofs.update((form, proof) for word in row["words"] for form in noun_forms(word))

    def __call__(self, doc: Doc, tagged: Sequence[NamedSpan]) -> Iterator[NamedSpan]:
        starts = {span.start: span for span in tagged}
        for token in doc[:-1]:
            at, text = token.i, token.text
            join = self._joins.get(text)
            if join and not (at and doc[at - 1].text in join.after):
                end = self._end(doc, at + 1, join, starts)
                if end is not None:
                    yield NamedSpan(at, end, join.label, ORIGIN)
                continue
            proof = self._proofs.get(text) or self._proofs.get(text.lower())
            end = self._quoted(doc, at + 1) if proof else None
            if proof and end is not None:
                seen = starts.get(at + 2)
                if not (seen and seen.end == end - 1 and seen.label in proof.yields):
                    yield NamedSpan(at + 2, end - 1, proof.label, ORIGIN, listed=True)

    def _end(self, doc: Doc, at: int, join: Join, starts: Mapping[int, NamedSpan]) -> int | None:
        """Return the end of the name that begins at token `at`, its closing quotation mark included."""
        end = None if join.names else self._quoted(doc, at)
        if end is None and at in starts and (not join.names or starts[at].label in join.names):
            end = starts[at].end
        return end

    def _quoted(self, doc: Doc, at: int) -> int | None:
        """Return the end of a short name in quotation marks that begins with a capital or digit."""
        if doc[at].text not in self._quotes or at + 1 >= len(doc):
            return None
        if not doc[at + 1].text[0].isalnum() or doc[at + 1].text[0].islower():
            return None
        for end in range(at + 2, min(len(doc), at + 2 + LONGEST)):
            if doc[end].text in self._quotes:
                return end + 1
            if doc[end].text.isspace():
                return None
        return None
