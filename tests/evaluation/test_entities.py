from __future__ import annotations

from bgpolitics_ner.evaluation import Score, evaluate
from bgpolitics_ner.evaluation.entities import EntityScores

from .build import article


def scores(gold: str, predicted: str) -> EntityScores:
    found = evaluate([article(gold)], [article(predicted)]).entities
    assert found is not None
    return found


def test_strict_needs_the_same_span_relaxed_an_overlap() -> None:
    found = scores("[Доналд Тръмп|PER] в [Минск|LOC]", "Доналд [Тръмп|PER] в [Минск|LOC]")
    assert found.strict.named.micro == Score(1, 2, 2)
    assert found.relaxed.named.micro == Score(2, 2, 2)


def test_touching_spans_do_not_overlap() -> None:
    assert scores("[Минск|LOC], да", "Минск[,|LOC] да").relaxed.named.micro == Score(0, 1, 1)


def test_the_type_has_to_be_right() -> None:
    found = scores("[Минск|LOC]", "[Минск|ORG]")
    assert found.relaxed.named.micro == Score(0, 1, 1)
    assert found.relaxed.named.per_type == {"LOC": Score(0, 0, 1), "ORG": Score(0, 1, 0)}


def test_unnamed_mentions_are_reported_apart_and_do_not_count() -> None:
    found = scores("[Минск|LOC] и [той|PRON] днес", "[Минск|LOC] и той [днес|NOM]")
    assert found.strict.named.micro == Score(1, 1, 1)
    assert found.strict.named.per_type == {"LOC": Score(1, 1, 1)}
    assert found.strict.unnamed == {"NOM": Score(0, 1, 0), "PRON": Score(0, 0, 1)}


def test_a_weapon_is_a_named_mention() -> None:
    assert scores("[Орешник|WEAPON]", "Орешник").strict.named.micro == Score(0, 0, 1)


def test_one_prediction_finds_one_gold_mention() -> None:
    found = scores("[Иван|PER] [Петров|PER]", "[Иван Петров|PER]")
    assert found.relaxed.named.micro == Score(1, 1, 2)


def test_a_mention_predicted_twice_is_a_false_alarm() -> None:
    found = scores("[Иван Петров|PER]", "[Иван|PER] [Петров|PER]")
    assert found.relaxed.named.micro == Score(1, 2, 1)


def test_a_long_mention_before_others_is_still_compared() -> None:
    long = "[Комисията по външна политика|ORG]"
    assert scores(
        f"{long} и [ЕС|ORG]", "Комисията по [външна|ORG] политика и ЕС"
    ).relaxed.named.micro == Score(1, 1, 2)
