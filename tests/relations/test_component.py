"""The component as a whole: on Docs built by hand, on disk, and which answers it keeps."""

from __future__ import annotations

from pathlib import Path

import spacy

from bgpolitics_ner.relations.combine import FoundRelation
from bgpolitics_ner.relations.component import Relations, create_relations, keep_once

from .mentioned import mark, meeting
from .test_classifier import make_classifier

COMPONENT = create_relations(spacy.blank("bg"), "bgpolitics_relations", threshold=0.3, frame_weight=0.8)


def test_a_meeting_is_found() -> None:
    (found,) = COMPONENT(meeting())._.relations
    assert (found.relation, found.subject, found.object) == ("meets-with", 0, 1)
    assert (found.factuality, found.source, found.when) == ("asserted", None, None)
    assert found.origin[0].startswith("rule:meets-with.")


def test_layers_that_find_nothing_are_empty_and_not_missing() -> None:
    doc = COMPONENT(mark("Мълчание мълчание NOUN 0 ROOT", {}))
    assert (doc._.relations, doc._.quotes) == ([], [])


def test_a_stream_keeps_its_order() -> None:
    docs = [meeting(), mark("Мълчание мълчание NOUN 0 ROOT", {}), meeting()]
    assert [len(doc._.relations) for doc in COMPONENT.pipe(docs)] == [1, 0, 1]


def test_the_classifier_goes_to_disk_and_back(tmp_path: Path) -> None:
    component = Relations(threshold=0.3, frame_weight=0.8)
    component.set_classifier(make_classifier())
    component.to_disk(tmp_path / "relations")
    again = Relations(threshold=0.3, frame_weight=0.8).from_disk(tmp_path / "relations")
    assert again.classifier is not None and again.classifier.labels == make_classifier().labels


def test_frames_alone_go_to_disk_and_back(tmp_path: Path) -> None:
    Relations(threshold=0.3, frame_weight=0.8).to_disk(tmp_path / "relations")
    assert Relations(threshold=0.3, frame_weight=0.8).from_disk(tmp_path / "relations").classifier is None


def office(subject: int, confidence: float, trigger: int) -> FoundRelation:
    return FoundRelation("holds-office", trigger, subject, subject, 5, 5, confidence, ("model",))


def test_an_office_is_told_once() -> None:
    doc = mark("президентът президент NOUN 0 ROOT\nпрезидент президент NOUN 1 conj", {})
    weak, strong, other = office(0, 0.5, 0), office(0, 0.7, 1), office(1, 0.4, 0)
    assert keep_once([weak, strong, other], doc) == [strong, other]
