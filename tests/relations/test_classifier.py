"""The learned scorer: probabilities, what it leaves out, the round trip through the disk."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bgpolitics_ner.errors import ModelError
from bgpolitics_ner.relations.candidates import ArgumentCandidate, TriggerCandidate, pair_features
from bgpolitics_ner.relations.classifier import BATCH_SIZE, NONE, RelationClassifier

LABELS = [NONE, "visits", "meets-with"]
HIDDEN, DENSE = 4, 3


def make_classifier() -> RelationClassifier:
    generator = np.random.default_rng(7)
    sizes = {
        "trigger": (2, HIDDEN),
        "subject": (3, HIDDEN),
        "object": (3, HIDDEN),
        "types": (3, HIDDEN),
        "order": (3, HIDDEN),
        "bias": (HIDDEN,),
        "output": (HIDDEN, len(LABELS)),
        "output_bias": (len(LABELS),),
        "trigger_dense": (DENSE, HIDDEN),
        "subject_dense": (DENSE, HIDDEN),
        "object_dense": (DENSE, HIDDEN),
    }
    return RelationClassifier(
        labels=LABELS,
        trigger_lexicon=["посетя"],
        trigger_vocabulary={("t", "посетя"): 0, ("tpos", "verb"): 1},
        argument_vocabulary={("slot", "subj"): 0, ("slot", "obj"): 1, ("type", "PER"): 2},
        types={"?": 0, "PER>LOC": 1, "LOC>PER": 2},
        orders={"?": 0, "sto+2": 1, "ots-2": 2},
        arrays={n: generator.normal(size=s).astype(np.float16).astype(np.float32) for n, s in sizes.items()},
        temperature=1.5,
    )


def argument(number: int, kind: str, head: int, *bundles: tuple[str, ...]) -> ArgumentCandidate:
    vector = np.full(DENSE, number, dtype=np.float32)
    return ArgumentCandidate(number, number, kind, head, vector, list(bundles))


CANDIDATE = TriggerCandidate(
    token=1,
    vector=np.ones(DENSE, dtype=np.float32),
    bundles=[("trigger", "посетя", "verb", "ROOT", "сетя", "посет"), ("near", "1", "unseen")],
    arguments=[
        argument(0, "PER", 0, ("slot", "subj", "посетя", "PER"), ("type", "PER", "посетя", "PER")),
        argument(1, "LOC", 2, ("slot", "obj", "посетя", "LOC"), ("slot", "unseen", "посетя", "LOC")),
        argument(2, "EVT", 9),
    ],
)


def test_probabilities_sum_to_one() -> None:
    probabilities = make_classifier().probabilities(CANDIDATE)
    assert probabilities.shape == (3, 3, len(LABELS))
    assert np.allclose(probabilities.sum(-1), 1, atol=1e-5)


def test_probabilities_are_those_of_the_formula() -> None:
    model = make_classifier()
    a = model.arrays

    def embed(table: str, x: ArgumentCandidate) -> np.ndarray:  # type: ignore[type-arg]
        rows = [model.argument_vocabulary[f] for f in x.features if f in model.argument_vocabulary]
        return a[table][rows].sum(0) + x.vector @ a[f"{table}_dense"]

    expected = np.zeros((3, 3, len(LABELS)))
    for i, first in enumerate(CANDIDATE.arguments):
        for j, second in enumerate(CANDIDATE.arguments):
            kind, order = pair_features(CANDIDATE.token, first, second)
            hidden = a["trigger"].sum(0) + a["bias"] + CANDIDATE.vector @ a["trigger_dense"]
            hidden = hidden + embed("subject", first) + embed("object", second)
            hidden = hidden + a["types"][model.types.get(kind, 0)] + a["order"][model.orders.get(order, 0)]
            logits = (np.maximum(hidden, 0) @ a["output"] + a["output_bias"]) / model.temperature
            expected[i, j] = np.exp(logits) / np.exp(logits).sum()
    assert np.allclose(model.probabilities(CANDIDATE), expected, atol=1e-5)


def test_scored_pairs_have_two_referents_and_no_none() -> None:
    scored = list(make_classifier().score(CANDIDATE, floor=0.0))
    assert len(scored) == 3 * 2 * (len(LABELS) - 1)
    assert {s.relation for s in scored} == set(LABELS[1:])
    assert all(s.subject != s.object and s.trigger == 1 for s in scored)
    assert list(make_classifier().score(CANDIDATE, floor=1.1)) == []


def test_a_left_out_argument_is_no_object() -> None:
    implied = ArgumentCandidate(None, 5, "NULL", 1, np.zeros(DENSE, dtype=np.float32))
    candidate = TriggerCandidate(1, CANDIDATE.vector, [], [implied, CANDIDATE.arguments[1]])
    assert {(s.subject, s.object) for s in make_classifier().score(candidate, floor=0.0)} == {(0, 1)}


def test_the_disk_gives_back_what_it_got(tmp_path: Path) -> None:
    model = make_classifier()
    model.to_disk(tmp_path / "relations")
    again = RelationClassifier.from_disk(tmp_path / "relations")
    assert np.array_equal(again.probabilities(CANDIDATE), model.probabilities(CANDIDATE))
    assert (again.labels, again.trigger_lexicon, again.temperature) == (LABELS, ["посетя"], 1.5)
    assert again.argument_vocabulary == model.argument_vocabulary


@pytest.mark.parametrize("missing", ["vocabulary.json", "weights.npz"])
def test_a_missing_file_is_named(tmp_path: Path, missing: str) -> None:
    make_classifier().to_disk(tmp_path)
    (tmp_path / missing).unlink()
    with pytest.raises(ModelError, match=missing):
        RelationClassifier.from_disk(tmp_path)


def test_many_candidates_score_as_one_by_one() -> None:
    implied = ArgumentCandidate(None, 5, "NULL", 1, np.zeros(DENSE, dtype=np.float32))
    first, second = CANDIDATE.arguments[:2]
    candidates = [
        CANDIDATE,
        TriggerCandidate(1, CANDIDATE.vector, [], [implied, second]),
        TriggerCandidate(2, CANDIDATE.vector, CANDIDATE.bundles, [second, first]),
    ] * BATCH_SIZE
    model = make_classifier()
    together = list(model.score_all(candidates, floor=0.1))
    assert [candidate for candidate, _ in together] == candidates
    for candidate, scored in together:
        alone = list(model.score(candidate, floor=0.1))
        assert [replace(s, probability=0) for s in scored] == [replace(s, probability=0) for s in alone]
        assert [s.probability for s in scored] == pytest.approx([s.probability for s in alone], abs=1e-6)
    assert sum(len(scored) for _, scored in together) > len(candidates)
