"""What another package found in a text → the same spaCy Doc that the embedded front end makes.

Tokens are put where they stand in the text. The text is never changed, and a token that is not there is an
error, not something to repair: offsets are the coordinates of everything that follows.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from spacy.tokens import Doc
from spacy.vocab import Vocab

from bgpolitics_ner.errors import ModelError
from bgpolitics_ner.frontend.syntax import LOOSE, ROOT, SPACE, SPACE_TAG
from bgpolitics_ner.frontend.treebank_lemmas import clean_lemma

# fmt: off
UPOS = frozenset({
    "ADJ", "ADP", "ADV", "AUX", "CCONJ", "DET", "INTJ", "NOUN", "NUM", "PART", "PRON", "PROPN", "PUNCT",
    "SCONJ", "SYM", "VERB", "X",
})
# fmt: on
_SHOWN = 20

Tokenize = Callable[[str], Doc]


@dataclass(frozen=True)
class Word:
    """A syntactic word; `head` is 0 for the root, else a 1-based index in the sentence, None if unknown."""

    lemma: str | None = None
    upos: str | None = None
    xpos: str | None = None
    feats: str | None = None
    head: int | None = None
    deprel: str | None = None


@dataclass(frozen=True)
class Token:
    """A token with its words: one, or several where it is a multiword token.

    `start` and `end` are code points of the text, None where the package does not tell them.
    """

    text: str
    words: tuple[Word, ...]
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True)
class Placed:
    """A token at its place: ``text[start:end]`` of the text it was found in."""

    token: Token
    start: int
    end: int


Sentence = Sequence[Token]
PlacedSentence = Sequence[Placed]


def place(text: str, sentences: Sequence[Sentence], *, source: str) -> list[list[Placed]]:
    """Return the sentences with each token at its place in `text`, in order; empty ones are left out.

    White space is not compared: a token may say ``20 000`` where the text breaks the line. `source` names
    the package in messages. Raises ModelError for a token that is not where it should be, and for text that
    no token covers.
    """
    placed: list[list[Placed]] = []
    cursor = 0
    for sentence in sentences:
        row: list[Placed] = []
        for token in sentence:
            found = _find(text, cursor, token)
            if found is None:
                raise ModelError(_misplaced(text, cursor, token, source))
            row.append(Placed(token, *found))
            cursor = found[1]
        if row:
            placed.append(row)
    rest = _skip_blank(text, cursor)
    if rest < len(text):
        raise ModelError(f"{source} found no token at character {rest}: {text[rest : rest + _SHOWN]!r}")
    return placed


def _find(text: str, cursor: int, token: Token) -> tuple[int, int] | None:
    """Return where the token stands, at the first word at or after `cursor`; None if it does not."""
    start = token.start
    if start is None:
        start = cursor
        while start < len(text) and text[start].isspace():
            start += 1
    if start < cursor or _skip_blank(text, cursor) < start:
        return None
    found = _match(text, start, token.text)
    if found is None or token.start not in (None, found[0]):
        return None
    # The package may count white space behind the token to it.
    if token.end is not None and not found[1] <= token.end <= _skip_blank(text, found[1]):
        return None
    return found


def _match(text: str, start: int, form: str) -> tuple[int, int] | None:
    """Return where `form` stands in `text` from `start` on, white space aside; None where it does not."""
    if form and text.startswith(form, start):
        return start, start + len(form)
    letters = [character for character in form if not _is_blank(character)]
    begin = cursor = _skip_blank(text, start)
    for letter in letters:
        cursor = _skip_blank(text, cursor)
        if cursor == len(text) or text[cursor] != letter:
            return None
        cursor += 1
    return (begin, cursor) if letters else None


def _skip_blank(text: str, cursor: int) -> int:
    while cursor < len(text) and _is_blank(text[cursor]):
        cursor += 1
    return cursor


def _is_blank(character: str) -> bool:
    # To Stanza all control characters above U+007F are white space, to Python one of them.
    return character.isspace() or unicodedata.category(character) == "Cc"


def _misplaced(text: str, cursor: int, token: Token, source: str) -> str:
    told = "" if token.start is None else f" at {token.start}:{token.end}"
    found = text[cursor : cursor + _SHOWN]
    return f"{source} gave the token {token.text!r}{told}, but the text goes on at {cursor} with {found!r}"


def build_doc(
    vocab: Vocab, text: str, sentences: Sequence[PlacedSentence], *, source: str, tokenize: Tokenize
) -> Doc:
    """Return the Doc of `text`; `tokenize` makes the tokens of the white space between words.

    A multiword token is one token of the Doc: it has the analysis of that of its words which is nearest to
    the root, and what depends on any of its words depends on it. Raises ModelError for heads without a tree.
    """
    builder = _Builder(text, tokenize)
    for sentence in sentences:
        builder.add_sentence(sentence, contract([placed.token for placed in sentence], source=source))
    builder.add_blank(len(text))
    doc = builder.build(vocab)
    if doc.text != text:
        raise ModelError(f"{source}: the tokens do not make up the text")
    return doc


@dataclass
class _Cell:
    """A token of a Doc under construction."""

    word: str
    pos: str
    lemma: str
    head: int
    space: bool = False
    tag: str = ""
    morph: str = ""
    dep: str = LOOSE
    start: bool = False


class _Builder:
    """The tokens of a Doc under construction; `tokenize` splits what stands between the words."""

    def __init__(self, text: str, tokenize: Tokenize) -> None:
        self.text = text
        self.tokenize = tokenize
        self.cells: list[_Cell] = []
        self.end = 0
        self.first: int | None = None

    def add_sentence(self, sentence: PlacedSentence, nodes: Sequence[tuple[Word, int]]) -> None:
        """Add the tokens of a sentence; `nodes` are the word and the head of each."""
        numbers: list[int] = []
        for placed, (word, _) in zip(sentence, nodes, strict=True):
            self.add_blank(placed.start)
            numbers.append(len(self.cells))
            self._add_word(placed, word)
        # White space at the start of the text belongs to the first sentence.
        self.cells[numbers[0] if self.first != numbers[0] else 0].start = True
        for number, (_, head) in zip(numbers, nodes, strict=True):
            cell = self.cells[number]
            cell.head = numbers[head]
            if cell.head == number:
                cell.dep = ROOT
            elif cell.dep in ("", "root"):
                cell.dep = LOOSE

    def _add_word(self, placed: Placed, word: Word) -> None:
        if self.first is None:
            self.first = len(self.cells)
        form = self.text[placed.start : placed.end]
        upos = word.upos if word.upos in UPOS else "X"
        lemma = clean_lemma(_known(word.lemma) or form, form, upos)
        tag, morph, dep = _known(word.xpos), _read_feats(word.feats), _known(word.deprel)
        self.cells.append(_Cell(form, upos, lemma, 0, tag=tag, morph=morph, dep=dep))
        self.end = placed.end

    def add_blank(self, stop: int) -> None:
        """Add what stands between the last word and `stop` the way our own tokenizer does."""
        blank = self.text[self.end : stop]
        self.end = stop
        if blank[:1] == " " and self.cells:
            self.cells[-1].space = True
            blank = blank[1:]
        for token in self.tokenize(blank) if blank else ():
            before = len(self.cells) - 1
            space = bool(token.whitespace_)
            self.cells.append(_Cell(token.text, SPACE, token.text, before, space=space, tag=SPACE_TAG))

    def build(self, vocab: Vocab) -> Doc:
        cells = self.cells
        if not cells:
            return Doc(vocab)
        if self.first is None:
            # A text of nothing but white space is one sentence.
            cells[0].head, cells[0].dep, cells[0].start = 0, ROOT, True
        for cell in cells[: self.first]:
            cell.head = self.first or 0
        return Doc(
            vocab,
            words=[cell.word for cell in cells],
            spaces=[cell.space for cell in cells],
            tags=[cell.tag for cell in cells],
            pos=[cell.pos for cell in cells],
            morphs=[cell.morph for cell in cells],
            lemmas=[cell.lemma for cell in cells],
            heads=[cell.head for cell in cells],
            deps=[cell.dep for cell in cells],
            sent_starts=[cell.start for cell in cells],
        )


def contract(sentence: Sentence, *, source: str) -> list[tuple[Word, int]]:
    """Return for each token of a sentence the word that stands for it, and the index of its head's token.

    The root's head is the root itself. A word without a head, and a root after the first, depend on the
    first root as ``dep``. Raises ModelError for a head outside the sentence and for a cycle.
    """
    owners = [number for number, token in enumerate(sentence) for _ in token.words]
    words = [word for token in sentence for word in token.words]
    root = next((i for i, word in enumerate(words) if word.head == 0), None)
    if root is None:
        root = next((i for i, word in enumerate(words) if word.head is None), None)
    if root is None or len(set(owners)) != len(sentence):
        raise ModelError(_no_tree(sentence, source))
    heads = [word.head - 1 if word.head else root for word in words]
    depths = _depths(heads, root)
    if depths is None:
        raise ModelError(_no_tree(sentence, source))
    # The word of each token that is nearest to the root, the first of equals.
    nearest: dict[int, int] = {}
    for index, owner in enumerate(owners):
        if owner not in nearest or depths[index] < depths[nearest[owner]]:
            nearest[owner] = index
    return [
        (words[i] if i == root or words[i].head else replace(words[i], deprel=LOOSE), owners[heads[i]])
        for i in nearest.values()
    ]


def _depths(heads: Sequence[int], root: int) -> list[int] | None:
    """Return the distance of each word from the root; None where the heads form no tree."""
    depths: list[int | None] = [None] * len(heads)
    depths[root] = 0
    for index in range(len(heads)):
        path: list[int] = []
        while depths[index] is None:
            path.append(index)
            index = heads[index]
            if not 0 <= index < len(heads) or len(path) > len(heads):
                return None
        known = depths[index] or 0
        for steps, node in enumerate(reversed(path), 1):
            depths[node] = known + steps
    return [depth or 0 for depth in depths]


def _no_tree(sentence: Sentence, source: str) -> str:
    heads = [word.head for token in sentence for word in token.words][:_SHOWN]
    shown = " ".join(token.text for token in sentence[:_SHOWN])
    return f"{source} gave heads that form no tree ({heads}) for the sentence {shown!r}"


def _known(value: str | None) -> str:
    return value if value and value != "_" else ""


def _read_feats(feats: str | None) -> str:
    """Return the features that are ``Name=Value``; a model may also say ``_`` or a placeholder."""
    return "|".join(part for part in (feats or "").split("|") if "=" in part)
