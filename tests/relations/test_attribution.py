"""Who says what, on hand-parsed sentences, on the examples of the cue table and on whole passages."""

from __future__ import annotations

from typing import Any

import pytest
from spacy.tokens import Span

from bgpolitics_ner.knowledge import read_toml
from bgpolitics_ner.relations.attribution import AttributionRules
from bgpolitics_ner.relations.quotes import find_quoted, is_speech

from .parsed_docs import VOCAB, find, parse, read_marked

CUES = read_toml("cues/attribution.toml")
EXAMPLES = {name: table for name, table in CUES.items() if "yes" in table}

INDIRECT = """
Мей      Мей     PROPN 2 nsubj
каза     кажа    VERB  0 ROOT VerbForm=Fin|Person=3
,        ,       PUNCT 6 punct
че       че      SCONJ 6 mark
Лондон   Лондон  PROPN 6 nsubj
напуска  напускам VERB 2 ccomp VerbForm=Fin
ЕС       ЕС      PROPN 6 obj
"""
INVERTED = """
Лондон   Лондон   PROPN 2 nsubj
напуска  напускам VERB  5 parataxis VerbForm=Fin
ЕС       ЕС       PROPN 2 obj
,        ,        PUNCT 2 punct
заяви    заявя    VERB  0 ROOT VerbForm=Fin|Person=3
Мей      Мей      PROPN 5 nsubj
"""
BACK = """
Лондон   Лондон   PROPN 2 nsubj
напуска  напускам VERB  0 ROOT VerbForm=Fin
ЕС       ЕС       PROPN 2 obj
.        .        PUNCT 2 punct

Това     този     PRON  6 obj
заяви    заявя    VERB  0 ROOT VerbForm=Fin|Person=3
Мей      Мей      PROPN 6 nsubj
"""


@pytest.fixture(scope="module")
def rules() -> AttributionRules:
    return AttributionRules()


def test_indirect_speech(rules: AttributionRules) -> None:
    doc = parse(INDIRECT)
    assert rules.find_source(find(doc, "напуска")) == find(doc, "Мей")
    assert rules.find_cue(find(doc, "напуска")) == find(doc, "каза")


def test_the_reporting_verb_itself_has_no_source(rules: AttributionRules) -> None:
    assert rules.find_source(find(parse(INDIRECT), "каза")) is None


def test_a_report_behind_the_statement(rules: AttributionRules) -> None:
    doc = parse(INVERTED)
    assert rules.find_source(find(doc, "напуска")) == find(doc, "Мей")
    (quote,) = rules.find_quotes(doc)
    assert doc.text[quote.start : quote.end] == "Лондон напуска ЕС, "
    assert not quote.direct


def test_this_was_said_covers_the_sentence_before(rules: AttributionRules) -> None:
    doc = parse(BACK)
    assert rules.find_source(find(doc, "напуска")) == find(doc, "Мей")


def test_a_speaker_left_out_leaves_the_cue(rules: AttributionRules) -> None:
    doc = parse(
        """
        Заяви    заявя    VERB  0 ROOT VerbForm=Fin|Person=3
        ,        ,        PUNCT 5 punct
        че       че       SCONJ 5 mark
        Лондон   Лондон   PROPN 5 nsubj
        напуска  напускам VERB  1 ccomp VerbForm=Fin
        """
    )
    assert rules.find_source(find(doc, "напуска")) is None
    assert rules.find_cue(find(doc, "напуска")) == find(doc, "Заяви")


def test_the_first_person_reports_nobody_else(rules: AttributionRules) -> None:
    doc = parse(INDIRECT.replace("каза     кажа", "казах    кажа").replace("Person=3", "Person=1"))
    assert rules.find_quotes(doc) == []


def test_a_name_stands_for_its_role_noun(rules: AttributionRules) -> None:
    doc = parse(
        """
        Премиерът премиер  NOUN  3 nsubj
        Мей       Мей      PROPN 1 nmod
        каза      кажа     VERB  0 ROOT VerbForm=Fin|Person=3
        ,         ,        PUNCT 7 punct
        че        че       SCONJ 7 mark
        Лондон    Лондон   PROPN 7 nsubj
        напуска   напускам VERB  3 ccomp VerbForm=Fin
        """
    )
    assert rules.find_source(find(doc, "напуска")) == find(doc, "Мей")


def test_a_medium_is_taken_up(rules: AttributionRules) -> None:
    doc = parse(
        """
        Мей Мей PROPN 2 nsubj
        замина замина VERB 4 ccomp VerbForm=Fin|Number=Sing|Person=3
        , , PUNCT 4 punct
        пише пиша VERB 0 ROOT VerbForm=Fin|Number=Sing|Person=3
        Гардиън Гардиън PROPN 4 nsubj
        . . PUNCT 4 punct

        Изданието издание NOUN 8 nsubj
        отбелязва отбелязвам VERB 0 ROOT VerbForm=Fin|Number=Sing|Person=3
        , , PUNCT 12 punct
        че че SCONJ 12 mark
        Лондон Лондон PROPN 12 nsubj
        губи губя VERB 8 ccomp VerbForm=Fin|Number=Sing|Person=3
        """
    )
    doc.set_ents([Span(doc, 4, 5, label="ORG")])
    source = rules.find_source(find(doc, "губи"))
    assert source is not None and source.text == "Гардиън"


