"""How far a reporting word reaches: the characters of the text that it puts into somebody's mouth."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Container

from spacy.tokens import Doc, Span, Token

CLAUSES = frozenset(
    {"ccomp", "xcomp", "csubj", "csubj:pass", "advcl", "acl", "parataxis", "obj", "obl", "iobj"}
)
OBJECTS = frozenset({"iobj", "obl", "obj", "obl:agent"})
_MARKS = frozenset({"mark", "aux", "advmod", "case"})
_FAR = 25
_CUE_AFTER = 8
_CUE_BEFORE = 30
_COLON_FAR = 14
_BREAKS = "bgpolitics_line_breaks"


def find_complement(verb: Token, that: frozenset[str], asked: frozenset[str]) -> tuple[int, int] | None:
    """Return the clause that the verb reports: introduced by a word of `that`, after asking also of `asked`.

    Where the parser hung the clause elsewhere, everything from the next such word to the sentence's end.
    """
    for child in verb.children:
        if child.i > verb.i and child.dep_ in CLAUSES:
            words = {c.lower_ for c in child.children if c.dep_ in _MARKS}
            if not that.isdisjoint(words) or not asked.isdisjoint(words):
                right = child.right_edge
                return max(child.left_edge.idx, end_of(verb)), end_of(right)
    doc, end = verb.doc, verb.sent.end
    for i in range(verb.i + 1, min(end, verb.i + _FAR)):
        if doc[i].lower_ in that:
            return doc[i].idx, end_of(doc[end - 1])
        if _states_something(doc[i]) or doc[i].text in ";:":
            return None
    return None


def after_colon(verb: Token) -> tuple[int, int] | None:
    """Return the rest of the line after „Мей заяви: …“."""
    doc = verb.doc
    for i in range(verb.i + 1, min(len(doc), verb.i + _COLON_FAR)):
        if doc[i].text == ":":
            end = line_end(doc, i)
            return (doc[i].idx + 1, end_of(doc[end - 1])) if end > i + 1 else None
        if doc[i].text in ".,;!?" or "\n" in doc[i].text:
            return None
    return None


def before_inverted(verb: Token, sent: Span) -> int | None:
    """Return where the statement before „…, заяви X“ begins, or None where nothing before is reported."""
    doc = verb.doc
    i = before_clitics(verb)
    if i >= sent.start and doc[i].text not in ',“”"»–-—':
        return None
    while i >= sent.start and not doc[i].text[0].isalnum():
        i -= 1
    if i >= sent.start:
        return _unbroken_start(sent)
    previous = previous_sentence(sent)
    if previous is None or (previous.text.rstrip()[-1:] in ".!?" and doc[sent.start].text not in ",-–—“”"):
        return None
    return _unbroken_start(previous)


def follows_mark(verb: Token) -> bool:
    """Say whether only clitics stand between the verb and a punctuation mark or the sentence's start."""
    if verb.morph.get("VerbForm") != ["Fin"] and not any(c.dep_ == "aux" for c in verb.children):
        return False
    i = before_clitics(verb)
    return i < verb.sent.start or not verb.doc[i].text[0].isalnum()


def before_clitics(verb: Token) -> int:
    """Return the index of the word before the verb's clitics and adverbs, or before the sentence."""
    doc, first = verb.doc, verb.sent.start
    i: int = verb.i - 1
    while i >= first and doc[i].text[0].isalpha():
        if doc[i].pos_ not in ("ADV", "AUX", "PART") and not (doc[i].pos_ == "PRON" and len(doc[i]) < 3):
            break
        i -= 1
    return i


def clause_of(cue: Token, speaker: Token) -> tuple[int, int]:
    """Return the clause that „според X“ belongs to."""
    node = speaker
    while node.head != node and node.pos_ not in ("VERB", "AUX"):
        node = node.head
    if node.head == node:
        return cue.sent.start_char, cue.sent.end_char
    return node.left_edge.idx, end_of(node.right_edge)


def previous_sentence(sent: Span) -> Span | None:
    """Return the sentence before, past blank lines."""
    doc, i = sent.doc, sent.start - 1
    while i >= 0 and doc[i].is_space:
        i -= 1
    return doc[i].sent if i >= 0 else None


def line_end(doc: Doc, start: int) -> int:
    """Return the index of the line break after `start`, or the Doc's length."""
    breaks = _line_breaks(doc)
    at = bisect_left(breaks, start)
    return breaks[at] if at < len(breaks) else len(doc)


def line_start(doc: Doc, start: int) -> int:
    """Return the index of the first token of the line."""
    breaks = _line_breaks(doc)
    at = bisect_left(breaks, start)
    return breaks[at - 1] + 1 if at else 0


def _line_breaks(doc: Doc) -> list[int]:
    """Return the indices of the tokens with a line break; kept on the Doc, as a line may be very long."""
    breaks: list[int] | None = doc.user_data.get(_BREAKS)
    if breaks is None:
        breaks = doc.user_data[_BREAKS] = [token.i for token in doc if "\n" in token.text]
    return breaks


def end_of(token: Token) -> int:
    """Return the character after the token."""
    return int(token.idx) + len(token)


def _states_something(word: Token) -> bool:
    finite = bool(word.morph.get("VerbForm") == ["Fin"])
    return finite and word.pos_ == "VERB" and word.dep_ != "acl:relcl"


def _unbroken_start(sent: Span) -> int:
    """Return where the sentence begins, past borders that have neither full stop nor line break."""
    doc, first = sent.doc, sent.start
    for _ in range(3):
        if (
            first == 0
            or doc[first - 1].is_space
            or doc[first - 1].text in ".!?…:;"
            or doc[first - 1].is_title
        ):
            break
        first = doc[first - 1].sent.start
    return int(doc[first].idx)


def cue_after(doc: Doc, last: int, reports: Container[int]) -> Token | None:
    """Return the reporting word right behind quoted words that end with token `last`."""
    for i in range(last + 2, min(last + _CUE_AFTER, len(doc))):
        if i in reports:
            return doc[i]
        if ends_line(doc[i]) or doc[i].text in ":;":
            return None
    return None


def cue_before(doc: Doc, first: int, reports: Container[int]) -> Token | None:
    """Return the reporting word before quoted words that begin with token `first`."""
    for i in range(first - 2, max(0, first - _CUE_BEFORE), -1):
        if i in reports:
            return doc[i]
        if ends_line(doc[i]) and doc[i - 1].text != ":":
            return None
    return None


def ends_line(token: Token) -> bool:
    """Say whether the token ends a line or sentence."""
    return "\n" in token.text or token.text in ".!?"
