"""Frames and classifier joined: noisy or, overlapping mentions, pairs in either order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from bgpolitics_ner.entities.mention import Mention
from bgpolitics_ner.relations.calibration import Calibration, Curve
from bgpolitics_ner.relations.candidates import ArgumentCandidate, TriggerCandidate
from bgpolitics_ner.relations.classifier import Scored
from bgpolitics_ner.relations.combine import Combiner, FoundRelation, drop_overlapping
from bgpolitics_ner.relations.matcher import Match

MATCH = Match("visits", 3, 0, 0, 1, 1, 0.8, "visits.verb", ("subj", "obj"))
ZERO = np.zeros(1, dtype=np.float32)
MENTIONS = [
    Mention(0, 5, "PER", 0, "А", 1.0, "test", referent=0),
    Mention(10, 40, "GROUP", 4, "Б", 1.0, "test", referent=1),
    Mention(16, 40, "GROUP", 5, "В", 1.0, "test", referent=2),
]


class Answers:
    """Stands for a classifier: the same scored pairs for every candidate."""

    def __init__(self, *scored: tuple[str, int, int, float]) -> None:
        self._scored = scored

    def score_all(
        self, candidates: Iterable[TriggerCandidate], *, floor: float
    ) -> Iterator[tuple[TriggerCandidate, list[Scored]]]:
        for candidate in candidates:
            token = candidate.token
            yield (
                candidate,
                [Scored(token, first, second, name, p) for name, first, second, p in self._scored],
            )


def argument(number: int, *slots: str) -> ArgumentCandidate:
    return ArgumentCandidate(
        number, number, "PER", number, ZERO, [("slot", slot, "срещна", "PER") for slot in slots]
    )


CANDIDATE = TriggerCandidate(3, ZERO, [], [argument(0, "subj"), argument(1, "obj"), argument(2)])


def combine(matches: list[Match], classifier: Any = None, **settings: Any) -> list[FoundRelation]:
    combiner = Combiner(classifier, **{"threshold": 0.3, "frame_weight": 1.0, **settings})
    return combiner.combine(matches, [CANDIDATE], MENTIONS)


def test_a_frame_alone() -> None:
    (found,) = combine([MATCH], frame_weight=0.5)
    assert (found.confidence, found.origin, found.path) == (0.4, ("rule:visits.verb",), ("subj", "obj"))


def test_under_the_threshold_nothing_stays() -> None:
    assert combine([MATCH], frame_weight=0.5, threshold=0.41) == []


def test_two_frames_for_one_relation_are_one() -> None:
    (found,) = combine([MATCH, replace(MATCH, rule="visits.noun", confidence=0.9)])
    assert (found.confidence, found.origin) == (0.9, ("rule:visits.verb", "rule:visits.noun"))


def test_the_classifier_alone() -> None:
    (found,) = combine([], Answers(("visits", 0, 1, 0.7)))
    assert (found.confidence, found.origin, found.path) == (0.7, ("model",), ("subj", "obj"))


def test_both_are_a_noisy_or() -> None:
    (found,) = combine([MATCH], Answers(("visits", 0, 1, 0.5)))
    assert found.confidence == pytest.approx(1 - 0.2 * 0.5)
    assert found.origin == ("rule:visits.verb", "model")


def test_symmetric_types_have_one_key_for_both_orders() -> None:
    meeting = replace(MATCH, relation="meets-with", rule="meets-with.verb")
    (found,) = combine([meeting], Answers(("meets-with", 1, 0, 0.5)))
    assert found.confidence == pytest.approx(0.9)
    assert len(combine([], Answers(("visits", 0, 1, 0.6), ("visits", 1, 0, 0.5)))) == 2


def test_the_classifier_does_not_second_guess_a_frame() -> None:
    (found,) = combine([MATCH], Answers(("visits", 1, 0, 0.9)))
    assert found.origin == ("rule:visits.verb",)
    assert len(combine([MATCH], Answers(("supports", 1, 0, 0.9)))) == 2


def test_the_model_counts_once_in_the_noisy_or() -> None:
    answers = Answers(("meets-with", 0, 1, 0.5), ("meets-with", 1, 0, 0.6))
    (found,) = combine([], answers)
    assert found.confidence == pytest.approx(0.6)


def relation(subject: int, object_: int, confidence: float, trigger: int = 3) -> FoundRelation:
    return FoundRelation("visits", trigger, subject, subject, object_, object_, confidence, ("model",))


def test_of_overlapping_mentions_the_most_certain_stays() -> None:
    one, two = relation(0, 1, 0.5), relation(0, 2, 0.6)
    assert drop_overlapping([one, two], MENTIONS) == [two]


def test_overlapping_mentions_of_other_triggers_stay() -> None:
    one, two = relation(0, 1, 0.5), relation(0, 2, 0.6, trigger=8)
    assert sorted(drop_overlapping([one, two], MENTIONS), key=lambda r: r.trigger) == [one, two]


def test_mentions_apart_stay() -> None:
    one, two = relation(1, 0, 0.5), relation(0, 1, 0.6)
    assert len(drop_overlapping([one, two], MENTIONS)) == 2


def test_a_fact_told_for_sure_elsewhere_needs_less_proof() -> None:
    sure, again = replace(MATCH, confidence=0.8), replace(MATCH, trigger=9, confidence=0.2)
    assert [found.trigger for found in combine([sure, again])] == [3, 9]
    assert combine([again]) == []
    assert combine([sure, replace(again, confidence=0.1)]) == combine([sure])
    assert len(combine([sure, replace(again, object=2, object_mention=2)])) == 1


def test_answers_stand_in_text_order() -> None:
    late = replace(MATCH, trigger=9)
    assert [found.trigger for found in combine([late, MATCH])] == [3, 9]


@pytest.mark.parametrize(
    ("prefer", "kept"),
    [
        ("precision", {("visits", 0, 1)}),
        ("balanced", {("visits", 0, 1), ("accuses", 0, 1)}),
        ("recall", {("visits", 0, 1), ("accuses", 0, 1), ("accuses", 2, 1), ("visits", 0, 2)}),
    ],
)
def test_a_preference_moves_the_thresholds(prefer: str, kept: set[tuple[str, int, int]]) -> None:
    """The classifier's second guess at a frame's trigger is heard where recall is preferred."""
    answers: Any = Answers(("accuses", 0, 1, 0.6), ("accuses", 2, 1, 0.2), ("visits", 0, 2, 0.5))
    combiner = Combiner(answers, threshold=0.3, frame_weight=1.0, prefer=prefer)
    found = combiner.combine([MATCH], [CANDIDATE], [*MENTIONS[:2], replace(MENTIONS[2], start=50, end=60)])
    assert {(r.relation, r.subject, r.object) for r in found} == kept


def test_types_that_the_schema_does_not_know_are_left_out() -> None:
    assert combine([], Answers(("sits-with", 0, 1, 0.9), ("visits", 0, 1, 0.9)))[0].relation == "visits"


def test_a_calibration_changes_confidences_and_no_answer() -> None:
    answers = Answers(("visits", 0, 1, 0.5), ("talks-with", 0, 1, 0.4))
    curves = {"both": Curve(1, -3), "model": Curve(1, -2)}
    before = combine([MATCH], answers)
    after = combine([MATCH], answers, calibration=Calibration(curves))
    assert [r.relation for r in after] == [r.relation for r in before] == ["talks-with", "visits"]
    assert [r.kind for r in after] == ["model", "both"]
    assert [r.confidence for r in after] == pytest.approx([0.0828, 0.3094], abs=1e-3)
