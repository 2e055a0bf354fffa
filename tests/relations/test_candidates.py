"""Candidates: which triggers and arguments, and that fast and plain forms of the features agree."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bgpolitics_ner.relations.candidates import (
    MAX_ARGUMENTS,
    ArgumentCandidate,
    CandidateGenerator,
    TriggerCandidate,
    climb,
    dependency_path,
    order_codes,
    order_names,
    pair_features,
)

from .mentioned import mark, meeting

GENERATOR = CandidateGenerator(["срещна"])
ZERO = np.zeros(1, dtype=np.float32)
LABELS = ["nsubj", "ROOT", "obj", "nmod", "nmod"]
HEADS = [1, 1, 1, 2, 3]


def plain(candidates: list[TriggerCandidate]) -> list[Any]:
    """Return everything but the vectors, which have no plain equality."""
    return [
        (c.token, c.features, [(a.mention, a.referent, a.type, a.head, a.features) for a in c.arguments])
        for c in candidates
    ]


def test_a_trigger_with_its_arguments() -> None:
    doc = meeting()
    (candidate,) = GENERATOR.generate(doc, [])
    assert doc[candidate.token].text == "срещна"
    assert [a.mention for a in candidate.arguments] == [0, 1, 2]
    assert [a.type for a in candidate.arguments] == ["PER", "PER", "LOC"]
    assert ("slot", "subj") in candidate.arguments[0].features
    assert ("prep", "с") in candidate.arguments[1].features
    assert ("path", "vobl") in candidate.arguments[2].features


def test_the_answer_is_the_same_each_time() -> None:
    assert plain(GENERATOR.generate(meeting(), [])) == plain(GENERATOR.generate(meeting(), []))


def test_words_outside_the_lexicon_are_no_triggers() -> None:
    assert CandidateGenerator(["видя"]).generate(meeting(), []) == []


def test_a_word_can_be_asked_for_whatever_its_lemma() -> None:
    doc = meeting()
    asked = CandidateGenerator([]).at(doc, [2, 6])
    assert list(asked) == [2, 6]
    assert plain([asked[2]]) == plain(GENERATOR.generate(doc, []))
    assert len(CandidateGenerator([], most=2).at(doc, [2])[2].arguments) == 2


def test_one_argument_is_no_candidate() -> None:
    doc = mark("Мей Мей PROPN 2 nsubj\nсрещна срещна VERB 0 ROOT VerbForm=Fin", {"Мей": "PER"})
    assert GENERATOR.generate(doc, []) == []


def test_at_most_so_many_arguments_and_the_nearest_of_them() -> None:
    words = [f"Име{n}" for n in range(30)]
    rows = [f"{word} {word} PROPN 31 obl" for word in words]
    doc = mark("\n".join([*rows, "срещна срещна VERB 0 ROOT VerbForm=Fin"]), dict.fromkeys(words, "PER"))
    (candidate,) = GENERATOR.generate(doc, [])
    assert len(candidate.arguments) == MAX_ARGUMENTS


@pytest.mark.parametrize(
    ("source", "target", "path"),
    [(1, 0, "vnsubj"), (0, 2, "^nsubj vobj"), (3, 3, "="), (4, 2, "^nmod ^nmod"), (2, 4, "vnmod vnmod")],
)
def test_dependency_paths(source: int, target: int, path: str) -> None:
    assert dependency_path(climb(source, HEADS), climb(target, HEADS), LABELS) == path


def test_a_long_path_is_far() -> None:
    heads = [0, *range(20)]
    assert dependency_path(climb(0, heads), climb(20, heads), ["dep"] * 21) == "far"
    assert dependency_path(climb(20, heads), climb(0, heads), ["dep"] * 21) == "far"


def test_words_without_a_common_root_are_far() -> None:
    assert dependency_path(climb(0, [0, 1]), climb(1, [0, 1]), ["ROOT", "ROOT"]) == "far"


@settings(max_examples=50)
@given(st.integers(0, 60), st.lists(st.integers(0, 60), min_size=1, max_size=8))
def test_order_codes_are_the_order_features(token: int, heads: list[int]) -> None:
    names = order_names()
    codes = order_codes(token, np.array(heads))
    arguments = [ArgumentCandidate(n, n, "PER", head, ZERO) for n, head in enumerate(heads)]
    for i, first in enumerate(arguments):
        for j, second in enumerate(arguments):
            assert names[codes[i, j]] == pair_features(token, first, second)[1]


@pytest.mark.slow
def test_every_argument_is_a_mention_of_the_sentence_or_in_a_slot(annotator: Any, root: Any) -> None:
    text = (root / "seeds" / "lukashenko.txt").read_text(encoding="utf-8")
    doc = annotator.nlp(text)
    lexicon = {token.lemma_.lower() for token in doc if token.pos_ in ("VERB", "NOUN")}
    candidates = CandidateGenerator(lexicon).generate(doc, [])
    assert candidates
    for candidate in candidates:
        sentence = doc[candidate.token].sent
        for argument in candidate.arguments:
            assert 0 <= argument.referent < len(doc._.referents)
            if argument.mention is None:
                continue
            mention = doc._.mentions[argument.mention]
            assert argument.referent == mention.referent
            inside = sentence.start <= mention.head < sentence.end
            assert inside or any(feature[0] == "slot" for feature in argument.features)
    assert plain(CandidateGenerator(lexicon).generate(doc, [])) == plain(candidates)
