"""The frame files: what the loader refuses, and that every frame does what its examples say."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from spacy.tokens import Doc

from bgpolitics_ner.entities.mention import Cluster, Mention
from bgpolitics_ner.errors import KnowledgeError
from bgpolitics_ner.relations.frames import Frame, index_frames, load_frames, parse_frames
from bgpolitics_ner.relations.matcher import Match
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
    assert frame.yes and frame.no, "each frame is proved by a `yes` and a `no` example"
    assert all(len(example.split(" | ")) == 3 for example in frame.yes)
    assert frame.pos in ("verb", "noun", "adj", "any")
    assert frame.reflexive in ("required", "forbidden", "any")
    assert 0 < frame.confidence <= 1
    kinds = {kind.partition(":")[0] for kind in frame.subject_types | frame.object_types}
    assert kinds <= set(load_schema().entities)
    assert set(frame.roles) <= set(load_schema().relations[frame.relation].roles)


# ---- the examples, through the real pipeline

Example = tuple[Frame, str, str, str]  # subject and object are "" in a `no` example


def examples() -> list[Example]:
    found: list[Example] = []
    for frame in load_frames().frames:
        for example in frame.yes:
            sentence, subject, object_ = (part.strip() for part in example.split(" | "))
            found.append((frame, sentence, subject, object_))
        found += [(frame, sentence, "", "") for sentence in frame.no]
    return found


def holds(doc: Doc, mention: int | None, referent: int, words: str) -> bool:
    """Say whether the argument is a left-out one (``-``) or has these words in its mention or name."""
    if words == "-":
        return mention is None
    cluster: Cluster = doc._.referents[referent]
    if words in cluster.name:
        return True
    if mention is None:
        return False
    found: Mention = doc._.mentions[mention]
    return words in doc.text[found.start : found.end]


def fires(doc: Doc, matches: list[Match], subject: str, object_: str) -> bool:
    for m in matches:
        pairs = [(m.subject_mention, m.subject, m.object_mention, m.object)]
        if load_schema().relations[m.relation].symmetric:
            pairs.append((m.object_mention, m.object, m.subject_mention, m.subject))
        if any(holds(doc, a, b, subject) and holds(doc, c, d, object_) for a, b, c, d in pairs):
            return True
    return False


def tell(doc: Doc, matches: list[Match]) -> str:
    names = [c.name for c in doc._.referents]
    return "; ".join(f"{names[m.subject]} → {names[m.object]}" for m in matches) or "nothing"


@pytest.mark.slow
def test_examples(annotator: Any) -> None:
    every = examples()
    matcher = annotator.nlp.get_pipe("bgpolitics_relations").matcher
    wrong: list[str] = []
    fired: Counter[str] = Counter()
    docs = annotator.nlp.pipe([sentence for _, sentence, _, _ in every], batch_size=64)
    for (frame, sentence, subject, object_), doc in zip(every, docs, strict=True):
        matches = [m for m in matcher.match(doc) if m.rule == frame.id]
        fired[frame.id] += bool(matches)
        if subject and not fires(doc, matches, subject, object_):
            wrong.append(f"{frame.id} yes: {sentence} | {subject} | {object_} (found {tell(doc, matches)})")
        elif not subject and matches:
            wrong.append(f"{frame.id} no: {sentence} (found {tell(doc, matches)})")
    assert not wrong, f"{len(wrong)} of {len(every)} examples fail:\n" + "\n".join(wrong)
