from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bgpolitics_ner.document import Document
from bgpolitics_ner.errors import InputError
from bgpolitics_ner.evaluation import evaluate
from bgpolitics_ner.evaluation.files import find_gold

from .build import Fact, article, without

TEXT = "[Тръмп|PER|Доналд Тръмп] назначи вчера [Ръбио|PER] за секретар , предаде [БТА|ORG] .\n"
TEXT += "Срещна се с [репортери|GROUP] ."


def full(name: str = "d1") -> Document:
    facts = [
        Fact(
            "m1",
            "appoints",
            "m2",
            source="БТА",
            when="вчера",
            trigger="назначи",
            roles={"office": "секретар"},
        ),
        Fact(
            "=Доналд Тръмп", "meets-with", "m4", line=1, factuality="possible", origin=("model", "rule:meets")
        ),
    ]
    return article(TEXT, facts, name=name)


def test_gold_against_itself_is_perfect_everywhere() -> None:
    report = evaluate([full("a"), full("b")], [full("b"), full("a")]).to_dict()
    rates: list[object] = []

    def collect(node: dict[str, object]) -> None:
        for key, value in node.items():
            if isinstance(value, dict):
                collect(value)
            elif key in {"precision", "recall", "f1", "accuracy"}:
                rates.append(value)
            elif key == "interval":
                assert value == [1.0, 1.0]

    collect(report)
    assert len(rates) > 30
    assert set(rates) == {1.0}


def test_the_seed_article_scores_one_against_itself() -> None:
    gold = [item.read() for item in find_gold(Path(__file__).parents[2] / "seeds")]
    report = evaluate(gold, gold)
    assert report.relations is not None
    assert report.entities is not None
    tables = (report.relations.document, report.relations.mention_strict, report.entities.strict.named)
    assert [table.micro.f1 for table in tables] == [1.0, 1.0, 1.0]
    assert report.relations.document.micro.gold > 0
    assert not report.errors


def test_the_shape_of_the_json_report() -> None:
    report = evaluate([full()], [without(full(), "x2")])
    data = json.loads(json.dumps(report.to_dict()))
    assert list(data) == ["documents", "entities", "relations", "factuality", "source", "when", "roles"]
    assert data["documents"] == 1
    assert set(data["entities"]) == {"documents", "strict", "relaxed"}
    assert set(data["relations"]) == {"documents", "document", "mention_strict", "mention_relaxed"}
    headline = data["relations"]["document"]
    assert set(headline) == {"precision", "recall", "f1", "tp", "predicted", "gold", "interval", "per_type"}
    assert (headline["precision"], headline["recall"], headline["tp"]) == (1.0, 0.5, 1)
    assert set(headline["per_type"]) == {"appoints", "meets-with"}
    assert data["factuality"] == {"accuracy": 1.0, "correct": 1, "matches": 1}
    assert data["source"]["f1"] == data["when"]["f1"] == data["roles"]["f1"] == 1.0


def test_every_miss_and_false_alarm_is_listed_with_its_evidence() -> None:
    gold, guess = without(full(), "x1"), without(full(), "x2")
    miss, alarm = (error.to_dict() for error in evaluate([gold], [guess]).errors)
    assert miss == {
        "kind": "miss",
        "document": "d1",
        "type": "meets-with",
        "subject": "Доналд Тръмп",
        "object": "репортери",
        "subject_mention": None,
        "object_mention": "репортери",
        "factuality": ["possible"],
        "trigger": None,
        "sentence": "Срещна се с репортери .",
        "origin": ["model", "rule:meets"],
        "relations": ["x2"],
    }
    assert (alarm["kind"], alarm["trigger"], alarm["subject_mention"]) == ("false alarm", "назначи", "Тръмп")


def test_misses_and_false_alarms_complete_the_counts() -> None:
    report = evaluate([without(full(), "x1")], [without(full(), "x2")])
    assert report.relations is not None
    score = report.relations.document.micro
    assert [error.kind for error in report.errors].count("miss") == score.gold - score.tp
    assert [error.kind for error in report.errors].count("false alarm") == score.predicted - score.tp


@pytest.mark.parametrize(("gold", "predicted", "side"), [("ab", "a", "predicted"), ("a", "ab", "gold")])
def test_an_id_missing_on_one_side_is_an_error(gold: str, predicted: str, side: str) -> None:
    with pytest.raises(InputError, match=f"missing on the {side} side: 'b'"):
        evaluate(map(full, gold), map(full, predicted))


def test_an_id_that_stands_twice_is_an_error() -> None:
    with pytest.raises(InputError, match="'a' stands twice on the predicted side"):
        evaluate([full("a")], [full("a"), full("a")])


def test_another_text_under_the_same_id_is_an_error() -> None:
    with pytest.raises(InputError, match=r"'d1'.*not the gold text"):
        evaluate([article("[Минск|LOC]")], [article("[Минск|LOC] ")])


@pytest.mark.parametrize("layer", ["entities", "relations"])
def test_a_predicted_layer_that_was_not_run_is_an_error_not_zero(layer: str) -> None:
    guess = (
        replace(full(), relations=None)
        if layer == "relations"
        else replace(full(), entities=None, relations=())
    )
    with pytest.raises(InputError, match=f"{layer} were not run on 1 predicted"):
        evaluate([full()], [guess])


def test_a_layer_that_gold_lacks_is_not_scored() -> None:
    report = evaluate([replace(full(), relations=None)], [full()])
    assert report.relations is None
    assert report.factuality is None
    assert report.entities is not None
    assert report.to_dict()["relations"] is None


def test_nothing_to_score_is_an_error() -> None:
    with pytest.raises(InputError, match="nothing to score"):
        evaluate([], [])
