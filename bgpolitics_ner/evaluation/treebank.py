"""Analyses to compare: the gold of a CoNLL-U file and what a front end made of its text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from bgpolitics_ner.errors import InputError

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

    from bgpolitics_ner.frontend.orthography import Cleaned

Span = tuple[int, int]

_COLUMNS = 10
_PARAGRAPH = re.compile(r"#\s*new(?:doc|par)\b")
_TEXT = re.compile(r"#\s*text\s*=\s?(.*)", re.DOTALL)


@dataclass(frozen=True)
class Word:
    """A syntactic word; `start` and `end` are those of its token in the text, in code points.

    `head` is the index of the head in the words of the analysis, None for the root of a sentence. `part` is
    true for a word of a multiword token, where several words share one token. What is not annotated is "".
    """

    start: int
    end: int
    form: str
    lemma: str = ""
    upos: str = ""
    xpos: str = ""
    feats: str = ""
    head: int | None = None
    deprel: str = ""
    part: bool = False


@dataclass(frozen=True)
class Analysis:
    """One text with its tokens and sentences (spans in code points, without blanks around) and words."""

    text: str
    tokens: tuple[Span, ...]
    sentences: tuple[Span, ...]
    words: tuple[Word, ...]


def from_doc(doc: Doc, cleaned: Cleaned | None = None) -> Analysis:
    """Return the analysis in a parsed spaCy Doc; its tokens of white space are left out.

    Where the Doc was made of a cleaned text, `cleaned` is that text, and offsets are those in the original.
    """
    index = {token.i: number for number, token in enumerate(t for t in doc if not t.is_space)}
    words = tuple(_from_token(doc[i], index, cleaned) for i in index)
    sentences: list[Span] = []
    for sentence in doc.sents:
        inside = [index[token.i] for token in sentence if not token.is_space]
        if inside:
            sentences.append((words[inside[0]].start, words[inside[-1]].end))
    text = cleaned.original if cleaned else doc.text
    return Analysis(text, tuple((w.start, w.end) for w in words), tuple(sentences), words)


def _from_token(token: Token, index: dict[int, int], cleaned: Cleaned | None) -> Word:
    head = token.head
    while head.is_space and head.head.i != head.i:
        head = head.head
    start, end = token.idx, token.idx + len(token)
    if cleaned:
        start, end = cleaned.span(start, end)
    return Word(
        start=start,
        end=end,
        form=token.text,
        lemma=token.lemma_,
        upos=token.pos_,
        xpos=token.tag_,
        feats=str(token.morph),
        head=None if head.i == token.i else index.get(head.i),
        deprel="root" if token.dep_ == "ROOT" else token.dep_,
    )


def read_conllu(path: str | Path, *, raw_lemmas: bool = False) -> Analysis:
    """Read a CoNLL-U file as one text with its gold analysis.

    A sentence is its ``# text``, or its forms with a blank behind each that has no ``SpaceAfter=No``.
    Sentences are joined in the same way, with an empty line before ``# newpar`` and ``# newdoc``. Empty
    nodes and enhanced dependencies are left out. Lemmas are those the library promises (`clean_lemma`);
    with `raw_lemmas` they are those of the file.

    Raises InputError naming file and line for what is no valid CoNLL-U: a line without ten columns, ids out
    of order, an unfinished multiword token, a head outside the sentence, no root or two, a cycle, forms
    that are not those of ``# text``, a file without a sentence.
    """
    path = Path(path)
    builder = _Builder(raw_lemmas)
    for lines in _read_blocks(path):
        sentence = _Sentence(path, lines[0][0])
        for number, line in lines:
            sentence.add(number, line)
        if sentence.words:
            sentence.check()
            builder.add(sentence)
    if not builder.sentences:
        raise InputError(f"{path}: there is no sentence in it")
    return builder.build()


def _clean(lemma: str, form: str, upos: str) -> str:
    # The front end's package needs spaCy; comparing Documents does not.
    from bgpolitics_ner.frontend.treebank_lemmas import clean_lemma

    return clean_lemma(lemma, form, upos)


def _read_blocks(path: Path) -> Iterator[list[tuple[int, str]]]:
    """Yield what stands between empty lines, as numbered lines."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    block: list[tuple[int, str]] = []
    for number, raw in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        try:
            line = raw.removesuffix(b"\r").decode("utf-8")
        except UnicodeDecodeError as error:
            raise InputError(f"{path}:{number}: not UTF-8 ({error.reason})") from error
        if line:
            block.append((number, line))
        elif block:
            yield block
            block = []
    if block:
        yield block


