"""Near-copies: found whatever the order of work, each pointing at the first."""

from __future__ import annotations

import random

import numpy as np
import pytest

from bgpolitics_ner.corpus.duplicates import SIGNATURE_BYTES, VALUES, Signer, find_duplicates
from bgpolitics_ner.errors import InputError

PINNED = [2187996930, 107533742, 3230031074]


@pytest.fixture(scope="module")
def sign() -> Signer:
    pytest.importorskip("rensa")
    return Signer()


def article(seed: int, words: int = 200) -> list[str]:
    draw = random.Random(seed)
    return ["".join(draw.choices("абвгдежзик", k=5)) for _ in range(words)]


def edit(words: list[str], share: float, seed: int) -> list[str]:
    """Replace the end of an article, as a share of it."""
    kept = int(len(words) * (1 - share))
    return words[:kept] + article(seed, len(words) - kept)


def find(sign: Signer, texts: list[list[str]]) -> list[int | None]:
    return find_duplicates([sign(" ".join(text)) for text in texts])


def test_a_copy_points_at_the_first(sign: Signer) -> None:
    texts = [article(1), article(2), article(1), edit(article(2), 0.1, 9), article(3), article(1)]
    assert find(sign, texts) == [None, None, 0, 1, None, 0]


def test_case_marks_and_line_breaks_make_no_difference(sign: Signer) -> None:
    words = article(1)
    assert find_duplicates([sign(" ".join(words)), sign(",\n".join(words).upper() + "!")]) == [None, 0]


def test_copies_of_copies_point_at_the_first(sign: Signer) -> None:
    first = article(1, 300)
    second = edit(first, 0.2, 7)
    third = article(8, 80) + second[80:]
    assert find(sign, [first, third]) == [None, None], "too different without the one between"
    assert find(sign, [first, second, third]) == [None, 0, 0]
    assert find(sign, [third, first, second]) == [None, 0, 0]


def test_what_shares_a_third_is_an_article_of_its_own(sign: Signer) -> None:
    assert find(sign, [article(1), edit(article(1), 0.65, 5)]) == [None, None]


def test_most_pairs_above_the_threshold_are_found(sign: Signer) -> None:
    texts = [article(i) for i in range(100)] + [edit(article(i), 0.2, 500 + i) for i in range(100)]
    found = find(sign, texts)
    assert found[:100] == [None] * 100
    assert sum(original == i for i, original in enumerate(found[100:])) >= 98  # Jaccard about 0.65


def test_short_and_empty_texts_are_never_copies(sign: Signer) -> None:
    short = "Очаквайте подробности"
    assert sign(short) == sign("") == bytes(SIGNATURE_BYTES)
    assert find_duplicates([sign(short), sign(short), sign("")]) == [None, None, None]
    assert find_duplicates([]) == []


def test_signatures_are_the_same_in_every_process(sign: Signer) -> None:
    """Parts of a run are made by different processes and versions of Python."""
    signature = sign(" ".join(f"дума{i}" for i in range(50)))
    assert len(signature) == SIGNATURE_BYTES
    assert np.frombuffer(signature, dtype="<u4")[:3].tolist() == PINNED


def test_an_array_works_like_bytes(sign: Signer) -> None:
    signatures = [sign(" ".join(article(i % 4))) for i in range(9)]
    array = np.frombuffer(b"".join(signatures), dtype="<u4").reshape(-1, VALUES)
    assert find_duplicates(array) == find_duplicates(signatures) == [None] * 4 + [0, 1, 2, 3, 0]


def test_a_band_that_many_share_is_no_trap() -> None:
    """Ten thousand texts with one equal band, as of a common footer, cost no more than others."""
    array = np.random.default_rng(0).integers(1, 2**32, (10_000, VALUES), dtype=np.uint32)
    array[:, :4] = 7
    array[9_000] = array[17]
    found = find_duplicates(array)
    assert found[9_000] == 17
    assert sum(original is not None for original in found) == 1


def test_signatures_of_another_length_are_refused() -> None:
    with pytest.raises(InputError, match="signature 1 has 3 bytes, not 512"):
        find_duplicates([bytes(SIGNATURE_BYTES), b"abc"])
    with pytest.raises(InputError, match=r"shape \(2, 3\)"):
        find_duplicates(np.zeros((2, 3), dtype=np.uint32))
