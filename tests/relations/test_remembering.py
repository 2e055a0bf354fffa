"""What is remembered of a Doc is what a reader without memory reads."""

from __future__ import annotations

from spacy.tokens import Doc

from bgpolitics_ner.relations.remembering import RememberingReader
from bgpolitics_ner.relations.slots import SlotReader

from .mentioned import MEETING
from .parsed_docs import LEAVING, parse
from .test_slots import BETWEEN, PASSIVE, RELATIVE, TALKS


def read(reader: SlotReader, doc: Doc) -> list[object]:
    return [([(f.slot, f.token.i) for f in reader.read(token)], reader.preposition(token)) for token in doc]


def test_the_answers_are_those_of_a_plain_reader() -> None:
    docs = [parse(table) for table in (MEETING, LEAVING, BETWEEN, PASSIVE, RELATIVE, TALKS)]
    plain = [read(SlotReader(), doc) for doc in docs]
    remembering = RememberingReader()
    assert [read(remembering, doc) for doc in docs] == plain
    for doc, expected in zip(docs, plain, strict=True):  # by turns, each time the first and this one
        assert read(remembering, docs[0]) == plain[0]
        assert read(remembering, doc) == read(remembering, doc) == expected
