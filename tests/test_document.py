"""The Document contract: one JSON round trip, unknown keys and wrong offsets refused."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bgpolitics_ner import Document, DocumentError, Entity, Referent
from bgpolitics_ner.document import Argument, Relation, Sentence, Span

Data = dict[str, Any]


def test_round_trip(example: Data) -> None:
    document = Document.from_dict(example)
    assert Document.from_json(document.to_json()) == document
    assert Document.from_json(document.to_json(indent=2).encode("utf-8")) == document
    assert Document.from_dict(document.to_dict()) == document
    assert "\n" not in document.to_json()
    assert document.relations is not None and document.relations[0].roles["place"].text == "Минск"


def test_json_holds_every_key_of_the_format(example: Data) -> None:
    written = json.loads(Document.from_dict(example).to_json())
    assert set(written) == set(example)
    assert set(written["relations"][0]) == set(example["relations"][0])


def test_layers_not_run_are_null_and_empty_ones_are_lists() -> None:
    written = json.loads(Document(id="a", text="Минск", entities=()).to_json())
    assert written["entities"] == []
    assert [key for key, value in written.items() if value is None] == [
        "date", "sentences", "tokens", "referents", "relations", "quotes", "triples",
    ]  # fmt: skip
    assert Document.from_dict(written).tokens is None


def test_the_seed_is_a_document(root: Path) -> None:
    for path in sorted((root / "seeds").glob("*.gold.json")):
        document = Document.from_json(path.read_bytes())
        assert document.text == path.with_name(f"{document.id}.txt").read_bytes().decode("utf-8")


def change(*path: str | int, to: Any) -> Callable[[Data], None]:
    def apply(data: Data) -> None:
        *parents, last = path
        place: Any = data
        for key in parents:
            place = place[key]
        place[last] = to

    return apply


@pytest.mark.parametrize(
    ("break_it", "message"),
    [
        (change("colour", to="red"), r"colour.*(?i:unexpected)"),
        (change("entities", 0, "score", to=1), r"entities\.0\.score"),
        (change("relations", 0, "subject", "name", to="x"), r"relations\.0\.subject\.name"),
        (change("relations", 0, "roles", "place", "type", to="LOC"), r"relations\.0\.roles\.place\.type"),
        (change("tokens", 0, "xpos", to="N"), r"tokens\.0\.xpos"),
        (change("id", to=7), r"id: .*string"),
        (change("entities", 0, "start", to="0"), r"entities\.0\.start"),
        (change("schema", to=3), "schema 3 is not supported; this version reads 1 and 2"),
        (change("entities", 0, "subtype", to="city"), "entities 'm1': subtype 'city' is none of PER's"),
        (change("entities", 0, "subtype", to=""), "entities 'm1': subtype ''"),
        (change("entities", 0, "subtype", to=1), r"entities\.0\.subtype"),
        (change("date", to="18.12.2025"), "date '18.12.2025'"),
        (change("sentences", 0, "end", to=999), r"sentences\[0\]: offsets 0:999 are outside"),
        (change("tokens", 1, "start", to=-1), r"tokens\[1\]: offsets -1:22"),
        (change("tokens", 1, "head", to=2), r"tokens\[1\]: head 2"),
        (change("entities", 1, "start", to=24), r"entities 'm2': text\[24:30\] is ' Тръмп', not 'Тръмп'"),
        (change("entities", 2, "id", to="m1"), "id 'm1' stands twice"),
        (change("entities", 2, "referent", to="r9"), "entities 'm3': referent 'r9'"),
        (change("referents", 2, "id", to="r1"), "id 'r1' stands twice"),
        (change("relations", 0, "trigger", "text", to="среща"), "relations 'x1' trigger"),
        (change("relations", 0, "when", "end", to=45), "relations 'x1' when"),
        (change("relations", 0, "roles", "place", "start", to=0), "relations 'x1' place"),
        (change("relations", 0, "sentence", "start", to=500), "relations 'x1' sentence"),
        (change("relations", 0, "subject", "mention", to="m9"), "relations 'x1' subject: mention 'm9'"),
        (change("relations", 0, "object", "referent", to="r9"), "relations 'x1' object: referent 'r9'"),
        (change("relations", 0, "source", to="r9"), "relations 'x1': source 'r9'"),
        (change("relations", 0, "factuality", to="maybe"), "factuality 'maybe'"),
        (change("quotes", 0, "end", to=999), r"quotes\[0\]"),
    ],
)
def test_what_breaks_the_contract_is_refused_naming_the_place(
    example: Data, break_it: Callable[[Data], None], message: str
) -> None:
    break_it(example)
    with pytest.raises(DocumentError, match=message):
        Document.from_dict(example)


def test_a_document_of_schema_1_is_read_and_brought_up_to_2(example: Data) -> None:
    data = copy.deepcopy(example)
    data["schema"] = 1
    for entity in data["entities"]:
        del entity["subtype"]
    for relation in data["relations"]:
        del relation["hearsay"]
    document = Document.from_dict(data)
    assert document == Document.from_dict(example)
    written = document.to_dict()
    assert written["schema"] == 2 and written["entities"][0]["subtype"] is None


def test_schema_1_knows_no_hearsay(example: Data) -> None:
    relation = example["relations"][0]
    relation["source"], relation["hearsay"] = None, True
    document = Document.from_dict(example)
    assert document.relations is not None and document.relations[0].hearsay
    assert Document.from_json(document.to_json()) == document
    example["schema"] = 1
    for entity in example["entities"]:
        entity["subtype"] = None
    with pytest.raises(DocumentError, match="schema 1 has no key 'hearsay'"):
        Document.from_dict(example)


def test_hearsay_and_a_source_do_not_go_together(example: Data) -> None:
    example["relations"][0]["hearsay"] = True
    with pytest.raises(DocumentError, match="hearsay has no source"):
        Document.from_dict(example)


def test_schema_1_knows_no_subtype(example: Data) -> None:
    example["schema"] = 1
    place = next(entity for entity in example["entities"] if entity["type"] == "LOC")
    place["subtype"] = "city"
    with pytest.raises(DocumentError, match="schema 1 has no key 'subtype'"):
        Document.from_dict(example)
    example["schema"] = 2
    document = Document.from_dict(example)
    assert "city" in [entity.subtype for entity in document.entities or ()]
    assert Document.from_json(document.to_json()) == document


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"id": "a"}', '{"text": "a"}', b"\xff"])
def test_what_is_no_document_is_a_document_error(text: str | bytes) -> None:
    with pytest.raises(DocumentError):
        Document.from_json(text)


def test_offsets_are_checked_when_a_document_is_built() -> None:
    with pytest.raises(DocumentError, match="entities 'm1'"):
        Document(id="a", text="Минск", entities=(Entity("m1", 0, 4, "Минск", "LOC"),))


def test_an_argument_left_out_has_a_referent_only(example: Data) -> None:
    data = copy.deepcopy(example)
    data["relations"][0]["subject"]["mention"] = None
    document = Document.from_dict(data)
    assert document.relations is not None and document.relations[0].subject == Argument(None, "r1")


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Any text with any spans of it: astral characters and combining marks count as one code point each."""
    text = draw(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
    offsets = st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).map(sorted)
    spans = draw(st.lists(offsets, max_size=5))
    entities = tuple(
        Entity(f"m{i}", a, b, text[a:b], "PER", referent=f"r{i}") for i, (a, b) in enumerate(spans)
    )
    referents = tuple(Referent(f"r{i}", entity.text, "PER") for i, entity in enumerate(entities))
    relations = tuple(
        Relation(
            f"x{i}",
            "supports",
            Argument(draw(st.sampled_from([None, entity.id])), f"r{i}"),
            Argument(entity.id, f"r{i}"),
            trigger=Span(entity.start, entity.end, entity.text),
            sentence=Sentence(0, len(text)),
            roles={"item": Span(entity.start, entity.end, entity.text)},
            confidence=draw(st.none() | st.floats(0, 1)),
            origin=("model",),
        )
        for i, entity in enumerate(entities)
    )
    layers = draw(st.booleans())
    return Document(
        "d", text, entities=entities, referents=referents, relations=relations if layers else None
    )


@given(documents())
def test_any_document_survives_the_round_trip(document: Document) -> None:
    assert Document.from_json(document.to_json()) == document
    assert Document.from_dict(json.loads(document.to_json())) == document