@dataclass
class _Sentence:
    """A sentence while it is read; `line` is that of the last row. Offsets are those in its own text."""

    path: Path
    line: int
    text: str | None = None
    text_line: int = 0
    paragraph: bool = False
    tokens: list[tuple[str, bool]] = field(default_factory=list)
    words: list[tuple[list[str], int]] = field(default_factory=list)
    """The ten columns of each word and the index of its token."""
    lines: list[int] = field(default_factory=list)
    heads: list[int] = field(default_factory=list)
    covered: int = 0
    """The last word id of the multiword token read last."""

    def add(self, number: int, line: str) -> None:
        """Take one line, a comment or a row."""
        if not line.startswith("#"):
            self.line = number
            self._add_row(line.split("\t"))
        elif _PARAGRAPH.match(line):
            self.paragraph = True
        elif found := _TEXT.match(line):
            self.text, self.text_line = found[1], number

    def _add_row(self, cells: list[str]) -> None:
        if len(cells) != _COLUMNS:
            self._refuse(f"{len(cells)} column(s) instead of {_COLUMNS} divided by tabs")
        if not cells[1].strip():
            self._refuse("the form is empty")
        if re.fullmatch(r"[0-9]+", cells[0]):
            self._add_word(cells)
        elif re.fullmatch(r"[0-9]+-[0-9]+", cells[0]):
            self._add_multiword(cells)
        elif not re.fullmatch(r"[0-9]+\.[0-9]+", cells[0]):
            self._refuse(f"{cells[0]!r} is no word id (such as 3, 3-4 or 3.1)")

    def _add_word(self, cells: list[str]) -> None:
        if int(cells[0]) != len(self.words) + 1:
            self._refuse(f"word id {cells[0]} where {len(self.words) + 1} is next")
        if not re.fullmatch(r"[0-9]+", cells[6]):
            self._refuse(f"the head {cells[6]!r} is no number")
        if len(self.words) >= self.covered:
            self._add_token(cells)
        self.words.append((cells, len(self.tokens) - 1))
        self.lines.append(self.line)
        self.heads.append(int(cells[6]))

    def _add_multiword(self, cells: list[str]) -> None:
        first, last = map(int, cells[0].split("-"))
        following = len(self.words) + 1
        if first != following or last < first or following <= self.covered:
            self._refuse(f"the multiword token {cells[0]} does not fit where word {following} is next")
        self._add_token(cells)
        self.covered = last

    def _add_token(self, cells: list[str]) -> None:
        self.tokens.append((cells[1], "SpaceAfter=No" not in cells[9].split("|")))

    def check(self) -> None:
        """Raise InputError where multiword tokens or the tree are not complete."""
        size = len(self.words)
        if self.covered > size:
            self._refuse(f"the sentence ends before word {self.covered} of its multiword token")
        for line, head in zip(self.lines, self.heads, strict=True):
            if head > size:
                self._refuse(f"the head {head} is outside the sentence of {size} word(s)", line)
        roots = [line for line, head in zip(self.lines, self.heads, strict=True) if not head]
        if len(roots) > 1:
            self._refuse("a second root (head 0) in the sentence", roots[1])
        for number, line in enumerate(self.lines, 1):
            self._check_way_up(number, line)

    def _check_way_up(self, number: int, line: int) -> None:
        """Raise InputError where the heads above a word do not lead to the root."""
        above = number
        for _ in self.heads:
            above = self.heads[above - 1]
            if not above:
                return
        self._refuse(f"the heads above word {number} lead in a circle, not to a root", line)

    def make_text(self) -> str:
        """Return the text of the sentence, without blanks around it."""
        if self.text is not None:
            return self.text.strip()
        return "".join(form + " " * space for form, space in self.tokens).strip()

    def place_tokens(self, text: str) -> list[Span]:
        """Return where the tokens stand in the text; raise InputError where it is another text."""
        spans: list[Span] = []
        position = 0
        for form, _ in self.tokens:
            span = _find(form, text, position)
            if span is None:
                self._refuse(f"`# text` does not go on with the form {form!r}", self.text_line)
            spans.append(span)
            position = span[1]
        if text[position:].strip():
            self._refuse("`# text` has more than the forms of the sentence", self.text_line)
        return spans

    def _refuse(self, what: str, line: int | None = None) -> NoReturn:
        raise InputError(f"{self.path}:{line or self.line}: {what}")


def _find(form: str, text: str, position: int) -> Span | None:
    """Return the span of a form that comes next in a text, white space ignored; None where it does not."""
    start = -1
    for character in "".join(form.split()):
        while text[position : position + 1].isspace():
            position += 1
        if text[position : position + 1] != character:
            return None
        start = position if start < 0 else start
        position += 1
    return start, position


class _Builder:
    """Joins sentences to one Analysis."""

    def __init__(self, raw_lemmas: bool) -> None:
        self.raw_lemmas = raw_lemmas
        self.parts: list[str] = []
        self.length = 0
        self.tokens: list[Span] = []
        self.sentences: list[Span] = []
        self.words: list[Word] = []
        self.space_after = False

    def add(self, sentence: _Sentence) -> None:
        if self.parts:
            self._add_text("\n\n" if sentence.paragraph else " " * self.space_after)
        start = self.length
        text = sentence.make_text()
        spans = [(start + a, start + b) for a, b in sentence.place_tokens(text)]
        self._add_text(text)
        self.space_after = sentence.tokens[-1][1]
        self.tokens += spans
        self.sentences.append((spans[0][0], spans[-1][1]))
        self._add_words(sentence, spans)

    def build(self) -> Analysis:
        return Analysis("".join(self.parts), tuple(self.tokens), tuple(self.sentences), tuple(self.words))

    def _add_text(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)

    def _add_words(self, sentence: _Sentence, spans: Sequence[Span]) -> None:
        offset = len(self.words)
        sizes = [0] * len(spans)
        for _, token in sentence.words:
            sizes[token] += 1
        for (cells, token), head in zip(sentence.words, sentence.heads, strict=True):
            _, form, lemma, upos, xpos, feats, _, deprel = cells[:8]
            self.words.append(
                Word(
                    *spans[token],
                    form=form,
                    lemma=lemma if self.raw_lemmas else _clean(lemma, form, upos),
                    upos=_value(upos),
                    xpos=_value(xpos),
                    feats=_value(feats),
                    head=offset + head - 1 if head else None,
                    deprel=_value(deprel),
                    part=sizes[token] > 1,
                )
            )


def _value(cell: str) -> str:
    return "" if cell == "_" else cell
