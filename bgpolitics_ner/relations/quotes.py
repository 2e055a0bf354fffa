"""Quotation marks → stretches of quoted text; a matter of characters, not of the parse."""

from __future__ import annotations

from dataclasses import dataclass

from spacy.tokens import Doc, Token

_OPEN = frozenset({"„", "«", "“", '"', "”", "''", "‘"})
_CLOSE = frozenset({"“", "”", '"', "»", "''", "’"})
_ONLY_OPEN = frozenset({"„", "«"})
_MAX_DEPTH = 3
_JOINED = 6
MIN_WORDS = 4


@dataclass(frozen=True)
class QuoteSpan:
    """A stretch of attributed text, in characters; `speaker` is None where the text leaves it out.

    `kind` says how it was read: ``say`` and ``ask`` (a clause after the verb), ``inverted`` („…, заяви X“),
    ``back`` („Това заяви X“), ``quoted``, ``according`` and so on.
    """

    start: int
    end: int
    cue: Token | None
    speaker: Token | None
    direct: bool
    kind: str = ""


def find_quoted(doc: Doc) -> list[tuple[int, int]]:
    """Return (first, last) token indices of the text inside each pair of quotation marks.

    Bulgarian news mixes „…“, “…”, «…» and "…", so a mark opens where it stands after a gap and before
    a word, and closes where it stands after a word. A quotation does not run over a line's end; one that
    opens a line and is not closed there is a paragraph of a longer one and ends with the line.
    """
    found: list[tuple[int, int]] = []
    stack: list[int] = []
    for token in doc:
        word = token.text
        if "\n" in word:
            if stack and _opens_paragraph(doc[stack[0]]):
                found.append((stack[0] + 1, token.i - 1))
            stack.clear()
        elif word in _OPEN or word in _CLOSE:
            if _opens(token, bool(stack)):
                if len(stack) < _MAX_DEPTH:
                    stack.append(token.i)
            elif stack and word in _CLOSE:
                found.append((stack.pop() + 1, token.i - 1))
    return sorted(pair for pair in found if pair[1] >= pair[0])


def is_speech(doc: Doc, first: int, last: int) -> bool:
    """Say whether the quoted text is a statement and not a name: long enough, with a verb in it."""
    if last - first + 1 < MIN_WORDS:
        return False
    return any(doc[i].pos_ in ("VERB", "AUX") for i in range(first, last + 1))


def leading_up(quotes: list[tuple[int, int]], first: int) -> list[tuple[int, int]]:
    """Return the last of the quotes without a cue that run on into the one that begins at `first`."""
    near: list[tuple[int, int]] = []
    for start, end in reversed(quotes):
        if first - end >= _JOINED:
            break
        near.append((start, end))
        first = start
    return near[::-1]


def _opens_paragraph(mark: Token) -> bool:
    return mark.text in _ONLY_OPEN and (mark.i == 0 or "\n" in mark.doc[mark.i - 1].text)


def _opens(mark: Token, inside: bool) -> bool:
    if mark.text in _ONLY_OPEN:
        return True
    if mark.text not in _OPEN:
        return False
    doc, i = mark.doc, mark.i
    gap_after = bool(mark.whitespace_) or i + 1 == len(doc)
    if gap_after:
        return False
    gap_before = i == 0 or bool(doc[i - 1].whitespace_) or doc[i - 1].is_space or doc[i - 1].text in "([-–—„"
    return gap_before or (mark.text == '"' and not inside and bool(doc[i + 1].is_alpha))
