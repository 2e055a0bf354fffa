"""A user's own types and frames: what is read, what is refused, and that the stage uses them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bgpolitics_ner.assembly import build_document
from bgpolitics_ner.document import Document
from bgpolitics_ner.errors import InputError
from bgpolitics_ner.relations.component import Relations
from bgpolitics_ner.relations.examples import read_examples
from bgpolitics_ner.relations.own import OwnFrames, read_own_frames
from bgpolitics_ner.schema import load_schema

from .mentioned import meeting
from .test_classifier import make_classifier

OWN = """\
[relations.sits-with]
description = "be at one table"
label = "седи с"
symmetric = true
subject = ["PER", "LOC", "ORG"]
object = ["PER", "LOC", "ORG"]
roles = ["place"]
plover = "CONSULT"
cameo = "040"

[[frame]]
relation = "sits-with"
id = "verb"
triggers = ["срещна"]
pos = "verb"
subject = ["subj"]
object = ["prep:с"]
roles = { place = ["prep:в"] }
confidence = 0.9
yes = ["Путин се срещна с Тръмп. | Путин | Тръмп"]
no = ["Путин срещна трудности."]
"""
FRAME = OWN[OWN.index("[[frame]]") :].replace('roles = { place = ["prep:в"] }\n', "")


def read(folder: Path, text: str) -> OwnFrames:
    path = folder / "my.toml"
    path.write_text(text, encoding="utf-8")
    return read_own_frames(path)


def test_a_file_is_read(tmp_path: Path) -> None:
    own = read(tmp_path, OWN)
    (kind,), (frame,) = own.relations, own.frames
    assert (kind.name, kind.label, kind.symmetric, kind.cameo) == ("sits-with", "седи с", True, "040")
    assert (frame.id, frame.subject_types) == ("sits-with.verb", {"PER", "LOC", "ORG"})
    assert [(e.subject, e.object) for e in read_examples(own.frames)] == [("Путин", "Тръмп"), ("", "")]


def test_shipped_types_take_frames_and_may_be_repeated(tmp_path: Path) -> None:
    text = FRAME.replace("sits-with", "meets-with").replace('"verb"\nt', '"mine"\nt')
    repeated = (
        f"[relations.meets-with]\ndescription = {load_schema().relations['meets-with'].description!r}\n"
    )
    repeated += 'subject = ["PER", "ORG", "LOC", "GROUP"]\nobject = ["PER", "ORG", "LOC", "GROUP"]\n'
    for own in (read(tmp_path, text), read(tmp_path, repeated + text)):
        assert own.relations == ()
        assert [frame.id for frame in own.frames] == ["meets-with.mine"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("[relations.sits-with]", "[relation_types.sits-with]", "unknown key 'relation_types'; a file has"),
        ("[relations.sits-with]", '[relations."Sits with"]', "relations.Sits with: a name is lower-case"),
        ("[relations.sits-with]", "[relations.meets-with]", "relations.meets-with: a shipped type has this"),
        ("label =", "lable =", "relations.sits-with: lable: Extra inputs .* keys: description, label"),
        ('"PER", "LOC", "ORG"]\nobject', '"PERS"]\nobject', "relations.sits-with: a symmetric type has"),
        ('cameo = "040"', 'cameo = "meet"', "relations.sits-with: cameo: a code of CAMEO has"),
        (
            '["PER", "LOC", "ORG"]',
            '["KING"]',
            "relations.sits-with: unknown entity type KING; entity types: ",
        ),
        ('relation = "sits-with"\n', "", "frame verb: no relation; name one"),
        (
            'relation = "sits-with"',
            'relation = "sits"',
            "frame verb: unknown relation 'sits'; name a shipped",
        ),
        ('["subj"]', '["subject"]', "frame sits-with.verb: subject: 'subject' is no slot; slots are subj"),
        (
            "prep:с",
            "prep:със",
            "frame sits-with.verb: object: 'prep:със' is never filled: 'със' is written 'с'",
        ),
        ('pos = "verb"', 'pos = "VERB"', "frame sits-with.verb: pos: 'VERB' is none of verb, noun, adj, any"),
        (
            "confidence = 0.9",
            "confidence = 9",
            "frame sits-with.verb: confidence: 9.0 is not between 0 and 1",
        ),
        ("{ place", "{ hour", "frame sits-with.verb: roles.hour: sits-with has no such role; it has: place"),
        (" | Путин | Тръмп", "", "frame sits-with.verb: yes: .* is not 'sentence | subject | object'"),
        ('no = ["Путин срещна трудности."]', "no = []", "frame sits-with.verb: no: is empty"),
        (
            'pos = "verb"',
            'subject_types = ["NOM:thing"]',
            "subject_types: 'NOM:thing': after NOM: stands one",
        ),
        ('triggers = ["срещна"]', "triggers = []", "frame sits-with.verb: triggers: is empty"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in OWN
    with pytest.raises(InputError, match=told.replace("|", r"\|")) as caught:
        read(tmp_path, OWN.replace(old, new))
    assert str(caught.value).startswith(f"{tmp_path / 'my.toml'}: ")


def test_an_id_of_a_shipped_frame_is_taken(tmp_path: Path) -> None:
    text = FRAME.replace("sits-with", "accuses")
    with pytest.raises(InputError, match=r"two frames have the id 'accuses\.verb' .* another id"):
        read(tmp_path, text)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"[[frame", None])
def test_an_unreadable_file_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "my.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=r"my\.toml: (cannot be read|not TOML)"):
        read_own_frames(path)


def test_the_stage_and_the_document_have_the_type(tmp_path: Path) -> None:
    stage = Relations(threshold=0.3, frame_weight=0.8)
    stage.add_frames(read(tmp_path, OWN))
    doc = stage(meeting())
    document, _ = build_document(doc, id="d", date=None, meta=None, min_confidence=0.0, schema=stage.schema)
    told = {r.type: r for r in document.relations or ()}
    assert set(told) == {"meets-with", "sits-with"}
    assert (told["sits-with"].origin, told["sits-with"].cameo) == (("rule:sits-with.verb",), "040")
    assert Document.from_json(document.to_json()) == document, "reading needs no file of frames"


def test_a_classifier_may_know_more_types_than_the_schema() -> None:
    stage = Relations(threshold=0.3, frame_weight=0.8)
    classifier = make_classifier()
    stage.set_classifier(classifier)
    assert stage.unknown_labels() == []
    classifier.labels = [classifier.labels[0], *(f"own-{name}" for name in classifier.labels[1:])]
    assert stage.unknown_labels() == classifier.labels[1:]
