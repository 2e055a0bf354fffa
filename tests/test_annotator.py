"""The whole pipeline on real and on hostile text: exact offsets, order, ids, no crash."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from unicodedata import category

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bgpolitics_ner import annotator as module
from bgpolitics_ner.annotator import PIECE, find_cut, load, make_id
from bgpolitics_ner.document import Document
from bgpolitics_ner.errors import InputError, ModelError
from bgpolitics_ner.reading import MAX_CHARACTERS

MEETING = "Президентът на САЩ Доналд Тръмп се срещна с Владимир Путин в Аляска."
HOSTILE = {
    "empty": "",
    "white space": " \n\t\u00a0 ",
    "one letter": "я",
    "only marks": "„“…–!?",
    "emoji": "Тръмп 👨‍👩‍👧 се срещна 🇧🇬 с Путин 😀.",
    "combining marks": "Лука\u0301шенко посети\u0301 Ми\u0300нск.",
    "right to left": "Нетаняху נתניהו посети \u202eМинск\u202c.",
    "CRLF": "Мей посети Брюксел.\r\nТя се срещна с Юнкер.\r\n\r\nТова съобщи Би Би Си.\r\n",
    "Latin only": "Theresa May met Jean-Claude Juncker in Brussels.",
    "look-alike letters": "Лукaшeнкo сe cрещнa с Tръмп.",
    "capitals": "ТРЪМП СЕ СРЕЩНА С ПУТИН В АЛЯСКА",
    "no spaces": "Тръмп,Путин;Мей." * 40,
    "one long word": "а" * 5000,
    "control characters": "Мей\x00 посети\x0b\x0c Брюксел\x1f.",
    "brackets": "((((((Мей)))))) [[Брюксел]] <b>посети</b>",
    "line separators": "Мей\u2028посети\u2029Брюксел\x85.",
}

pytestmark = pytest.mark.slow


def check(text: str, document: Document) -> None:
    """Assert what holds for every answer; the Document itself checks its offsets and ids."""
    assert document.text == text
    assert Document.from_json(document.to_json()) == document
    assert None not in (document.sentences, document.tokens, document.entities, document.referents)
    assert None not in (document.relations, document.quotes, document.triples)
    for entity in document.entities or ():
        assert text[entity.start : entity.end] == entity.text
    covered = {i for token in document.tokens or () for i in range(token.start, token.end)}
    left = {text[i] for i in set(range(len(text))) - covered}
    # Invisible characters at the ends of words belong to no token.
    assert all(character.isspace() or category(character) == "Cf" for character in left)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text(annotator: Any, text: str) -> None:
    check(text, annotator(text))


def test_an_empty_text_has_empty_layers(annotator: Any) -> None:
    for text in ("", " \n"):
        document = annotator(text)
        assert (document.tokens, document.sentences, document.entities) == ((), (), ())
        assert (document.relations, document.quotes, document.triples) == ((), (), ())


def test_the_seeds(annotator: Any, root: Path) -> None:
    for path in sorted((root / "seeds").glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        document = annotator(text)
        check(text, document)
        assert document.relations


def test_line_ends_change_no_answer(annotator: Any) -> None:
    windows = annotator(HOSTILE["CRLF"])
    unix = annotator(HOSTILE["CRLF"].replace("\r\n", "\n"))
    assert [e.text for e in windows.entities] == [e.text for e in unix.entities]
    assert windows.triples == unix.triples
    assert len(windows.sentences) == len(unix.sentences) == 3


def test_a_stream_keeps_order_ids_dates_and_meta(annotator: Any) -> None:
    items: list[Any] = [
        {"text": MEETING, "id": "a", "date": "2025-08-15", "meta": {"source": "x"}},
        "",
        {"text": "Мей посети Брюксел."},
        MEETING,
    ]
    documents = list(annotator.pipe(items, batch_size=2))
    assert [d.text for d in documents] == [MEETING, "", "Мей посети Брюксел.", MEETING]
    assert [d.id for d in documents] == ["a", make_id(""), make_id("Мей посети Брюксел."), make_id(MEETING)]
    assert (documents[0].date, documents[0].meta) == ("2025-08-15", {"source": "x"})
    assert documents[3] == annotator(MEETING)


def test_the_batch_size_changes_no_answer(annotator: Any) -> None:
    texts = [MEETING, HOSTILE["CRLF"], "Мей посети Брюксел."]
    alone = [annotator(text) for text in texts]
    assert list(annotator.pipe(texts, batch_size=1)) == alone
    assert list(annotator.pipe(texts, batch_size=64)) == alone


def test_ids_are_stable(annotator: Any) -> None:
    assert annotator(MEETING) == annotator(MEETING)
    assert annotator(MEETING).id == make_id(MEETING) != make_id(MEETING + " ")
    assert annotator(MEETING, id="a", date="2025-08-15").id == "a"
    assert make_id("") == "doc-da39a3ee5e6b"


def test_an_explanation_names_the_rule(annotator: Any) -> None:
    found = [e for e in annotator.explain(MEETING) if e.relation.type == "meets-with"]
    assert found and found[0].sentence == MEETING
    assert found[0].origin[0].startswith("rule:meets-with.") and len(found[0].path) == 2


def test_only_certain_relations_where_asked(annotator: Any) -> None:
    strict = module.Annotator(annotator.nlp, min_confidence=1.1)
    assert strict(MEETING).relations == ()


@pytest.mark.parametrize("item", [None, 7, b"x", {}, {"text": None}, ["x"]])
def test_what_is_no_text_is_an_input_error(annotator: Any, item: Any) -> None:
    with pytest.raises(InputError, match="a text is a string or a mapping"):
        list(annotator.pipe([item]))


def test_what_cannot_be_used_is_an_input_error(annotator: Any) -> None:
    with pytest.raises(InputError, match="1,000,001 characters, more than 1,000,000"):
        annotator("а" * (MAX_CHARACTERS + 1))
    with pytest.raises(InputError, match="character 3 of the text is half of a surrogate pair"):
        annotator("Мей\ud800")


def test_a_folder_that_is_no_model_is_a_model_error(tmp_path: Path) -> None:
    (tmp_path / "meta.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ModelError, match="cannot be loaded"):
        load(tmp_path)


# ---- long texts


def test_a_long_text_in_one_line(annotator: Any) -> None:
    text = (MEETING + " ") * (200_000 // len(MEETING.encode()))
    document = annotator(text)
    check(text, document)
    assert len(document.sentences) == text.count(".")
    assert len([r for r in document.referents if r.type == "PER"]) == 2


def test_a_long_text_is_one_document(annotator: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "\n\n".join(["Мей посети Брюксел.", "Там тя се срещна с Юнкер.", "Това съобщи Би Би Си."] * 3)
    whole = annotator(text)
    monkeypatch.setattr(module, "PIECE", 60)
    pieces = annotator(text)
    check(text, pieces)
    assert [(t.start, t.end) for t in pieces.tokens] == [(t.start, t.end) for t in whole.tokens]
    assert pieces.sentences == whole.sentences
    assert pieces.triples == whole.triples  # words near a cut may be tagged otherwise
    first, other, last = annotator.pipe([text, MEETING, text])
    assert (first, other.text, last) == (pieces, MEETING, pieces)


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("аааа аааа. бб\n\nвв гг дд", "аааа аааа. бб\n\n"),
        ("аааа аааа. бб\nвв. гг дд", "аааа аааа. бб\n"),
        ("аааа аааа бб. вв гг дд", "аааа аааа бб. "),
        ("аааа аааа бб вв гг дд", "аааа аааа бб вв "),
        ("а" * 30, "а" * 16),
        ("аа. " + "б" * 30, "аа. " + "б" * 12),
    ],
)
def test_a_cut_is_where_something_ends(text: str, piece: str) -> None:
    assert text[: find_cut(text, 0, 16)] == piece


def test_pieces_make_up_the_text() -> None:
    text = "Дълъг текст. " * (3 * PIECE // 13)
    pieces = list(module._pieces([text, "", text[:5]]))
    assert "".join(piece.text for piece in pieces) == text + text[:5]
    assert all(len(piece.text) <= PIECE for piece in pieces)
    assert [piece.last for piece in pieces].count(True) == 3


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=120))
def test_no_text_crashes(annotator: Any, text: str) -> None:
    check(text, annotator(text))


BULGARIAN = st.lists(
    st.sampled_from(
        [*MEETING.split(), "Мей", "заяви", ",", "че", ":", "„", "“", "не", "\n", "ще", "го", "2019 г."]
    ),
    max_size=40,
).map(" ".join)


@settings(max_examples=40, deadline=None)
@given(BULGARIAN)
def test_no_order_of_words_crashes(annotator: Any, text: str) -> None:
    check(text, annotator(text))


def test_an_unknown_front_end_is_named() -> None:
    with pytest.raises(ModelError, match=r"'udpipe'.*spacy, stanza, classla"):
        module.load(frontend="udpipe")


def test_the_embedded_front_end_has_no_model_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="the front end spacy is inside the model"):
        module.load(frontend_model=tmp_path)


def test_another_front_end_takes_the_place_of_the_embedded_one(
    annotator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a front end returns goes through the stages from the tagger on, in the batches it came in."""
    batches: list[list[str]] = []

    class Copy:
        def __init__(self, name: str, vocab: Any, folder: Any) -> None:
            self.vocab = vocab

        def pipe(self, texts: list[str]) -> Any:
            batches.append(texts)
            for text in texts:
                yield type(annotator.parse(text)[0])(self.vocab).from_bytes(
                    annotator.parse(text)[0].to_bytes(exclude=["tensor", "user_data"])
                )

    monkeypatch.setattr(module, "load_frontend", Copy)
    other = module.load(os.environ.get("BGPOLITICS_MODEL"), frontend="stanza")
    assert other.nlp.pipe_names[0] == "bgpolitics_tagger"
    texts = [MEETING, "", "Мей посети Брюксел."]
    documents = list(other.pipe(texts))
    assert batches == [texts]
    for document, own in zip(documents, annotator.pipe(texts), strict=True):
        assert (document.tokens, document.sentences) == (own.tokens, own.sentences)
        assert document.entities is not None and len(document.entities) == len(own.entities)
    assert ("Доналд Тръмп", "meets-with", "Владимир Путин") in {
        (t.subject, t.predicate, t.object) for t in documents[0].triples or ()
    }
