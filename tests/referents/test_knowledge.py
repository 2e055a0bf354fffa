"""The data of the stage: what it names exists, and lists do not contradict one another."""

from __future__ import annotations

from typing import Any

import pytest

from bgpolitics_ner.entities.mention import Mention
from bgpolitics_ner.entities.states import load_states as load_forms
from bgpolitics_ner.errors import KnowledgeError
from bgpolitics_ner.knowledge import read_toml
from bgpolitics_ner.referents.cues import FILE, build_cues, load_cues
from bgpolitics_ner.referents.gazetteer import load_states
from bgpolitics_ner.referents.metonymy import is_place
from bgpolitics_ner.referents.phrases import noun_lemma
from bgpolitics_ner.referents.quotes import find_quotations


def test_states_of_the_cues_are_in_the_gazetteer() -> None:
    states, table = load_states(), read_toml(FILE)["states"]
    for name in (*table["adjectives"].values(), *table["seats"].values(), table["home"]):
        assert name in states.types, name


@pytest.mark.parametrize(
    ("form", "kind", "person", "genders"),
    [
        ("той", "personal", 3, "m"),
        ("Неговата", "possessive", 3, "mn"),
        ("нашите", "possessive", 1, "-"),
        ("която", "relative", 3, "f"),
        ("своя", "reflexive", 3, "-"),
        ("ѝ", "personal", 3, "f"),
    ],
)
def test_pronoun_forms(form: str, kind: str, person: int, genders: str) -> None:
    found = load_cues().pronoun(form)
    assert found is not None
    assert (found.kind, found.person, found.genders) == (kind, person, genders)


@pytest.mark.parametrize("form", ["нашествие", "наши-те", "неговор", "страната"])
def test_no_pronouns(form: str) -> None:
    assert load_cues().pronoun(form) is None


@pytest.mark.parametrize(
    ("form", "state"),
    [("руския", "Русия"), ("Холандският", "Нидерландия"), ("европейските", "ЕС"), ("голямата", None)],
)
def test_adjectives(form: str, state: str | None) -> None:
    assert load_states().adjective(form, form) == state


def test_both_stages_know_the_same_adjectives() -> None:
    ours, forms = load_states(), load_forms()
    for record in forms.records.values():
        for adjective in record["adjectives"]:
            found = forms.adjective(adjective)
            assert found is not None
            assert ours.adjective(adjective) == found.state


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("Хелсинки", "Финландия"),
        ("Хелзинки", "Финландия"),
        ("Киив", "Украйна"),
        ("Уашингтон", "САЩ"),
        ("Бейджинг", "Китай"),
        ("Кремъла", "Русия"),
        ("Пловдив", None),
        ("Лондондери", None),
    ],
)
def test_capitals_in_all_spellings(name: str, state: str | None) -> None:
    assert load_states().seat(name) == state


@pytest.mark.parametrize(
    ("noun", "person"), [("президент", True), ("държавен глава", True), ("газопровод", False)]
)
def test_nouns_for_persons(noun: str, person: bool) -> None:
    assert load_cues().is_person(noun) is person


def test_missing_key_is_named() -> None:
    with pytest.raises(KnowledgeError, match="names"):
        build_cues({})


@pytest.mark.slow
def test_examples_of_metonymy(annotator: Any) -> None:
    states, cues = load_states(), load_cues()
    table = read_toml(FILE)["metonymy"]
    for expected, sentences in ((False, table["yes"]), (True, table["no"])):
        for doc in annotator.nlp.pipe(sentences):
            seats = [t for t in doc if states.seat(t.text)]
            assert seats, doc.text
            for token in seats:
                mention = Mention(
                    token.idx, token.idx + len(token.text), "LOC", token.i, token.text, 1.0, "test"
                )
                assert is_place(doc, mention, cues) is expected, doc.text


@pytest.mark.slow
def test_examples_of_speech(annotator: Any) -> None:
    table = read_toml(FILE)["speech"]
    for expected, sentences in ((True, table["yes"]), (False, table["no"])):
        for doc in annotator.nlp.pipe(sentences):
            found = find_quotations(doc, load_cues())
            assert bool(found and found[0].verb >= 0) is expected, doc.text


@pytest.mark.slow
def test_examples_of_events(annotator: Any) -> None:
    for event, row in zip(load_cues().events, read_toml(FILE)["events"], strict=True):
        for expected, phrases in ((True, row["yes"]), (False, row["no"])):
            for doc in annotator.nlp.pipe(phrases):
                assert any(noun_lemma(t) in event.heads for t in doc) is expected, doc.text
