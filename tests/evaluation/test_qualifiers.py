from __future__ import annotations

import pytest

from bgpolitics_ner.document import Document
from bgpolitics_ner.evaluation import EvaluationReport, Score, evaluate
from bgpolitics_ner.evaluation.score import Accuracy

from .build import Fact, article

TEXT = "Вчера [Тръмп|PER|Доналд Тръмп] назначи [Ръбио|PER] за държавен секретар , предаде [БТА|ORG] ."


def report(gold: Document, predicted: Document) -> EvaluationReport:
    return evaluate([gold], [predicted])


def appoint(text: str = TEXT, **qualifiers: object) -> Document:
    return article(text, [Fact("m1", "appoints", "m2", **qualifiers)])  # type: ignore[arg-type]


@pytest.mark.parametrize(("factuality", "correct"), [("planned", 1), ("asserted", 0)])
def test_factuality_is_judged_on_matches(factuality: str, correct: int) -> None:
    found = report(appoint(factuality="planned"), appoint(factuality=factuality))
    assert found.factuality == Accuracy(correct, 1)


@pytest.mark.parametrize(("told", "correct"), [("asserted", 1), ("planned", 1), ("negated", 0)])
def test_a_merged_fact_is_right_where_the_factualities_intersect(told: str, correct: int) -> None:
    facts = [Fact("m1", "appoints", "m2", factuality=value) for value in ("planned", "asserted")]
    assert report(article(TEXT, facts), appoint(factuality=told)).factuality == Accuracy(correct, 1)


def test_qualifiers_of_misses_and_false_alarms_do_not_count() -> None:
    gold = appoint(source="БТА", when="Вчера", roles={"office": "държавен секретар"})
    found = report(gold, article(TEXT, [Fact("m1", "dismisses", "m2", source="БТА", when="Вчера")]))
    assert found.factuality == Accuracy(0, 0)
    assert found.factuality.accuracy is None
    assert (found.source, found.when, found.roles) == (Score(), Score(), Score())


def test_the_source_matches_by_name_or_alias() -> None:
    text = "[БТА|ORG|Българска телеграфна агенция] : [Тръмп|PER] назначи [Ръбио|PER] . [Ройтерс|ORG] ."
    gold = article(text, [Fact("m2", "appoints", "m3", source="Българска телеграфна агенция")])
    alias_text = text.replace("|Българска телеграфна агенция", "|бта")
    alias = article(alias_text, [Fact("m2", "appoints", "m3", source="бта")])
    other = article(text, [Fact("m2", "appoints", "m3", source="Ройтерс")])
    writer = article(text, [Fact("m2", "appoints", "m3")])
    assert report(gold, gold).source == Score(1, 1, 1)
    assert report(gold, alias).source == Score(1, 1, 1)
    assert report(gold, other).source == Score(0, 1, 1)
    assert report(gold, writer).source == Score(0, 0, 1)
    assert report(writer, gold).source == Score(0, 1, 0)


def test_an_unnamed_source_matches_by_overlap() -> None:
    text = "Според {} [Тръмп|PER] назначи [Ръбио|PER] ."
    gold = article(
        text.format("[високопоставени дипломати|GROUP]"),
        [Fact("m2", "appoints", "m3", source="високопоставени дипломати")],
    )
    guess = article(
        text.format("високопоставени [дипломати|NOM]"), [Fact("m2", "appoints", "m3", source="дипломати")]
    )
    assert report(gold, guess).source == Score(1, 1, 1)


@pytest.mark.parametrize(("when", "right"), [("тази седмица", 1), ("седмица", 1), ("днес", 0)])
def test_when_matches_by_overlap(when: str, right: int) -> None:
    text = "[Тръмп|PER] назначи [Ръбио|PER] тази седмица , днес ."
    assert report(appoint(text, when="тази седмица"), appoint(text, when=when)).when == Score(right, 1, 1)


@pytest.mark.parametrize(
    ("roles", "right"),
    [
        ({"office": "държавен секретар"}, 1),
        ({"office": "секретар"}, 1),
        ({"office": "назначи"}, 0),
        ({"place": "секретар"}, 0),
    ],
)
def test_a_role_matches_by_name_and_overlap(roles: dict[str, str], right: int) -> None:
    gold = appoint(roles={"office": "държавен секретар"})
    assert report(gold, appoint(roles=roles)).roles == Score(right, 1, 1)


def test_a_value_told_twice_counts_once() -> None:
    facts = [Fact("m1", "appoints", "m2", source="БТА", when="Вчера", roles={"office": "секретар"})] * 2
    found = report(article(TEXT, facts), article(TEXT, facts[:1]))
    assert (found.source, found.when, found.roles) == (Score(1, 1, 1),) * 3
