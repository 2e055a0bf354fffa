"""MUC, B³ and CEAF-e against worked examples of the literature."""

from __future__ import annotations

import itertools
import random

import pytest

from bgpolitics_ner.document import Document, Entity, Referent
from bgpolitics_ner.evaluation.coreference import (
    CoreferenceScores,
    best_alignment,
    clusters_of,
    score_clusters,
    score_coreference,
)


def sets(text: str) -> list[frozenset[str]]:
    """Return a cluster for each word, a mention for each letter."""
    return [frozenset(word) for word in text.split()]


@pytest.mark.parametrize(
    ("gold", "predicted", "muc", "b3", "ceafe"),
    [
        # Pradhan et al. 2014, the worked example: recall and precision
        ("abc defg", "ab cd fghi", (0.4, 0.4), (2.9167 / 7, 0.5), (0.65, 1.3 / 3)),
        # Luo 2005, figure 1: two systems that MUC cannot tell apart
        ("12345 67 89ABC", "12345 6789ABC", (1.0, 0.9), (1.0, 0.7619), (1.8333 / 3, 1.8333 / 2)),
        ("12345 67 89ABC", "1234589ABC 67", (1.0, 0.9), (1.0, 7 / 12), (1.6667 / 3, 1.6667 / 2)),
        # all right; all mentions alone: no link is there to be found
        ("ab c", "ab c", (1.0, 1.0), (1.0, 1.0), (1.0, 1.0)),
        ("abcd", "a b c d", (0.0, 0.0), (0.25, 1.0), (0.4, 0.1)),
        # nothing predicted
        ("ab", "", (0.0, 0.0), (0.0, 0.0), (0.0, 0.0)),
    ],
)
def test_measures(
    gold: str,
    predicted: str,
    muc: tuple[float, float],
    b3: tuple[float, float],
    ceafe: tuple[float, float],
) -> None:
    scores = score_clusters(sets(gold), sets(predicted))
    for ratio, (recall, precision) in zip(
        (scores.muc, scores.b3, scores.ceafe), (muc, b3, ceafe), strict=True
    ):
        assert ratio.recall == pytest.approx(recall, abs=1e-4)
        assert ratio.precision == pytest.approx(precision, abs=1e-4)
    assert scores.conll == pytest.approx((scores.muc.f1 + scores.b3.f1 + scores.ceafe.f1) / 3)


def test_counts_are_added_up_before_they_are_divided() -> None:
    one, other = score_clusters(sets("ab"), sets("ab")), score_clusters(sets("cdef"), sets("c d e f"))
    both = one + other
    assert both.muc.recall == pytest.approx(1 / 4)
    assert CoreferenceScores() + one == one


def test_alignment_is_the_best_of_all() -> None:
    draw = random.Random(3)
    for rows, columns in ((1, 1), (2, 3), (4, 2), (4, 4), (3, 5)):
        for _ in range(20):
            values = [[round(draw.random(), 2) for _ in range(columns)] for _ in range(rows)]
            wide = values if rows <= columns else [list(column) for column in zip(*values, strict=True)]
            best = max(
                sum(row[j] for row, j in zip(wide, order, strict=True))
                for order in itertools.permutations(range(len(wide[0])), len(wide))
            )
            assert best_alignment(values) == pytest.approx(best)


def test_alignment_of_nothing() -> None:
    assert best_alignment([]) == best_alignment([[]]) == 0.0


def make(groups: str) -> Document:
    """Return a Document of one-letter mentions ``letter:type:referent``; - for no referent."""
    rows = [group.split(":") for group in groups.split()]
    names = dict.fromkeys(r for _, _, r in rows if r != "-")
    return Document(
        id="d",
        text="абвгд",
        entities=tuple(
            Entity(
                id=f"m{i}", start=s, end=s + 1, text="абвгд"[s], type=kind, referent=None if r == "-" else r
            )
            for i, (s, kind, r) in enumerate(("абвгд".index(a), k, r) for a, k, r in rows)
        ),
        referents=tuple(Referent(id=name, name=name, type="PER") for name in names),
    )


def test_documents_are_scored_over_the_chosen_types() -> None:
    gold = make("а:PER:r1 б:NOM:r1 в:PRON:r1 г:LOC:-")
    assert sorted(map(len, clusters_of(gold, {"PER", "NOM", "LOC"}))) == [1, 2]
    assert clusters_of(gold, {"PER", "NOM", "LOC"}, singletons=False) == [frozenset({(0, 1), (1, 2)})]
    split = make("а:PER:r1 б:NOM:r2 г:LOC:r3")
    types = {"PER", "NOM", "LOC"}
    assert score_coreference([(gold, gold)], types).conll == 1.0
    assert score_coreference([(gold, split)], types).muc.recall == 0.0
    assert score_coreference([(gold, split)], types, singletons=False).conll == 0.0
