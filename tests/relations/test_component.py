"""The component as a whole: on Docs built by hand, on disk, and which answers it keeps."""

from __future__ import annotations

from pathlib import Path

import spacy

from bgpolitics_ner.entities.mention import Cluster
from bgpolitics_ner.relations.combine import FoundRelation
from bgpolitics_ner.relations.component import (
    Relations,
    create_relations,
    keep_once,
    reconcile_tellings,
)
from bgpolitics_ner.relations.qualify import name_fully

from .mentioned import mark, meeting
from .parsed_docs import LEAVING, find, parse
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


def test_the_tellings_of_a_fact_agree() -> None:
    doc = parse(LEAVING)
    verb, noun = find(doc, "напусне"), find(doc, "излизане")
    told = [
        FoundRelation("withdraws-from", token.i, 0, 0, 1, 1, 0.9, ("model",), factuality=value)
        for token, value in ((verb, "planned"), (noun, "asserted"))
    ]
    reconcile_tellings(doc, told, [find(doc, "ще"), None])
    assert [relation.factuality for relation in told] == ["planned", "planned"]


def test_an_unnamed_speaker_has_its_complement_in_the_name() -> None:
    doc = parse(
        """
        заяви         заявя        VERB 0 ROOT
        говорителка   говорителка  NOUN 1 nsubj
        на            на           ADP  4 case
        министерството министерство NOUN 2 nmod
        .             .            PUNCT 1 punct
        """
    )
    speaker = Cluster("говорителка", "NOM")
    for _ in range(2):
        name_fully(speaker, find(doc, "говорителка"))
        assert speaker.name == "говорителка на министерството"
    named = Cluster("БТА", "ORG")
    name_fully(named, find(doc, "говорителка"))
    assert named.name == "БТА"


def test_an_unnamed_speaker_is_named_after_the_owner() -> None:
    doc = mark(
        """
        Мей Мей PROPN 2 nsubj
        мълчи мълча VERB 0 ROOT
        , , PUNCT 4 punct
        заяви заявя VERB 2 parataxis
        нейният неин DET 6 det
        говорител говорител NOUN 4 nsubj Number=Sing
        """,
        {"Мей": "PER", "нейният": "PRON"},
    )
    doc._.mentions[1].referent = 0
    speaker = Cluster("говорител", "NOM")
    for _ in range(2):
        name_fully(speaker, find(doc, "говорител"))
        assert speaker.name == "говорител на Мей"


def test_what_is_renarrated_without_a_source_is_hearsay() -> None:
    table = """
        Лукашенко Лукашенко PROPN 3 nsubj
        се се PRON 3 expl
        {} срещна VERB 0 ROOT {}
        с с ADP 5 case
        Тръмп Тръмп PROPN 3 iobj
    """
    for word, form, hearsay in (("срещнал", "Part|Voice=Act", True), ("срещна", "Fin|Voice=Act", False)):
        doc = mark(table.format(word, f"VerbForm={form}"), {"Лукашенко": "PER", "Тръмп": "PER"})
        (found,) = COMPONENT(doc)._.relations
        assert found.hearsay is hearsay
