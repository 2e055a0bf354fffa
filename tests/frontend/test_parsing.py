"""Parts of the network that are no sums: one subject a clause, long sentences."""

from __future__ import annotations

import numpy as np
import pytest

from bgpolitics_ner.frontend.parsing import LONGEST, cut_long, forbid_second

SUBJECT, PASSIVE, OBJECT = 0, 1, 2


@pytest.mark.parametrize(
    ("heads", "labels"),
    [
        ([9, 9, 9], [SUBJECT, OBJECT, OBJECT]),  # the others take what is next best
        ([9, 8, 9], [SUBJECT, PASSIVE, OBJECT]),  # other heads have subjects of their own
        ([7, 8, 9], [SUBJECT, PASSIVE, SUBJECT]),
    ],
)
def test_a_head_has_one_subject(heads: list[int], labels: list[int]) -> None:
    scores = np.array([[4, 1, 1], [0, 3, 2], [5, 0, 3]], dtype=np.float32)
    forbid_second(scores, np.array(heads), np.array([SUBJECT, PASSIVE]))
    assert scores.argmax(1).tolist() == labels


def test_long_sentences_are_cut_where_a_border_is_likeliest() -> None:
    odds = np.full(LONGEST + 50, -5, dtype=np.float32)
    odds[40] = odds[LONGEST - 40] = -1
    starts = np.zeros(len(odds), dtype=bool)
    starts[0] = True
    assert np.flatnonzero(cut_long(starts, odds)).tolist() == [0, LONGEST - 40]
    assert np.flatnonzero(starts).tolist() == [0], "what is given is not changed"
    assert cut_long(starts[:LONGEST], odds[:LONGEST]).sum() == 1
