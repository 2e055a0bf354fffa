"""The frame files: what the loader refuses, and that every frame does what its examples say."""

from __future__ import annotations

from typing import Any

import pytest

from bgpolitics_ner.errors import KnowledgeError
from bgpolitics_ner.relations.examples import read_examples, try_examples
from bgpolitics_ner.relations.frames import Frame, index_frames, load_frames, parse_frames
from bgpolitics_ner.relations.own import find_problems
from bgpolitics_ner.schema import load_schema

ROW = {
    "id": "verb",
    "triggers": ["Срещна"],
    "subject": ["subj"],
    "object": ["prep:с"],
    "yes": ["А се срещна с Б. | А | Б"],
    "no": ["А срещна трудности."],
}


def frames_of(*rows: dict[str, Any]) -> list[Frame]:
    return parse_frames({"relation": "meets-with", "frame": list(rows)}, place="frames/meets-with.toml")


def test_a_frame_takes_types_from_the_schema_and_lower_cases_triggers() -> None:
    (frame,) = frames_of(ROW)
    schema = load_schema().relations["meets-with"]
    assert (frame.id, frame.relation, frame.triggers) == ("meets-with.verb", "meets-with", {"срещна"})
    assert (frame.subject_types, frame.object_types) == (set(schema.subject), set(schema.object))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"trigger": ["x"]}, "frames/meets-with.toml: frame verb: trigger: Extra inputs"),
        ({"confidence": "high"}, "frames/meets-with.toml: frame verb: confidence: "),
        ({"object": "prep:с"}, "frames/meets-with.toml: frame verb: object: "),
    ],
)
def test_a_bad_frame_is_named(change: dict[str, Any], message: str) -> None:
    with pytest.raises(KnowledgeError, match=message):
        frames_of({**ROW, **change})


@pytest.mark.parametrize("key", ["triggers", "yes", "no"])
def test_a_missing_key_is_named(key: str) -> None:
    with pytest.raises(KnowledgeError, match=f"frame verb: {key}: Field required"):
        frames_of({k: v for k, v in ROW.items() if k != key})


def test_a_frame_without_an_id_is_counted() -> None:
    with pytest.raises(KnowledgeError, match="frame number 2: id: Field required"):
        frames_of(ROW, {k: v for k, v in ROW.items() if k != "id"})


def test_an_unknown_relation_is_named() -> None:
    with pytest.raises(KnowledgeError, match=r"frames/x\.toml: unknown relation 'eats'"):
        parse_frames({"relation": "eats"}, place="frames/x.toml")


def test_an_id_is_used_once() -> None:
    with pytest.raises(KnowledgeError, match=r"two frames have the id 'meets-with\.verb'"):
        index_frames(frames_of(ROW, ROW))


def test_frames_are_found_by_their_triggers() -> None:
    lexicon = load_frames()
    assert all(frame in lexicon.by_lemma[lemma] for frame in lexicon.frames for lemma in frame.triggers)


def test_every_relation_has_a_frame() -> None:
    assert {frame.relation for frame in load_frames().frames} == set(load_schema().relations)


@pytest.mark.parametrize("frame", load_frames().frames, ids=lambda frame: frame.id)
def test_a_frame_is_well_formed(frame: Frame) -> None:
    assert list(find_problems(frame, load_schema())) == []


@pytest.mark.slow
def test_examples(annotator: Any) -> None:
    every = read_examples(load_frames().frames)
    wrong = try_examples(annotator.nlp, every)
    assert not wrong, f"{len(wrong)} of {len(every)} examples fail:\n" + "\n".join(map(str, wrong))