def test_an_adjunct_parts_the_speaker_from_the_verb(rules: AttributionRules) -> None:
    doc = parse(
        """
        Лондон Лондон PROPN 2 nsubj
        напуска напускам VERB 0 ROOT VerbForm=Fin
        ЕС ЕС PROPN 2 obj
        . . PUNCT 2 punct

        Това това PRON 6 obj
        заяви заявя VERB 0 ROOT VerbForm=Fin|Number=Sing|Person=3
        на на ADP 8 case
        форум форум NOUN 6 obl
        говорител говорител NOUN 8 nmod Number=Sing
        на на ADP 11 case
        Мей Мей PROPN 9 nmod
        """
    )
    assert rules.find_source(find(doc, "напуска")) == find(doc, "говорител")


REPORT = """
Президентът президент NOUN 2 nsubj
замина замина VERB 4 ccomp VerbForm=Fin|Number=Sing|Person=3
, , PUNCT 4 punct
{} VERB 0 ROOT VerbForm=Fin|Number=Sing|Person=3
Ройтерс Ройтерс PROPN 4 nsubj
"""
WORDS = """
, , PUNCT 7 punct
каза кажа VERB 4 conj VerbForm=Fin|Number=Sing|Person=3
Мей Мей PROPN 7 nsubj
"""


@pytest.mark.parametrize(
    ("table", "source"),
    [
        (REPORT.format("предаде предам"), "Ройтерс"),
        (REPORT.format("твърди твърдя"), None),
        (REPORT.format("предаде предам").rstrip() + WORDS, None),
    ],
)
def test_only_a_medium_that_closes_a_report_says_who_is_who(
    rules: AttributionRules, table: str, source: str | None
) -> None:
    doc = parse(table)
    doc.set_ents([Span(doc, 4, 5, label="ORG")])
    found = rules.find_source(find(doc, "Президентът"), relation="holds-office")
    assert (None if found is None else found.text) == source


def test_a_relative_pronoun_is_its_antecedent(rules: AttributionRules) -> None:
    doc = parse(
        """
        Мей       Мей      PROPN 0 ROOT
        ,         ,        PUNCT 4 punct
        която     който    PRON  4 nsubj
        каза      кажа     VERB  1 acl:relcl VerbForm=Fin|Person=3
        ,         ,        PUNCT 8 punct
        че        че       SCONJ 8 mark
        Лондон    Лондон   PROPN 8 nsubj
        напуска   напускам VERB  4 ccomp VerbForm=Fin
        """
    )
    assert rules.find_source(find(doc, "напуска")) == find(doc, "Мей")


def test_nearest_attribution_first(rules: AttributionRules) -> None:
    doc = parse(
        """
        Мей      Мей      PROPN 2 nsubj
        каза     кажа     VERB  8 parataxis VerbForm=Fin|Person=3
        ,        ,        PUNCT 6 punct
        че       че       SCONJ 6 mark
        Лондон   Лондон   PROPN 6 nsubj
        напуска  напускам VERB  2 ccomp VerbForm=Fin
        ,        ,        PUNCT 2 punct
        предава  предавам VERB  0 ROOT VerbForm=Fin|Person=3
        БТА      БТА      PROPN 8 nsubj
        """
    )
    chain = rules.find_chain(find(doc, "напуска"))
    assert [str(quote.speaker) for quote in chain] == ["Мей", "БТА"]
    assert rules.find_source(find(doc, "каза")) == find(doc, "БТА")


def test_an_act_of_speech_is_not_its_own_source(rules: AttributionRules) -> None:
    doc = parse(INDIRECT)
    trigger, speaker = find(doc, "напуска"), find(doc, "Мей")
    assert rules.find_source(trigger, relation="criticizes", subject=speaker) is None
    assert rules.find_source(trigger, relation="withdraws-from", subject=speaker) == speaker
    assert rules.find_source(trigger, relation="holds-office") is None


@pytest.mark.parametrize(
    ("words", "quoted"),
    [
        (["„", "Ние", "няма", "да", "участваме", "“", ",", "каза", "той"], [(1, 4)]),
        (['"', "Ние", "подкрепяме", '"', "Северен", "поток", '"', "днес", '"'], [(1, 7), (4, 5)]),
        (["Той", "мълча", "“"], []),
    ],
)
def test_quotation_marks_pair_up(words: list[str], quoted: list[tuple[int, int]]) -> None:
    from spacy.tokens import Doc

    spaces = [word not in {"„", "участваме", "поток", "днес", "Ние"} for word in words]
    if words[0] == '"':
        spaces = [False, True, True, False, True, False, True, False, False]
    assert find_quoted(Doc(VOCAB, words=words, spaces=spaces)) == quoted


