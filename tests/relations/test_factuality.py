"""What the text claims about a relation, on hand-parsed sentences and on the examples of the cue table."""

from __future__ import annotations

from typing import Any

import pytest

from bgpolitics_ner.document import FACTUALITY
from bgpolitics_ner.knowledge import read_toml
from bgpolitics_ner.relations.factuality import PLACES, STRENGTH, FactualityRules, reconcile

from .parsed_docs import LEAVING, find, parse, read_marked

CUES = read_toml("cues/factuality.toml")
RULED = {name: rule for name, rule in CUES.items() if "yes" in rule}


@pytest.fixture(scope="module")
def rules() -> FactualityRules:
    return FactualityRules()


SENTENCES = {
    "plain past is asserted": (
        """
        Дания  Дания    PROPN 2 nsubj
        спря   спра     VERB  0 ROOT
        газа   газ      NOUN  2 obj
        """,
        "спря",
        "asserted",
    ),
    "a future with ще is planned": (
        """
        Мей     Мей     PROPN 4 nsubj
        ще      ще      AUX   4 aux
        се      се      PRON  4 expl
        срещне  срещна  VERB  0 ROOT
        """,
        "срещне",
        "planned",
    ),
    "няма да is negated": (
        """
        Русия     Русия    PROPN 2 nsubj
        няма      нямам    VERB  0 ROOT
        да        да       AUX   4 aux
        подкрепи  подкрепя VERB  2 ccomp
        """,
        "подкрепи",
        "negated",
    ),
    "a noun under a refused possibility is negated": (
        """
        Той           аз         PRON 2 nsubj
        отхвърли      отхвърля   VERB 0 ROOT
        възможността  възможност NOUN 2 obj
        за            за         ADP  5 case
        диалог        диалог     NOUN 3 nmod
        """,
        "диалог",
        "negated",
    ),
    "a да-clause of asking is demanded": (
        """
        Киев     Киев    PROPN 2 nsubj
        призова  призова VERB  0 ROOT
        Берлин   Берлин  PROPN 2 obj
        да       да      AUX   5 aux
        спре     спра    VERB  2 ccomp
        """,
        "спре",
        "demanded",
    ),
    "може да is possible": (
        """
        Минск     Минск   PROPN 2 nsubj
        може      мога    VERB  0 ROOT
        да        да      AUX   4 aux
        подпише   подпиша VERB  2 xcomp
        """,
        "подпише",
        "possible",
    ),
    "не може да is negated": (
        """
        Биби     Биби    PROPN 3 nsubj
        не       не      PART  3 advmod Polarity=Neg
        може     мога    VERB  0 ROOT
        да       да      AUX   5 aux
        напусне  напусна VERB  3 xcomp
        """,
        "напусне",
        "negated",
    ),
    "an ако-clause is possible even when denied": (
        """
        Ако      ако     SCONJ 3 mark
        не       не      PART  3 advmod Polarity=Neg
        приеме   приема  VERB  6 advcl
        ,        ,       PUNCT 3 punct
        ще       ще      AUX   6 aux
        загуби   загубя  VERB  0 ROOT
        """,
        "приеме",
        "possible",
    ),
    "the conditional mood is possible": (
        """
        Той       аз       PRON 3 nsubj
        би        съм      AUX  3 aux Mood=Cnd
        подкрепил подкрепя VERB 0 ROOT
        """,
        "подкрепил",
        "possible",
    ),
    "the imperative is demanded": (
        """
        Освободете освободя  VERB 0 ROOT Mood=Imp
        ги         аз        PRON 1 obj
        """,
        "Освободете",
        "demanded",
    ),
    "a perfective present after след като is planned": (
        """
        След     след    SCONJ 3 mark
        като     като    SCONJ 1 fixed
        напусне  напусна VERB  5 advcl Aspect=Perf|Tense=Pres
        ,        ,       PUNCT 3 punct
        губи     губя    VERB  0 ROOT
        """,
        "напусне",
        "planned",
    ),
    "a noun carried by a light verb takes the verb's value": (
        """
        Те       аз      PRON 3 nsubj
        ще       ще      AUX  3 aux
        проведат проведа VERB 0 ROOT
        среща    среща   NOUN 3 obj Definite=Ind
        """,
        "среща",
        "planned",
    ),
    "a role noun is untouched by the verb": (
        """
        Съюзникът  съюзник NOUN 3 nsubj
        ще         ще      AUX  3 aux
        замине     замина  VERB 0 ROOT
        """,
        "Съюзникът",
        "asserted",
    ),
    "who does not want to does not": (
        """
        Полша    Полша    PROPN 3 nsubj
        не       не       PART  3 advmod
        иска     искам    VERB  0 ROOT
        да       да       AUX   5 aux
        подпише  подпиша  VERB  3 xcomp
        """,
        "подпише",
        "negated",
    ),
    "a condition that hangs on a noun of the clause": (
        """
        Русия    Русия    PROPN 3 nsubj
        ще       ще       AUX   3 aux
        нападне  нападна  VERB  0 ROOT
        съюза    съюз     NOUN  3 obj
        ,        ,        PUNCT 7 punct
        ако      ако      SCONJ 7 mark
        успее    успея    VERB  4 acl
        """,
        "нападне",
        "possible",
    ),
    "само ако is ако": (
        """
        Ще       ще       AUX   2 aux
        плати    платя    VERB  0 ROOT
        само     само     ADV   6 mark
        ако      ако      SCONJ 3 fixed
        се       се       PRON  6 expl
        съгласи  съглася  VERB  2 advcl
        """,
        "съгласи",
        "possible",
    ),
    "a relative clause with да is to come": (
        """
        Търсят   търся    VERB  0 ROOT
        хора     човек    NOUN  1 obj
        ,        ,        PUNCT 6 punct
        които    който    PRON  6 nsubj
        да       да       AUX   6 aux
        спрат    спра     VERB  2 acl:relcl
        """,
        "спрат",
        "planned",
    ),
    "a reported clause does not take the value of what reports it": (
        """
        Той      аз      PRON  2 nsubj
        иска     искам   VERB  0 ROOT
        да       да      AUX   4 aux
        каже     кажа    VERB  2 ccomp
        ,        ,       PUNCT 7 punct
        че       че      SCONJ 7 mark
        нападна  нападна VERB  4 ccomp
        """,
        "нападна",
        "asserted",
    ),
}


