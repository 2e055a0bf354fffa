"""Text → the text that is analysed: look-alike letters, stress marks and invisible characters put right.

The offsets of what is found are taken back to the text as it was written, so every front end can be given the
cleaned text. What is put right is data, ``knowledge/orthography.toml``.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from unicodedata import category, normalize

from bgpolitics_ner.frontend.spelling import Spelling, is_cyrillic, load_spelling

_ADDRESS = re.compile(r"://|www\.|@|\.[a-z]{2,4}\b")
_LEFT = re.compile(r"([^\W\d_]+)([^\w\n]{1,3})\Z")
_RIGHT = re.compile(r"([^\w\n]{1,3})([^\W\d_]+)")
_JOINTS = frozenset("._@&/'’")
_HYPHENS = frozenset("-–")
_WORD = 4  # letters of a word in which a digit may stand for a letter
_LOOK = 30  # characters looked at on each side of a word

Kept = tuple[str, int, int]
"""A character of the cleaned text and where the text has it, with what was merged into it."""


@dataclass(frozen=True)
class Offsets:
    """Where each character of a cleaned text begins and ends in the original; both grow with the position."""

    starts: Sequence[int]
    ends: Sequence[int]
    length: int

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the original offsets of a cleaned span; marks on its last letter belong to it."""
        first = self.starts[start] if start < len(self.starts) else self.length
        return (first, self.ends[end - 1]) if end > start else (first, first)


