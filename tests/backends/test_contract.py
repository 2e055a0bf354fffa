"""What every front end promises, whatever package it is: run on the embedded one and on those installed."""

from __future__ import annotations

import random
import unicodedata
from typing import Any

import pytest
from spacy.tokens import Doc

from bgpolitics_ner.document import Document

pytestmark = pytest.mark.slow

MEETING = "Президентът се срещна с премиера на Гърция. Той заяви, че преговорите продължават."
TEXTS = {
    "empty": "",
    "a blank": " ",
    "white space": " \n\t\u00a0\u2003 \r\n",
    "two sentences": MEETING,
    "white space around": "  \n" + MEETING.replace(" ", "  ") + "\n\n ",
    "emoji": "Тръмп 👨‍👩‍👧 се срещна 🇧🇬 с Путин 😀.",
    "combining marks": "Лука\u0301шенко посети\u0301 Ми\u0300нск, а ѝ каза и\u0300.",
    "CRLF": "Мей посети Брюксел.\r\nТя се срещна с Юнкер.\r\n\r\nТова съобщи Би Би Си.\r\n",
    "lone carriage returns": "Мей посети Брюксел.\rТя се срещна с Юнкер.\r",
    "line separators": "Мей\u2028посети\u2029Брюксел\x85.",
    "control characters": "Мей\x00 посети\x0b\x0c Брюксел\x1f \x80\x9f.",
    "only a control character": "\x80",
    "zero width": "Мей\u200b посети\ufeff Брюксел\u200d.",
    "right to left": "Нетаняху נתניהו посети \u202eМинск\u202c.",
    "thousands with blanks": "Около 20 000 души и 1\u00a0234\u00a0567 лв. на ред\n12 000.",
    "addresses": "Вижте https://a.bg/път?x=1&y=2 и пишете на ime@example.bg, #новини @някой :)",
    "abbreviations": "През 2022 г. г-н Петров (р. 5.III.1970 г.), т.нар. шеф, взе 5 млн. лв.",
    "placeholders of models": "<UNK> <PAD> <ROOT> <EMPTY> _ -- _",
    "quotes": "„Няма да отстъпим“, каза «лидерът» на ”партията”...",
    "one letter": "я",
    "one long word": "а" * 3000,
    "a sentence without end": "ракети и танкове " * 250,
    "no blanks": "Тръмп,Путин;Мей." * 40,
}


def check_doc(doc: Doc) -> None:
    """Assert what holds for every parsed Doc."""
    assert "".join(token.text_with_ws for token in doc) == doc.text
    for token in doc:
        assert token.text and doc.text[token.idx : token.idx + len(token)] == token.text
        assert token.pos_ and token.lemma_ and token.dep_
        assert token.dep_ == "ROOT" if token.head.i == token.i else token.dep_ not in ("ROOT", "root")
        if token.text.isspace():
            assert token.lemma_ == token.text and token.pos_ == "SPACE"
            assert not token.is_sent_start or token.i == 0
    check_sentences(doc)


def check_sentences(doc: Doc) -> None:
    """Assert that sentences cover the tokens, and that each is one tree."""
    sentences = list(doc.sents)
    assert [token.i for sentence in sentences for token in sentence] == list(range(len(doc)))
    for sentence in sentences:
        roots = [token for token in sentence if token.head.i == token.i]
        assert len(roots) == 1
        heads = {token.i: token.head.i for token in sentence}
        reached = {roots[0].i}
        while more := {i for i, head in heads.items() if head in reached} - reached:
            reached |= more
        assert reached == set(heads)


def check_document(text: str, document: Document) -> None:
    """Assert that the stages behind the front end ran, on offsets of the text as it was given."""
    assert document.text == text
    assert None not in (document.entities, document.referents, document.relations, document.triples)
    covered = {i for token in document.tokens or () for i in range(token.start, token.end)}
    left = {text[i] for i in set(range(len(text))) - covered}
    # What is not white space and yet in no token are invisible control and format characters.
    assert all(character.isspace() or unicodedata.category(character) in ("Cc", "Cf") for character in left)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_every_text_is_parsed(parser: Any, text: str) -> None:
    doc, cleaned = parser.parse(text)
    assert cleaned.original == text and doc.text == cleaned.text
    check_doc(doc)
    check_document(text, parser(text))


def test_texts_are_parsed_together_as_alone(parser: Any) -> None:
    texts = [TEXTS[name] for name in ("two sentences", "empty", "CRLF", "a blank", "quotes", "emoji")]
    together = list(parser.pipe(texts, batch_size=len(texts)))
    assert [document.text for document in together] == texts
    for alone, document in zip(map(parser, texts), together, strict=True):
        assert document.sentences == alone.sentences
        assert [(t.start, t.end) for t in document.tokens] == [(t.start, t.end) for t in alone.tokens]


def test_what_is_white_space_is_not_in_a_word(parser: Any) -> None:
    doc, _ = parser.parse("Мей  посети\n\nБрюксел.\t")
    words = [token.text for token in doc if not token.is_space]
    assert "".join(words) == "МейпосетиБрюксел."
    assert [token.text for token in doc if token.is_space] == [" ", "\n\n", "\t"]


def test_random_texts(parser: Any) -> None:
    rng = random.Random(7)
    alphabet = [
        *"абВ.,!?„“-1 \n\t\r",
        "\u00a0",
        "\u200b",
        "\u0301",
        "😀",
        "\x00",
        "\x80",
        "\u2028",
        "  ",
        "…",
    ]
    texts = ["".join(rng.choices(alphabet, k=rng.randrange(50))) for _ in range(60)]
    for text, document in zip(texts, parser.pipe(texts), strict=True):
        check_document(text, document)
    for text in texts[:20]:
        check_doc(parser.parse(text)[0])


def test_a_megabyte(parser: Any) -> None:
    text = "\n\n".join([MEETING] * (1_000_000 // len(MEETING.encode())))
    doc, _ = parser.parse(text)
    assert len(text.encode()) > 990_000 and doc.text == text
    check_sentences(doc)
