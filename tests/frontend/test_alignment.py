"""What another package found in a text is put where it stands, or refused."""

from __future__ import annotations

from typing import Any

import pytest
from spacy.vocab import Vocab

from bgpolitics_ner.errors import ModelError
from bgpolitics_ner.frontend.alignment import Token, Word, build_doc, contract, place
from bgpolitics_ner.frontend.tokenizer import Tokenizer

SOURCE = "the package"


def tokens(*forms: str, heads: tuple[int | None, ...] | None = None) -> list[Token]:
    """Return one-word tokens of a sentence, each the head of the next one unless `heads` says otherwise."""
    heads = heads or tuple(range(len(forms)))
    return [
        Token(form, (Word(form.lower(), "NOUN", "N", "_", head, "root" if head == 0 else "obj"),))
        for form, head in zip(forms, heads, strict=True)
    ]


def build(text: str, *sentences: list[Token]) -> Any:
    vocab = Vocab()
    placed = place(text, sentences, source=SOURCE)
    return build_doc(vocab, text, placed, source=SOURCE, tokenize=Tokenizer(vocab))


@pytest.mark.parametrize(
    ("text", "forms", "spans"),
    [
        ("Мей  посети\r\nЛом.", ["Мей", "посети", "Лом", "."], [(0, 3), (5, 11), (13, 16), (16, 17)]),
        ("20\u00a0000 лв.", ["20 000", "лв."], [(0, 6), (7, 10)]),
        ("20\n000", ["20000"], [(0, 6)]),
        ("а а а", ["а", "а", "а"], [(0, 1), (2, 3), (4, 5)]),
        ("😀и\u0301", ["😀", "и", "\u0301"], [(0, 1), (1, 2), (2, 3)]),
        ("а\x80б", ["а", "б"], [(0, 1), (2, 3)]),
        ("а\x00б", ["а", "\x00", "б"], [(0, 1), (1, 2), (2, 3)]),
    ],
)
def test_tokens_are_placed_in_order(text: str, forms: list[str], spans: list[tuple[int, int]]) -> None:
    (row,) = place(text, [tokens(*forms)], source=SOURCE)
    assert [(found.start, found.end) for found in row] == spans


@pytest.mark.parametrize(
    ("text", "forms", "message"),
    [
        ("Мей посети Лом", ["Мей", "посетя"], r"'посетя'.*goes on at 3 with ' посети Лом'"),
        ("Мей", ["Мей", "Мей"], "gave the token 'Мей'"),
        ("Мей посети", ["Мей"], "found no token at character 4: 'посети'"),
        ("Мей", [""], "gave the token ''"),
        ("Мей", [" "], "gave the token ' '"),
    ],
)
def test_what_does_not_stand_there_is_an_error(text: str, forms: list[str], message: str) -> None:
    with pytest.raises(ModelError, match=f"^the package {message}|^the package gave the token {message}"):
        place(text, [tokens(*forms)], source=SOURCE)


def test_told_offsets_are_checked() -> None:
    word = tokens("а")[0].words
    text = "а а "
    ((found,),) = place("а ", [[Token("а", word, 0, 2)]], source=SOURCE)
    assert (found.start, found.end) == (0, 1), "white space behind a token may be counted to it"
    for start, end in ((1, 2), (2, 3), (0, 3)):
        with pytest.raises(ModelError, match=rf"'а' at {start}:{end}, but the text goes on at 0"):
            place(text, [[Token("а", word, start, end), Token("а", word, 2, 3)]], source=SOURCE)


def test_white_space_is_as_our_tokenizer_makes_it() -> None:
    text = "  Мей  посети\n\nЛом. \t"
    doc = build(text, tokens("Мей", "посети"), tokens("Лом", "."))
    assert doc.text == text
    own = Tokenizer(Vocab())(text)
    assert [(t.text, t.whitespace_) for t in doc] == [(t.text, t.whitespace_) for t in own]
    assert [t.text for t in doc if t.pos_ == "SPACE"] == ["  ", " ", "\n\n", "\t"]
    assert [s.text for s in doc.sents] == ["  Мей  посети\n\n", "Лом. \t"]
    assert [t.head.i for t in doc] == [1, 1, 1, 1, 3, 5, 5, 6]


