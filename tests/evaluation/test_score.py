from __future__ import annotations

import pytest

from bgpolitics_ner.evaluation import Score
from bgpolitics_ner.evaluation.bootstrap import interval
from bgpolitics_ner.evaluation.matching import Candidate, match
from bgpolitics_ner.evaluation.score import Accuracy


def test_rates_come_from_the_counts() -> None:
    score = Score(tp=2, predicted=4, gold=3) + Score(tp=1, predicted=0, gold=1)
    assert (score.precision, score.recall, score.f1) == (3 / 4, 3 / 4, 3 / 4)


@pytest.mark.parametrize(
    ("score", "rates"),
    [(Score(), (1, 1, 1)), (Score(predicted=1), (0, 0, 0)), (Score(gold=1), (0, 0, 0))],
)
def test_nothing_against_nothing_is_agreement_and_against_something_is_none(
    score: Score, rates: tuple[float, ...]
) -> None:
    assert (score.precision, score.recall, score.f1) == rates


def test_accuracy_of_no_matches_is_no_number() -> None:
    assert Accuracy().accuracy is None


def test_an_item_that_fits_two_does_not_cost_another_its_match() -> None:
    likely = Candidate(0, 0, likeness=9)
    assert match([likely, Candidate(1, 0), Candidate(0, 1)]) == {0: 1, 1: 0}


def test_the_most_alike_are_paired_where_the_number_of_pairs_allows() -> None:
    pairs = [Candidate(i, j, likeness=int(i + j == 2)) for i in range(3) for j in range(3)]
    assert match(pairs) == {0: 2, 1: 1, 2: 0}


def test_a_long_chain_of_exchanges_is_followed() -> None:
    size = 3000
    chain = [Candidate(i, i, likeness=1) for i in range(size)]
    chain += [Candidate(i + 1, i) for i in range(size)] + [Candidate(0, size)]
    assert len(match(chain)) == size + 1


def test_the_interval_holds_the_score_and_is_repeatable() -> None:
    documents = [Score(tp, 10, 10) for tp in (2, 9, 5, 7, 4, 8, 6, 1, 3, 5)]
    low, high = interval(documents)
    assert low < 0.5 < high
    assert 0.1 < high - low < 0.5
    assert interval(documents) == (low, high)
    assert interval(documents, seed=1) != (low, high)


def test_the_interval_is_drawn_over_documents_not_relations() -> None:
    alike = [Score(5, 10, 10)] * 10
    assert interval(alike) == (0.5, 0.5)


def test_more_documents_narrow_the_interval() -> None:
    few = [Score(tp, 10, 10) for tp in (2, 8)] * 5
    low, high = interval(few)
    narrow_low, narrow_high = interval(few * 20)
    assert narrow_high - narrow_low < (high - low) / 2