def test_a_paragraph_of_a_quotation_that_goes_on_is_quoted() -> None:
    from spacy.tokens import Doc

    words = ["Каза", ":", "\n", "„", "Ние", "сме", "тук", "\n", "„", "И", "вие", "“"]
    doc = Doc(VOCAB, words=words, spaces=[w not in "„:\n" and w != "вие" for w in words])
    assert find_quoted(doc) == [(4, 6), (9, 10)]


def test_nobody_speaks_in_the_impersonal(rules: AttributionRules) -> None:
    doc = parse(
        """
        Смята    смятам   VERB  0 ROOT VerbForm=Fin|Person=3
        се       се       PRON  1 expl
        ,        ,        PUNCT 6 punct
        че       че       SCONJ 6 mark
        Лондон   Лондон   PROPN 6 nsubj
        напуска  напускам VERB  1 ccomp VerbForm=Fin
        """
    )
    assert rules.find_quotes(doc) == []


def test_a_denied_report_reports_nothing(rules: AttributionRules) -> None:
    doc = parse(
        """
        Мей      Мей      PROPN 3 nsubj
        не       не       PART  3 advmod
        каза     кажа     VERB  0 ROOT VerbForm=Fin|Person=3
        ,        ,        PUNCT 7 punct
        че       че       SCONJ 7 mark
        Лондон   Лондон   PROPN 7 nsubj
        напуска  напускам VERB  3 ccomp VerbForm=Fin
        """
    )
    assert rules.find_quotes(doc) == []


def test_speech_goes_on_in_the_first_person(rules: AttributionRules) -> None:
    doc = parse(
        INDIRECT.rstrip()
        + """
.        .        PUNCT 2 punct

Ние      аз       PRON  11 nsubj Person=1
ще       ще       AUX   11 aux
подпишем подпиша  VERB  0 ROOT VerbForm=Fin|Person=1
договор  договор  NOUN  11 obj

Лондон   Лондон   PROPN 14 nsubj
мълчи    мълча    VERB  0 ROOT VerbForm=Fin|Person=3
"""
    )
    assert rules.find_source(find(doc, "подпишем")) == find(doc, "Мей")
    assert rules.find_source(find(doc, "мълчи")) is None


def test_a_plural_verb_has_no_speaker_in_the_singular(rules: AttributionRules) -> None:
    doc = parse(
        """
        Призовават призовавам VERB  0 ROOT VerbForm=Fin|Person=3|Number=Plur
        Мей        Мей        PROPN 1 obj Number=Sing
        да         да         AUX   4 aux
        напусне    напусна    VERB  1 ccomp VerbForm=Fin
        """
    )
    assert rules.find_source(find(doc, "напусне")) is None
    assert rules.find_cue(find(doc, "напусне")) == find(doc, "Призовават")


def test_a_quoted_name_is_no_speech() -> None:
    doc = parse("„ „ PUNCT 2 punct\nСеверен Северен PROPN 0 ROOT\nпоток поток NOUN 2 flat\n“ “ PUNCT 2 punct")
    assert not is_speech(doc, 1, 2)


def test_no_word_is_in_two_tables() -> None:
    asking, saying = set(CUES["ask"]["words"]), set(CUES["statement"]["words"])
    assert asking.isdisjoint(saying)
    assert set(CUES["relations"]["speech_acts"]).isdisjoint(CUES["relations"]["in_passing"])


@pytest.mark.slow
@pytest.mark.parametrize("name", EXAMPLES)
def test_examples(annotator: Any, rules: AttributionRules, name: str) -> None:
    for example in EXAMPLES[name]["yes"]:
        _, trigger = read_marked(annotator.nlp, example)
        _, speaker = read_marked(annotator.nlp, example, "{}")
        assert trigger is not None and speaker is not None
        found = rules.find_source(trigger)
        assert found is not None and found.i == speaker.i, f"{example}: {found}"
    for example in EXAMPLES[name]["no"]:
        _, trigger = read_marked(annotator.nlp, example)
        assert trigger is not None
        assert rules.find_source(trigger) is None, example


PASSAGES = [
    (
        "Беларус е на прага на [споразумение] със САЩ. Това заяви президентът Александър {Лукашенко}.",
        "Александър",
    ),
    ("„Ние ще [подкрепим] Киев“, каза {Байдън}.", "Байдън"),
    ("{Лавров}: Русия няма да [воюва] с НАТО", "Лавров"),
    ("Тръмп ще [посети] Лондон, пише вестник „{Гардиън}“.", "Гардиън"),
    ("САЩ готвят [диверсии] срещу Русия – Мария {Захарова}", "Мария"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("passage", "speaker"), PASSAGES)
def test_passages(annotator: Any, rules: AttributionRules, passage: str, speaker: str) -> None:
    _, trigger = read_marked(annotator.nlp, passage)
    assert trigger is not None
    assert str(rules.find_source(trigger)) == speaker
