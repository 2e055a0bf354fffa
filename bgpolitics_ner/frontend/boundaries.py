"""Sentence borders that are certain before parsing: line breaks and abbreviations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntFlag

from spacy.attrs import ORTH
from spacy.language import Language
from spacy.tokens import Doc

FINAL_MARKS = frozenset(".!?…:;")
NEVER_FIRST = frozenset(",;:)]")
CACHE_SIZE = 200_000
CLOSERS = "\"'”“»)]’"
# A text is taken as wrapped at a fixed width when this share of its single line breaks, and at least two, are
# inside sentences; a line break before a capital then proves nothing (`министър\nПетров`).
WRAPPED_SHARE = 0.3
WRAPPED_COUNT = 2


class Kind(IntFlag):
    """What a word looks like, as far as sentence borders are concerned."""

    SPACE = 1
    ABBREVIATION = 2
    LOWER = 4
    NEVER_FIRST = 8
    FINAL = 16


# Plain integers: flag arithmetic on the enumeration costs a microsecond a word.
_SPACE, _ABBREVIATION, _LOWER, _NEVER_FIRST, _FINAL = (int(kind) for kind in Kind)


@dataclass(frozen=True)
class LineBreak:
    """Blank with a line break; `after` is the index of the next word, `soft` one in mid-sentence."""

    after: int
    soft: bool
    single: bool
    ended: bool


class BoundaryMarker:
    """Component ``bgpolitics_boundaries``: presets ``token.is_sent_start`` where the text leaves no doubt.

    A headline without a full stop ends at its line break; ``през 2022 г. президентът`` does not end at
    ``г.``. The parser keeps what is preset and decides the rest. It must run before the parser.
    """

    def __init__(self, name: str = "bgpolitics_boundaries") -> None:
        self.name = name
        self._kinds: dict[int, int] = {}

    def __call__(self, doc: Doc) -> Doc:
        if doc.has_annotation("DEP"):
            return doc
        breaks: list[LineBreak] = []
        before = -1
        previous = 0
        for index, kind in enumerate(self._classify(doc)):
            if kind & _SPACE:
                if index:
                    doc[index].is_sent_start = False
                continue
            if index > before + 1:
                if before < 0:
                    # Blank start of the text: the first sentence includes it.
                    doc[index].is_sent_start = False
                elif _has_break(doc, before, index):
                    breaks.append(_describe(doc, before, index))
            elif index and _continues(kind, previous):
                doc[index].is_sent_start = False
            before, previous = index, kind
        self._mark(doc, breaks)
        return doc

    def _classify(self, doc: Doc) -> list[int]:
        kinds = self._kinds
        orths = doc.to_array(ORTH).tolist()
        for orth in set(orths).difference(kinds):
            kinds[orth] = int(_kind(doc.vocab.strings[orth]))
        found = [kinds[orth] for orth in orths]
        if len(kinds) > CACHE_SIZE:
            kinds.clear()
        return found

    def _mark(self, doc: Doc, breaks: list[LineBreak]) -> None:
        single = sum(found.single for found in breaks)
        soft = sum(found.soft for found in breaks)
        wrapped = soft >= WRAPPED_COUNT and soft >= WRAPPED_SHARE * single
        for found in breaks:
            if found.soft:
                doc[found.after].is_sent_start = False
            elif found.ended or not found.single or not wrapped:
                doc[found.after].is_sent_start = True

    def pipe(self, docs: Iterable[Doc], *, batch_size: int = 128) -> Iterator[Doc]:
        """Mark a stream of Docs."""
        return map(self, docs)


def _continues(kind: int, previous: int) -> bool:
    # After a full stop even a comma may begin, where quotation marks were lost: `Няма пари. , заяви той`.
    if kind & _NEVER_FIRST:
        return not previous & _FINAL
    return bool(previous & _ABBREVIATION and kind & _LOWER)


def _kind(text: str) -> Kind:
    kind = Kind(0)
    if text.isspace():
        kind |= Kind.SPACE
    if _is_abbreviation(text):
        kind |= Kind.ABBREVIATION
    if text[0].islower():
        kind |= Kind.LOWER
    if text in NEVER_FIRST:
        kind |= Kind.NEVER_FIRST
    if text[-1] in FINAL_MARKS or text in CLOSERS:
        kind |= Kind.FINAL
    return kind


def _has_break(doc: Doc, before: int, after: int) -> bool:
    return any("\n" in doc[i].text or "\r" in doc[i].text for i in range(before + 1, after))


def _describe(doc: Doc, before: int, after: int) -> LineBreak:
    blank = "".join(doc[i].text for i in range(before + 1, after))
    single = blank.replace("\r\n", "\n").replace("\r", "\n").count("\n") == 1
    ended = _ends_sentence(doc, before)
    soft = single and not ended and doc[after].text[0].islower()
    return LineBreak(after=after, soft=soft, single=single, ended=ended)


def _ends_sentence(doc: Doc, index: int) -> bool:
    """Tell whether the word at `index`, closing quotes and brackets aside, is a final mark (not ``г.``)."""
    while index > 0 and doc[index].text in CLOSERS:
        index -= 1
    text = doc[index].text
    return text[-1] in FINAL_MARKS and not _is_abbreviation(text)


def _is_abbreviation(text: str) -> bool:
    # The tokenizer leaves a full stop on a word only when the word is an abbreviation or an initial.
    return len(text) > 1 and text[-1] == "." and text[-2].isalpha()


def create_boundaries(nlp: Language, name: str) -> BoundaryMarker:
    """Factory ``bgpolitics_boundaries``; place it before the parser."""
    return BoundaryMarker(name)


Language.factory("bgpolitics_boundaries", assigns=["token.is_sent_start"], func=create_boundaries)