@dataclass(frozen=True)
class Cleaned:
    """A text for analysis; `offsets` is None where its positions are those of the original."""

    text: str
    original: str
    offsets: Offsets | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the offsets in the original of ``text[start:end]``."""
        return (start, end) if self.offsets is None else self.offsets.span(start, end)


@dataclass(frozen=True)
class _Cluster:
    """A letter and its marks in canonical decomposition, and the characters that make them up."""

    letter: str
    marks: str
    source: tuple[Kept, ...]


@dataclass(frozen=True)
class Edit:
    """A stretch of the text, end exclusive, and the characters that take its place."""

    start: int
    end: int
    kept: tuple[Kept, ...]


def clean(text: str) -> Cleaned:
    """Return the text as the analysis shall see it; a clean text is returned as it is.

    Characters are dropped or replaced, never added: ``Лукаше́нко`` → ``Лукашенко``, ``Пyтин`` with a Latin y →
    ``Путин``, ``т. нар.`` → ``т.нар.``.
    """
    cleaned = Cleaned(text, text)
    while edits := _find_edits(cleaned.text):
        cleaned = _apply(cleaned, edits)
    return cleaned


def _apply(cleaned: Cleaned, edits: Sequence[Edit]) -> Cleaned:
    pieces: list[str] = []
    starts, ends = array("L"), array("L")
    place = 0
    for edit in (*edits, Edit(len(cleaned.text), len(cleaned.text), ())):
        pieces.append(cleaned.text[place : edit.start])
        starts.extend(range(place, edit.start))
        ends.extend(range(place + 1, edit.start + 1))
        for character, start, end in edit.kept:
            pieces.append(character)
            starts.append(start)
            ends.append(end)
        place = edit.end
    old = cleaned.offsets
    if old is not None:
        starts = array("L", [old.starts[i] for i in starts])
        ends = array("L", [old.ends[i - 1] for i in ends])
    same = len(starts) == len(cleaned.original)
    offsets = None if same else Offsets(starts, ends, len(cleaned.original))
    return Cleaned("".join(pieces), cleaned.original, offsets)


def _find_edits(text: str) -> list[Edit]:
    """Return what has to change, in order of the text, none inside another."""
    spelling = load_spelling()
    if spelling.hard_sign.search(text) and _is_old(text, spelling):
        # Before the old letters, which prove that this is the spelling before 1945.
        return [_drop_hard_sign(m) for m in spelling.hard_sign.finditer(text)]
    found: list[Edit] = []
    if spelling.suspect.search(text):
        found += _Words(text, spelling).edits()
    if spelling.single.search(text):
        found += [_replace(m.start(), spelling.characters[m.group()]) for m in spelling.single.finditer(text)]
    if spelling.gap.search(text):
        found += [edit for m in spelling.spaced.finditer(text) if (edit := _drop_blanks(m))]
    if ",," in text:
        found += [Edit(m.start(), m.end(), (("„", m.start(), m.end()),)) for m in _commas(text)]
    return _apart(sorted(found, key=lambda edit: (edit.start, -edit.end)))


def _apart(edits: list[Edit]) -> list[Edit]:
    """Leave out edits that begin inside the one before; the next pass finds them again."""
    result: list[Edit] = []
    for edit in edits:
        if not result or edit.start >= result[-1].end:
            result.append(edit)
    return result


def _replace(place: int, character: str) -> Edit:
    return Edit(place, place + 1, ((character, place, place + 1),))


def _is_old(text: str, spelling: Spelling) -> bool:
    """Say whether a text is spelled as before 1945; foreign names may end in „ъ“ today (``Айвалъ``)."""
    found = islice(spelling.old_words.finditer(text), spelling.old_evidence)
    return sum(1 for _ in found) == spelling.old_evidence


def _drop_hard_sign(found: re.Match[str]) -> Edit:
    letter = found.start() - 1
    return Edit(letter, letter + 2, ((found.string[letter], letter, letter + 2),))


def _drop_blanks(found: re.Match[str]) -> Edit | None:
    kept = [(c, found.start() + i, found.start() + i + 1) for i, c in enumerate(found.group())]
    kept = [item for item in kept if not item[0].isspace()]
    return Edit(found.start(), found.end(), tuple(kept)) if len(kept) < len(found.group()) else None


def _commas(text: str) -> Iterator[re.Match[str]]:
    return re.finditer(r"(?<![\w,]),,(?=\w)", text)


class _Words:
    """The words of one text that have suspect characters."""

    def __init__(self, text: str, spelling: Spelling) -> None:
        self._text = text
        self._spelling = spelling
        self._repaired: list[int] = []

    def edits(self) -> list[Edit]:
        found: list[Edit] = []
        doubtful: list[tuple[int, int]] = []
        for start, end in self._suspects():
            word = self._text[start:end]
            if word.isascii():
                if all(c in self._spelling.twins for c in word):
                    doubtful.append((start, end))
            elif (edit := self._repair(start, end)) is not None:
                found.append(edit)
        found += [self._as_cyrillic(*span) for span in doubtful if self._is_cyrillic(*span)]
        return found

    def _suspects(self) -> Iterator[tuple[int, int]]:
        """Yield the words round suspect characters; marks and invisible characters at their ends belong."""
        text, spelling = self._text, self._spelling
        place = 0
        for found in spelling.suspect.finditer(text):
            start = found.start()
            if start < place:
                continue
            while start > place and spelling.inner.match(text[start - 1]):
                start -= 1
            match = spelling.words.match(text, start)
            # Marks without a letter are passed at once, or the time would grow with their square.
            place = max(found.end(), (match or spelling.marks.match(text, start) or found).end())
            if match is not None:
                yield start, place

    def _repair(self, start: int, end: int) -> Edit | None:
        written = self._write(list(self._clusters(start, end)))
        start, written = self._with_digit(start, written)
        if "".join(c for c, _, _ in written) == self._text[start:end] or self._in_address(start, end):
            return None
        return Edit(start, end, tuple(written))

    def _with_digit(self, start: int, written: list[Kept]) -> tuple[int, list[Kept]]:
        """Add the digit in front that stands for a letter of a word of look-alikes (``3eлeнcки``)."""
        letter = self._spelling.digits.get(self._text[start - 1 : start])
        repaired = self._repaired[-1:] == [start] and len(written) >= _WORD
        if letter is None or not repaired or self._text[max(0, start - 2) : start - 1].isalnum():
            return start, written
        return start - 1, [(letter, start - 1, start), *written]

    def _clusters(self, start: int, end: int) -> Iterator[_Cluster]:
        """Yield the letters of a word with their marks; invisible characters are dropped."""
        text, hidden = self._text, self._spelling.invisible
        places = [i for i in range(start, end) if text[i] not in hidden]
        heads = [n for n, i in enumerate(places) if n == 0 or category(text[i])[0] != "M"]
        for head, following in pairwise([*heads, len(places)]):
            own = places[head:following]
            parts = normalize("NFD", "".join(text[i] for i in own))
            yield _Cluster(parts[0], parts[1:], tuple((text[i], i, i + 1) for i in own))

    def _write(self, clusters: Sequence[_Cluster]) -> list[Kept]:
        spelling = self._spelling
        letters = "".join(cluster.letter for cluster in clusters)
        script = spelling.script(letters)
        table = {"cyrillic": spelling.twins, "latin": spelling.latin}.get(script or "", {})
        if script == "cyrillic":
            self._repaired.append(clusters[0].source[0][1])
        written: list[Kept] = []
        for cluster in clusters:
            written += self._write_letter(cluster, table.get(cluster.letter, cluster.letter))
        if len(clusters) == 1 and spelling.stress.intersection(clusters[0].marks):
            written = [(self._clitic(c), start, end) for c, start, end in written]
        if not spelling.old_letters.isdisjoint(letters.lower()):
            modern = spelling.modern("".join(c for c, _, _ in written))
            written = [(c, start, end) for c, (_, start, end) in zip(modern, written, strict=True)]
        return written

    def _write_letter(self, cluster: _Cluster, letter: str) -> list[Kept]:
        """Return the letter with its marks but for stress; as it is where no one character has them."""
        spelling = self._spelling
        marks = cluster.marks
        if letter.lower() in spelling.vowels:
            marks = "".join(m for m in marks if m not in spelling.stress)
        composed = normalize("NFC", letter + marks)
        if len(composed) == 1:
            return [(composed, cluster.source[0][1], cluster.source[-1][2])]
        first, start, end = cluster.source[0]
        return [(letter if first == cluster.letter else first, start, end), *cluster.source[1:]]

    def _clitic(self, letter: str) -> str:
        """Return the pronoun „ѝ“ as the models know it."""
        bare, known = self._spelling.clitic
        return {bare: known, bare.upper(): known.upper()}.get(letter, letter)

    def _in_address(self, start: int, end: int) -> bool:
        left = self._text[max(0, start - 200) : start].rsplit(None, 1)
        right = self._text[end : end + 200].split(None, 1)
        before = left[-1] if left and not self._text[start - 1 : start].isspace() else ""
        after = right[0] if right and not self._text[end : end + 1].isspace() else ""
        return _ADDRESS.search(before + "x" + after) is not None

    def _is_cyrillic(self, start: int, end: int) -> bool:
        """Decide about a word of Latin letters that all look like Cyrillic ones by what is round it."""
        text, spelling = self._text, self._spelling
        word = text[start:end]
        if _touches(text, start, end) or word in spelling.latin_words:
            return False
        left = _LEFT.search(text[max(0, start - _LOOK) : start])
        right = _RIGHT.match(text[end : end + _LOOK])
        scripts = {any(map(is_cyrillic, m)) for m in (left and left[1], right and right[2]) if m}
        if scripts != {True}:
            return False
        if word in spelling.cyrillic_words:
            return True
        if len(word) == 1 and word in spelling.alone:
            return left is not None and right is not None and right[1] == " " and left[2][-1] == " "
        return (len(word) == 1 or not word.isupper()) and self._has_evidence(start)

    def _has_evidence(self, place: int) -> bool:
        reach = self._spelling.reach
        near = bisect_right(self._repaired, place + reach) - bisect_left(self._repaired, place - reach)
        return near >= self._spelling.evidence

    def _as_cyrillic(self, start: int, end: int) -> Edit:
        twins = self._spelling.twins
        return Edit(start, end, tuple((twins[self._text[i]], i, i + 1) for i in range(start, end)))


def _touches(text: str, start: int, end: int) -> bool:
    """Say whether a word is part of a designation or an address: ``C-300``, ``A320``, ``x.com``."""
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    if before[-1:] in _JOINTS or before[-1:].isdigit() or after[:1].isdigit():
        return True
    if after[:1] in _JOINTS and after[1:].isalnum():
        return True
    return (before[-1:] in _HYPHENS and before[:1].isdigit()) or (
        after[:1] in _HYPHENS and after[1:].isdigit()
    )
