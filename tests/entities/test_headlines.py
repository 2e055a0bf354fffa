"""Headlines in capitals get their usual capitals back before the tagger reads them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from spacy.language import Language
from spacy.tokens import Doc

from bgpolitics_ner.document import Document
from bgpolitics_ner.entities.headlines import Headlines
from bgpolitics_ner.entities.known import KnownNames

NAMES = [("Северен", "поток"), ("НАТО",), ("Брекзит",), ("СИ",)]


def make_doc(nlp: Language, text: str, tags: str) -> Doc:
    """Tokens and tags with spaces between; one sentence a line."""
    lines = [line.replace("„", "„ ").replace("“", " “").split() for line in text.split("\n")]
    words = [word for line in lines for word in line]
    starts = [not i for line in lines for i in range(len(line))]
    return Doc(nlp.vocab, words=words, pos=tags.split(), sent_starts=starts)


def read(nlp: Language, text: str, tags: str) -> str:
    doc = make_doc(nlp, text, tags)
    words = [token.text for token in doc]
    found = Headlines(NAMES)(doc, words, [t.i for t in doc if t.is_sent_start])
    assert words == [token.text for token in doc]
    return " ".join(found).replace("„ ", "„").replace(" “", "“")


@pytest.mark.parametrize(
    ("text", "tags", "expected"),
    [
        ("МАКРОН СЕ СРЕЩНА С РЮТЕ", "PROPN PRON VERB ADP PROPN", "Макрон се срещна с Рюте"),
        ("КАКВО КАЗА ДПС ЗА МВР", "PRON VERB PROPN ADP PROPN", "Какво каза ДПС за МВР"),
        ("НАТО ИЗЧАКВА БРЕКЗИТ", "NOUN VERB ADJ", "НАТО изчаква Брекзит"),
        ("СПИРАТ СЕВЕРЕН ПОТОК 2", "VERB ADJ NOUN NUM", "Спират Северен поток 2"),
        ("ПОЛИЦИЯТА СИ ИМА ВИНОВЕН", "NOUN PRON VERB NOUN", "Полицията си има виновен"),
        ("ДВА Ф-16 КАЦНАХА", "NUM PROPN VERB", "Два Ф-16 кацнаха"),
        ("КУПИХА TIKTOK ВЧЕРА", "VERB PROPN ADV", "Купиха TIKTOK вчера"),
        ("ПИШЕШЕ „ТРУД“ ДНЕС", "VERB PUNCT NOUN PUNCT ADV", "Пишеше „Труд“ днес"),
        ("ВИЗИТА НА САН-МАЛО", "NOUN ADP PROPN", "Визита на Сан-Мало"),
    ],
)
def test_headlines(nlp: Language, text: str, tags: str, expected: str) -> None:
    assert read(nlp, text, tags) == expected


@pytest.mark.parametrize(
    "text",
    [
        "МВР отговори на ДПС вчера",
        "НАТО",
        "БТА АФП",
        "FOCUS NEWS BG",
        "Макрон отговори",
        "ПП и ДБ се разделиха",
    ],
)
def test_other_sentences_stay_as_they_are(nlp: Language, text: str) -> None:
    doc = make_doc(nlp, text, " ".join("X" for _ in text.split()))
    words = [token.text for token in doc]
    assert Headlines(NAMES)(doc, words, [0]) is words


def test_the_rest_of_the_text_says_how_a_word_is_written(nlp: Language) -> None:
    text = "ЗЕЛЕНСКИ И ЧЕЛСИ И НОВА\nДнес Зеленски и клубът Челси имат нова среща ."
    tags = "ADJ CCONJ NOUN CCONJ PROPN ADV PROPN CCONJ NOUN PROPN VERB ADJ NOUN PUNCT"
    assert read(nlp, text, tags).startswith("Зеленски и Челси и нова Днес")


def test_words_of_names_leave_out_common_ones(nlp: Language) -> None:
    spellings = set(KnownNames(nlp.make_doc).spellings())
    assert ("НАТО",) in spellings
    assert ("Алианса",) not in spellings


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("РАДЕВ НАЛОЖИ ВЕТО НА ЗАКОНА", [("РАДЕВ", "PER")]),
        ("БОРИСОВ ОБВИНИ ПЕЕВСКИ", [("БОРИСОВ", "PER"), ("ПЕЕВСКИ", "PER")]),
        ("МАКРОН ПРИСТИГНА В КИЕВ", [("МАКРОН", "PER"), ("КИЕВ", "LOC")]),
    ],
)
def test_names_in_headlines(
    annotator: Callable[[str], Document], text: str, names: list[tuple[str, str]]
) -> None:
    found = [(e.text, e.type) for e in annotator(text).entities or () if e.type in ("PER", "LOC", "ORG")]
    assert found == names
