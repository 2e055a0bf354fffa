"""Doc → Document: what is kept, how it is numbered, how triples are merged."""

from __future__ import annotations

from typing import Any

import pytest
import spacy
from spacy.tokens import Doc

from bgpolitics_ner.assembly import build_document, merge_triples
from bgpolitics_ner.document import Argument, Document, Relation
from bgpolitics_ner.entities.mention import Cluster, Mention, register_extensions
from bgpolitics_ner.frontend.orthography import clean
from bgpolitics_ner.relations.combine import FoundRelation
from bgpolitics_ner.relations.quotes import QuoteSpan

WORDS = ["Мей", "посети", "Минск", ".", "\n", "Тя", "каза", "истината", "в", "града", "."]
HEADS = [1, 1, 1, 1, 3, 6, 6, 6, 9, 6, 6]
DEPS = ["nsubj", "ROOT", "obj", "punct", "dep", "nsubj", "ROOT", "obj", "case", "obl", "punct"]
SPACES = [True, True, False, False, False, True, True, True, True, False, False]


def make_doc() -> Doc:
    register_extensions()
    doc = Doc(
        spacy.blank("bg").vocab,
        words=WORDS,
        spaces=SPACES,
        heads=HEADS,
        deps=DEPS,
        lemmas=[word.lower() for word in WORDS],
        pos=["X"] * len(WORDS),
    )
    rows = [(0, "PER", 0), (2, "LOC", 1), (5, "PRON", 0), (7, "NOM", 2), (9, "NOM", 3)]
    doc._.mentions = [
        Mention(doc[i].idx, doc[i].idx + len(doc[i]), kind, i, doc[i].lemma_, 0.87654, "test", referent=r)
        for i, kind, r in rows
    ]
    doc._.referents = [
        Cluster("Тереза Мей", "PER", [0, 2]),
        Cluster("Минск", "LOC", [1]),
        Cluster("истина", "NOM", [3]),
        Cluster("град", "NOM", [4]),
    ]
    doc._.relations, doc._.quotes = [], []
    return doc


def found(**changes: Any) -> FoundRelation:
    row = {
        "relation": "visits",
        "trigger": 1,
        "subject_mention": 0,
        "subject": 0,
        "object_mention": 1,
        "object": 1,
        "confidence": 0.65432,
        "origin": ("model",),
        "path": ("subj", "obj"),
    }
    return FoundRelation(**{**row, **changes})


def build(doc: Doc, min_confidence: float = 0.0) -> Document:
    document, _ = build_document(doc, id="d", date=None, meta=None, min_confidence=min_confidence)
    return document


def test_named_mentions_and_what_corefers_with_them_are_kept() -> None:
    document = build(make_doc())
    assert [(e.id, e.text, e.referent) for e in document.entities or ()] == [
        ("m1", "Мей", "r1"),
        ("m2", "Минск", "r2"),
        ("m3", "Тя", "r1"),
    ]
    assert [(r.id, r.name, r.type) for r in document.referents or ()] == [
        ("r1", "Тереза Мей", "PER"),
        ("r2", "Минск", "LOC"),
    ]
    assert (document.entities or ())[0].confidence == 0.877


def test_descriptions_are_kept_where_a_relation_needs_them() -> None:
    doc = make_doc()
    doc._.relations = [found(trigger=6, subject_mention=2, object_mention=4, object=3)]
    document = build(doc)
    assert [e.text for e in document.entities or ()] == ["Мей", "Минск", "Тя", "града"]
    assert [r.name for r in document.referents or ()] == ["Тереза Мей", "Минск", "град"]


def test_a_relation_with_all_its_evidence() -> None:
    doc = make_doc()
    place = doc._.mentions[4]
    doc._.relations = [
        found(when=(0, 3), source=3, roles={"place": (place.start, place.end)}, factuality="possible")
    ]
    document, paths = build_document(doc, id="d", date="2025-12-18", meta={"a": 1}, min_confidence=0.0)
    (relation,) = document.relations or ()
    names = {r.id: r.name for r in document.referents or ()}
    assert (relation.id, relation.type, relation.factuality) == ("x1", "visits", "possible")
    assert (relation.subject, relation.object) == (Argument("m1", "r1"), Argument("m2", "r2"))
    assert relation.trigger is not None and relation.trigger.text == "посети"
    assert relation.when is not None and relation.when.text == "Мей"
    assert relation.source is not None and names[relation.source] == "град"
    assert relation.roles["place"].text == "града"
    assert relation.confidence == 0.654
    assert (relation.plover, relation.cameo) == ("CONSULT", "042")
    assert paths == {"x1": ("subj", "obj")}
    assert (document.date, document.meta) == ("2025-12-18", {"a": 1})