@pytest.mark.parametrize("name", SENTENCES)
def test_sentence(rules: FactualityRules, name: str) -> None:
    table, word, value = SENTENCES[name]
    assert rules.assess(find(parse(table), word)) == value


def test_the_strongest_value_wins(rules: FactualityRules) -> None:
    doc = parse(
        """
        Той       аз        PRON 2 nsubj
        може      мога      VERB 0 ROOT
        да        да        AUX  4 aux
        откаже    откажа    VERB 2 xcomp
        да        да        AUX  6 aux
        преговаря преговарям VERB 4 ccomp
        """
    )
    assert rules.assess(find(doc, "преговаря")) == "negated"
    assert sorted(STRENGTH, key=lambda value: -STRENGTH[value]) == [
        "negated",
        "demanded",
        "possible",
        "planned",
        "asserted",
    ]


def test_the_cue_is_told(rules: FactualityRules) -> None:
    doc = parse(SENTENCES["няма да is negated"][0])
    value, cue = rules.assess_with_cue(find(doc, "подкрепи"))
    assert (value, cue) == ("negated", find(doc, "няма"))


def test_negation_is_the_meaning_of_opposing(rules: FactualityRules) -> None:
    doc = parse(
        """
        Полша    Полша   PROPN 3 nsubj
        не       не      PART  3 advmod Polarity=Neg
        одобрява одобрявам VERB 0 ROOT
        проекта  проект  NOUN  3 obj
        """
    )
    trigger = find(doc, "одобрява")
    assert rules.assess(trigger) == "negated"
    assert rules.assess(trigger, relation="opposes") == "asserted"


def test_criticism_can_be_denied_by_the_verb_above(rules: FactualityRules) -> None:
    doc = parse(
        """
        Полша    Полша   PROPN 3 nsubj
        не       не      PART  3 advmod
        пожела   пожелая VERB  0 ROOT
        да       да      AUX   5 aux
        одобри   одобря  VERB  3 xcomp
        """
    )
    assert rules.assess(find(doc, "одобри"), relation="criticizes") == "negated"
    assert rules.assess(find(doc, "одобри"), relation="opposes") == "asserted"


def test_an_office_is_not_planned_by_its_verb(rules: FactualityRules) -> None:
    doc = parse(
        """
        Избраха  избера    VERB 0 ROOT
        ще       ще        AUX  3 aux
        назначи  назначя   VERB 1 ccomp
        премиер  премиер   NOUN 3 obj Definite=Ind
        """
    )
    assert rules.assess(find(doc, "премиер"), relation="holds-office") == "asserted"


def test_a_bare_event_noun_follows_the_other_tellings() -> None:
    doc = parse(LEAVING)
    will, verb, noun = find(doc, "ще"), find(doc, "напусне"), find(doc, "излизане")
    assert reconcile([(verb, "planned", will), (noun, "asserted", None)]) == ["planned", "planned"]
    assert reconcile([(verb, "asserted", None), (noun, "asserted", None)]) == ["asserted", "asserted"]


def test_the_cue_table_is_complete() -> None:
    for name, rule in CUES.items():
        assert rule["at"] in (*PLACES, "form"), name
        assert rule.get("value", "asserted") in FACTUALITY, name
        assert set(rule.get("takes", ())) <= {"to", "that", "noun"}, name
        words = rule.get("words", [])
        assert len(words) == len(set(words)), f"{name}: a word stands twice"
        if rule["at"] in ("governor", "mark", "modifier", "trigger"):
            assert rule["yes"] and rule["no"], f"{name}: no examples"


@pytest.mark.slow
@pytest.mark.parametrize("name", RULED)
def test_examples(annotator: Any, rules: FactualityRules, name: str) -> None:
    rule = RULED[name]
    kinds = rule.get("types", [None])
    for kind in kinds[:1]:
        for example in rule["yes"]:
            _, trigger = read_marked(annotator.nlp, example)
            assert trigger is not None
            assert rules.assess(trigger, relation=kind) == rule["value"], example
        for example in rule.get("no", ()):
            _, trigger = read_marked(annotator.nlp, example)
            assert trigger is not None
            if rule["value"] != "asserted":
                assert rules.assess(trigger, relation=kind) != rule["value"], example
