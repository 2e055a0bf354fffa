"""Which predicted relations were right, with their confidence."""

from __future__ import annotations

from dataclasses import replace

from bgpolitics_ner.document import Document
from bgpolitics_ner.evaluation.confidences import answer_facts, answer_mentions

from .build import Fact, article

TEXT = "[Лукашенко|PER] критикува [Тръмп|PER] . [Лукашенко|PER] прие [Путин|PER] ."
GOLD = article(TEXT, [Fact("m1", "criticizes", "m2")])


def sure(document: Document, *confidences: float | None) -> Document:
    relations = zip(document.relations or (), confidences, strict=True)
    return replace(document, relations=tuple(replace(r, confidence=c) for r, c in relations))


def test_the_mention_level_judges_every_telling() -> None:
    facts = [Fact("m1", "criticizes", "m2"), Fact("m1", "criticizes", "m2"), Fact("m3", "criticizes", "m4")]
    predicted = sure(article(TEXT, facts), 0.9, 0.4, 0.7)
    found = [(answer.confidence, answer.right) for answer in answer_mentions([GOLD], [predicted])]
    assert sorted(found) == [(0.4, False), (0.7, False), (0.9, True)]  # gold is found once


def test_the_document_level_takes_the_most_certain_telling() -> None:
    facts = [Fact("m1", "criticizes", "m2"), Fact("m3", "criticizes", "m2"), Fact("m1", "meets-with", "m4")]
    predicted = sure(article(TEXT, facts), 0.4, 0.8, 0.3)
    found = [(answer.confidence, answer.right) for answer in answer_facts([GOLD], [predicted])]
    assert sorted(found) == [(0.3, False), (0.8, True)]


def test_without_a_confidence_there_is_no_answer() -> None:
    predicted = sure(article(TEXT, [Fact("m1", "criticizes", "m2")]), None)
    assert list(answer_mentions([GOLD], [predicted])) == []