def test_offsets_are_those_of_the_text_as_it_was_written() -> None:
    doc = make_doc()
    place, quoted = doc._.mentions[4], doc[7]
    doc._.relations = [found(when=(0, 3), roles={"place": (place.start, place.end)})]
    doc._.quotes = [QuoteSpan(quoted.idx, quoted.idx + len(quoted), doc[6], doc[5], False)]
    text = "\u200bМе\u0301й посети\u0301 Mинск.\nТя\u0301 каза ис\u00adтината в гра\u00adда\u0301."
    document, _ = build_document(doc, clean(text), id="d", date=None, meta=None, min_confidence=0.0)
    (relation,), (quote,) = document.relations or (), document.quotes or ()
    assert document.text == text
    assert [e.text for e in document.entities or ()] == ["Ме\u0301й", "Mинск", "Тя\u0301"]
    assert relation.trigger is not None and relation.trigger.text == "посети\u0301"
    assert relation.when is not None and relation.when.text == "Ме\u0301й"
    assert relation.roles["place"].text == "гра\u00adда\u0301"
    assert text[quote.start : quote.end] == "ис\u00adтината"
    assert quote.cue is not None and quote.cue.text == "каза"
    sentences = [text[s.start : s.end] for s in document.sentences or ()]
    assert sentences == text[1:].split("\n")
    assert [text[t.start : t.end] for t in document.tokens or ()][:4] == [
        "Ме\u0301й",
        "посети\u0301",
        "Mинск",
        ".",
    ]


def test_a_left_out_subject_has_a_referent_and_no_mention() -> None:
    doc = make_doc()
    doc._.relations = [found(subject_mention=None)]
    (relation,) = build(doc).relations or ()
    assert relation.subject == Argument(None, "r1")


def test_uncertain_relations_are_left_out() -> None:
    doc = make_doc()
    doc._.relations = [found(), found(relation="meets-with", confidence=0.4)]
    assert [r.type for r in build(doc, 0.5).relations or ()] == ["visits"]
    assert [r.id for r in build(doc).relations or ()] == ["x1", "x2"]


def test_white_space_is_no_token_and_no_part_of_a_sentence() -> None:
    document = build(make_doc())
    tokens = document.tokens or ()
    assert [document.text[t.start : t.end] for t in tokens] == [w for w in WORDS if w.strip()]
    assert [(t.head, t.deprel) for t in tokens][:6] == [
        (1, "nsubj"),
        (1, "root"),
        (1, "obj"),
        (1, "punct"),
        (5, "nsubj"),
        (5, "root"),
    ]
    sentences = [document.text[s.start : s.end] for s in document.sentences or ()]
    assert sentences == ["Мей посети Минск.", "Тя каза истината в града."]


def test_the_speaker_of_a_quote_is_a_referent() -> None:
    doc = make_doc()
    start, end = doc[7].idx, doc[9].idx + len(doc[9])
    doc._.quotes = [
        QuoteSpan(start, end, doc[6], doc[5], False),
        QuoteSpan(start, end, None, doc[8], True),
        QuoteSpan(start, end, doc[6], None, True),
    ]
    quotes = build(doc).quotes or ()
    assert [(q.speaker, q.cue.text if q.cue else None, q.direct) for q in quotes] == [
        ("r1", "каза", False),
        (None, None, True),
        (None, "каза", True),
    ]


def test_an_unnamed_speaker_is_a_referent_too() -> None:
    doc = make_doc()
    doc._.quotes = [QuoteSpan(0, 3, None, doc[9], True)]
    document = build(doc)
    (quote,) = document.quotes or ()
    assert {r.id: r.name for r in document.referents or ()}[quote.speaker or ""] == "град"


def test_layers_that_did_not_run_give_no_answers() -> None:
    register_extensions()
    document = build(spacy.blank("bg")(""))
    assert (document.entities, document.relations, document.tokens) == ((), (), ())


NAMES = {"r1": "Мей", "r2": "Тръмп", "r3": "Мей"}


def relation(number: int, kind: str, subject: str, object_: str, factuality: str = "asserted") -> Relation:
    return Relation(
        id=f"x{number}", type=kind, subject=Argument(None, subject), object=Argument(None, object_),
        factuality=factuality,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("meets-with", [("Мей", "Тръмп", ("x1", "x2", "x3"))]),
        ("visits", [("Мей", "Тръмп", ("x1", "x3")), ("Тръмп", "Мей", ("x2",))]),
    ],
)
def test_symmetric_types_merge_in_the_order_first_told(
    kind: str, expected: list[tuple[str, str, tuple[str, ...]]]
) -> None:
    told = [relation(1, kind, "r1", "r2"), relation(2, kind, "r2", "r1"), relation(3, kind, "r3", "r2")]
    assert [(t.subject, t.object, t.relations) for t in merge_triples(told, NAMES)] == expected


def test_a_triple_lists_each_factuality_once() -> None:
    told = [
        relation(n, "visits", "r1", "r2", value) for n, value in enumerate(["planned", "asserted", "planned"])
    ]
    (triple,) = merge_triples(told, NAMES)
    assert (triple.factuality, triple.relations) == (("planned", "asserted"), ("x0", "x1", "x2"))
