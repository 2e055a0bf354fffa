"""Sentence borders that are certain before parsing: line breaks, abbreviations, quotation marks, dashes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntFlag

from spacy.attrs import ORTH, SPACY
from spacy.language import Language
from spacy.tokens import Doc

from bgpolitics_ner.knowledge import read_toml

FINAL_MARKS = frozenset(".!?…:;")
NEVER_FIRST = frozenset(",;:)]")
CACHE_SIZE = 200_000
CLOSERS = "\"'”“»)]’"
# Before a small letter no sentence ends here: `– Защо? попита той`, `„Не.“ каза той`.
OPEN_ENDED = frozenset("?!")
# At the start of a line: the dash of a speaker, the sign of an item of a list.
LEADERS = frozenset("-–—•▪*")
OPENED = 4  # words after the preposition that begins a sentence in which no other one begins
LONGEST_NUMBER = 3  # digits of the number of an item: „1. “, „12) “
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
    CLOSING = 32
    INTRODUCING = 64
    OPEN_ENDED = 128
    LEADER = 256
    NUMBER = 512
    OPENING = 1024


# Plain integers: flag arithmetic on the enumeration costs a microsecond a word.
(
    _SPACE, _ABBREVIATION, _LOWER, _NEVER_FIRST, _FINAL, _CLOSING, _INTRODUCING, _OPEN_ENDED, _LEADER,
    _NUMBER, _OPENING,
) = (int(kind) for kind in Kind)  # fmt: skip
_MARKS = _FINAL | _CLOSING | _NEVER_FIRST
_GOES_ON = _ABBREVIATION | _OPEN_ENDED


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
    ``г.``, ``„Не!“ каза той`` not at the quotation mark, ``проф. Иванов`` not at ``проф.``. The parser keeps
    what is preset and decides the rest. It must run before the parser.
    """

    def __init__(self, name: str = "bgpolitics_boundaries") -> None:
        self.name = name
        self._kinds: dict[int, int] = {}
        table = read_toml("tokenizer.toml")
        self._introducing, self._opening = frozenset(table["introducing"]), frozenset(table["opening"])

    def __call__(self, doc: Doc) -> Doc:
        if doc.has_annotation("DEP"):
            return doc
        breaks: list[LineBreak] = []
        before = -1
        previous = 0
        head, first = 0, 0  # where the line begins, and with what kind of word
        opened = -1  # the last index at which no sentence begins, since a preposition has begun one
        spaced = doc.to_array(SPACY).tolist()
        for index, kind in enumerate(self._classify(doc)):
            if kind & _SPACE:
                if index:
                    doc[index].is_sent_start = False
                continue
            if index > before + 1:
                if before < 0:
                    # Blank start of the text: the first sentence includes it.
                    doc[index].is_sent_start = False
                    head = index
                elif _has_break(doc, before, index):
                    head = index
                    breaks.append(_describe(doc, before, index))
            elif index and (
                index <= opened
                or _continues(kind, previous, not spaced[index - 1])
                or (index <= head + 2 and _leads(previous, first, index - head))
            ):
                doc[index].is_sent_start = False
            if index == head:
                first = kind
            if kind & _OPENING and (index == head or previous & _FINAL):
                opened = index + OPENED
            elif kind & _MARKS or index == head:
                opened = -1
            before, previous = index, kind
        self._mark(doc, breaks)
        return doc

    def _classify(self, doc: Doc) -> list[int]:
        kinds = self._kinds
        orths = doc.to_array(ORTH).tolist()
        for orth in set(orths).difference(kinds):
            kinds[orth] = int(_kind(doc.vocab.strings[orth], self._introducing, self._opening))
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


def _continues(kind: int, previous: int, attached: bool) -> bool:
    """Say whether a word cannot begin a sentence; it is `attached` to the one before without a blank."""
    if attached and kind & _CLOSING and previous & _FINAL:
        return True
    # After a full stop even a comma may begin, where quotation marks were lost: `Няма пари. , заяви той`.
    if kind & _NEVER_FIRST:
        return not previous & _FINAL
    return bool(previous & _INTRODUCING or (previous & _GOES_ON and kind & _LOWER))


def _leads(previous: int, first: int, distance: int) -> bool:
    """Say whether the words from the start of the line to this one only lead in: ``– Да``, ``1. Първо``."""
    if distance == 1:
        return bool(first & _LEADER)
    return bool(first & _NUMBER and previous & _CLOSING)


def _kind(text: str, introducing: frozenset[str], opening: frozenset[str]) -> Kind:
    kind = Kind(0)
    if text.isspace():
        kind |= Kind.SPACE
    if _is_abbreviation(text):
        kind |= Kind.ABBREVIATION
        if text in introducing:
            kind |= Kind.INTRODUCING
    if text in opening:
        kind |= Kind.OPENING
    if text[0].islower():
        kind |= Kind.LOWER
    if text in NEVER_FIRST:
        kind |= Kind.NEVER_FIRST
    if text[-1] in FINAL_MARKS or text in CLOSERS:
        kind |= Kind.FINAL
    if all(c in FINAL_MARKS or c in CLOSERS or c in NEVER_FIRST for c in text):
        kind |= Kind.CLOSING
    if text in OPEN_ENDED or text in CLOSERS:
        kind |= Kind.OPEN_ENDED
    if text in LEADERS:
        kind |= Kind.LEADER
    if len(text) <= LONGEST_NUMBER and (text.isdigit() or (len(text) == 1 and text.isalpha())):
        kind |= Kind.NUMBER
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