@pytest.mark.parametrize("text", ["", " ", " \n\t", "\u00a0"])
def test_a_text_without_words(text: str) -> None:
    doc = build(text)
    assert doc.text == text
    assert [t.dep_ for t in doc] == ["ROOT"] * min(len(doc), 1) + ["dep"] * (len(doc) - 1)


def test_every_layer_is_taken_over() -> None:
    words = [
        Word("срещна-(се)", "VERB", "Vpptf-o3s", "Mood=Ind|Tense=Past", 0, "root"),
        Word("гърция", "PROPN", "Npfsi", "_", 1, "nsubj:pass"),
        Word("_", "<UNK>", "_", "<PAD>", 1, None),
    ]
    doc = build(
        "срещна Гърция щ", [Token(f, (w,)) for f, w in zip(("срещна", "Гърция", "щ"), words, strict=True)]
    )
    assert [(t.lemma_, t.pos_, t.tag_, str(t.morph), t.dep_) for t in doc] == [
        ("срещна", "VERB", "Vpptf-o3s", "Mood=Ind|Tense=Past", "ROOT"),
        ("Гърция", "PROPN", "Npfsi", "", "nsubj:pass"),
        ("щ", "X", "", "", "dep"),
    ]


def test_a_multiword_token_is_one_token_with_its_highest_word() -> None:
    text = "Дай ми го."
    parts = (Word("аз", "PRON", "P", None, 1, "iobj"), Word("дам", "VERB", "V", None, 0, "root"))
    sentence = [
        Token("Дай", (parts[1], Word("ми", "PRON", "P", None, 1, "iobj"))),
        Token("ми", (Word("аз", "PRON", "P", None, 2, "det"),)),
        Token("го", (Word("той", "PRON", "P", None, 1, "obj"), Word("се", "PRON", "P", None, 6, "expl"))),
        Token(".", (Word(".", "PUNCT", "punct", None, 1, "punct"),)),
    ]
    doc = build(text, sentence)
    assert [(t.text, t.lemma_, t.head.text, t.dep_) for t in doc] == [
        ("Дай", "дам", "Дай", "ROOT"),
        ("ми", "аз", "Дай", "det"),
        ("го", "той", "Дай", "obj"),
        (".", ".", "Дай", "punct"),
    ]


@pytest.mark.parametrize(
    ("heads", "tree", "labels"),
    [
        ((None, None, None), (0, 0, 0), ("ROOT", "dep", "dep")),
        ((2, 0, None), (1, 1, 1), ("obj", "ROOT", "dep")),
        ((0, 0, 2), (0, 0, 1), ("ROOT", "dep", "obj")),
        ((3, 3, None), (2, 2, 2), ("obj", "obj", "ROOT")),
    ],
)
def test_a_word_without_a_head_hangs_on_the_root(heads: Any, tree: Any, labels: Any) -> None:
    doc = build("а б в", tokens("а", "б", "в", heads=heads))
    assert tuple(token.head.i for token in doc) == tree
    assert tuple(token.dep_ for token in doc) == labels


@pytest.mark.parametrize("heads", [(2, 1, 0), (1, 0, 1), (0, 9, 1), (0, -2, 1), (2, 3, 1)])
def test_heads_that_are_no_tree_are_an_error(heads: tuple[int, ...]) -> None:
    with pytest.raises(ModelError, match=r"the package gave heads that form no tree .* sentence 'а б в'"):
        contract(tokens("а", "б", "в", heads=heads), source=SOURCE)


def test_a_long_chain_is_no_recursion() -> None:
    forms = ["а"] * 5000
    nodes = contract(tokens(*forms, heads=(*range(2, 5001), 0)), source=SOURCE)
    assert [head for _, head in nodes] == [*range(1, 5000), 4999]
