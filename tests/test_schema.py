"""The types: complete, consistent, and described by the JSON Schema."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from bgpolitics_ner.document import FACTUALITY, json_schema
from bgpolitics_ner.errors import KnowledgeError
from bgpolitics_ner.schema import RelationType, load_schema

RELATIONS = load_schema().relations
NAMED = {name for name, row in load_schema().entities.items() if row.named}


def test_entity_types() -> None:
    assert list(load_schema().entities) == [
        "PER",
        "LOC",
        "ORG",
        "EVT",
        "PRO",
        "WEAPON",
        "GROUP",
        "NOM",
        "PRON",
    ]
    assert sorted(NAMED) == ["EVT", "LOC", "ORG", "PER", "PRO", "WEAPON"]


def test_subtypes_are_words_of_named_types() -> None:
    for name, row in load_schema().entities.items():
        assert len(set(row.subtypes)) == len(row.subtypes)
        assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", subtype) for subtype in row.subtypes)
        assert row.named or not row.subtypes, name
    assert {"country", "region", "city", "facility", "water"} == set(load_schema().entities["LOC"].subtypes)


def test_there_are_31_relation_types() -> None:
    assert len(RELATIONS) == 31
    symmetric = {name for name, row in RELATIONS.items() if row.symmetric}
    assert symmetric == {"meets-with", "talks-with", "agrees-with", "cooperates-with", "competes-with"}


@pytest.mark.parametrize("relation", RELATIONS.values(), ids=lambda relation: relation.name)
def test_a_relation_type_is_complete(relation: RelationType) -> None:
    assert relation.description and relation.label and relation.triggers
    assert relation.subject and relation.object
    assert len(set(relation.subject)) == len(relation.subject)
    assert bool(relation.plover) == bool(relation.cameo)
    if relation.symmetric:
        assert set(relation.subject) == set(relation.object)


def test_roles_are_those_of_the_guidelines() -> None:
    roles = {name: row.roles for name, row in RELATIONS.items() if row.roles}
    assert roles == {
        "supplies": ("item",),
        "receives": ("item",),
        "uses-weapon": ("target",),
        "deploys": ("place",),
        "appoints": ("office",),
        "dismisses": ("office",),
        "holds-office": ("office",),
    }


def test_codes_fit_together() -> None:
    """The code of CAMEO is one that PLOVER's own table maps to the event type beside it."""
    lines = (Path(__file__).parent / "data/cameo-plover.tsv").read_text(encoding="utf-8").splitlines()
    events = dict(line.split("\t") for line in lines if not line.startswith("#"))
    assert len(events) == 128
    coded = {name: row for name, row in RELATIONS.items() if row.cameo}
    assert len(coded) == 23
    assert {n: r.plover for n, r in coded.items()} == {n: events.get(r.cameo) for n, r in coded.items()}


OWN = replace(RELATIONS["supports"], name="nominates", object=("PER",))


def test_types_can_be_added() -> None:
    schema = load_schema().with_relations([OWN, RELATIONS["supports"]])
    assert list(schema.relations) == [*RELATIONS, "nominates"]
    assert "nominates" not in load_schema().relations


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (replace(OWN, name="supports"), "supports: there is a relation type of this name"),
        (replace(OWN, object=("KING",)), "nominates: unknown entity type KING"),
    ],
)
def test_a_type_that_does_not_fit_is_named(row: RelationType, told: str) -> None:
    with pytest.raises(KnowledgeError, match=told):
        load_schema().with_relations([row])


def test_factuality_values() -> None:
    assert FACTUALITY == ("asserted", "negated", "possible", "planned", "demanded")


def test_json_schema_describes_the_format() -> None:
    schema = json_schema()
    assert schema["required"] == ["id", "text"]
    assert schema["additionalProperties"] is False
    assert all(part["additionalProperties"] is False for part in schema["$defs"].values())
    assert {"sentences", "tokens", "entities", "referents", "relations", "quotes", "triples"} <= set(
        schema["properties"]
    )


def test_json_schema_ties_the_subtype_to_the_type() -> None:
    rules = json_schema()["$defs"]["Entity"]["allOf"]
    allowed = {
        rule["if"]["properties"]["type"]["const"]: rule["then"]["properties"]["subtype"]["enum"]
        for rule in rules
    }
    assert set(allowed) == set(load_schema().entities)
    assert allowed["PER"] == [None] and "city" in allowed["LOC"] and None in allowed["LOC"]
