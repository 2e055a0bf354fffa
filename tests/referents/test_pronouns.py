"""Pronouns, speakers, left-out subjects, sets of two."""

from __future__ import annotations

from collections.abc import Callable

from bgpolitics_ner.referents import implied_subject, members_of, speaker_of
from tests.referents.conftest import names, resolve

Answers = Callable[[str], list[str]]

MEETING = """
Тереза Тереза PROPN 3 nsubj Gender=Fem|Number=Sing PER
Мей Мей PROPN 1 flat _ +
прие приема VERB 0 ROOT Number=Sing|Person=3
Доналд Доналд PROPN 3 obj Gender=Masc|Number=Sing PER
Туск Туск PROPN 4 flat _ +
"""


def test_gender_decides(answers: Answers) -> None:
    table = f"""{MEETING}
    Той той PRON 2 nsubj Person=3 PRON
    благодари благодаря VERB 0 ROOT _

    Тя тя PRON 2 nsubj Person=3 PRON
    благодари благодаря VERB 0 ROOT _
    """
    assert answers(table)[-2:] == ["Доналд Туск", "Тереза Мей"]


def test_object_is_not_its_own_subject(answers: Answers) -> None:
    table = f"""{MEETING}
    Туск Туск PROPN 3 nsubj _ PER
    я тя PRON 3 obj Person=3 PRON
    покани поканя VERB 0 ROOT _

    Борис Борис PROPN 4 nsubj _ PER
    Джонсън Джонсън PROPN 1 flat _ +
    го той PRON 4 obj Person=3 PRON
    похвали похваля VERB 0 ROOT _
    """
    assert answers(table)[-3:] == ["Тереза Мей", "Борис Джонсън", "Доналд Туск"]


def test_reflexive_means_the_subject(answers: Answers) -> None:
    table = f"""{MEETING}
    Туск Туск PROPN 2 nsubj _ PER
    обича обичам VERB 0 ROOT _
    партията партия NOUN 2 obj Definite=Def
    си си PRON 3 det Reflex=Yes PRON
    """
    assert answers(table)[-1] == "Доналд Туск"


def test_relative_pronoun_has_the_antecedent(answers: Answers) -> None:
    table = """
    Германия Германия PROPN 2 nsubj _ LOC
    хвали хваля VERB 0 ROOT _
    Полша Полша PROPN 2 obj Gender=Fem|Number=Sing LOC
    , , PUNCT 6 punct _
    която който PRON 6 nsubj PronType=Rel PRON
    помага помагам VERB 3 acl:relcl _
    """
    assert answers(table)[-1] == "Полша"


QUOTE = """
„ „ PUNCT 3 punct _
Аз аз PRON 3 nsubj Number=Sing|Person=1 PRON
заминавам заминавам VERB 8 ccomp Number=Sing|Person=1
скоро скоро ADV 3 advmod _
днес днес ADV 3 advmod _
“ “ PUNCT 3 punct _
, , PUNCT 3 punct _
каза кажа VERB 0 ROOT Number=Sing|Person=3
Тереза Тереза PROPN 8 nsubj Gender=Fem|Number=Sing PER
Мей Мей PROPN 9 flat _ +
"""


def test_first_person_is_the_speaker() -> None:
    doc = resolve(QUOTE)
    assert names(doc) == ["Тереза Мей", "Тереза Мей"]
    assert doc._.referents[speaker_of(doc, doc[2])].name == "Тереза Мей"


def test_left_out_subject_of_the_next_sentence() -> None:
    doc = resolve(
        f"""{MEETING}
        Ще ще AUX 2 aux _
        пътува пътувам VERB 0 ROOT Number=Sing|Person=3
        утре утре ADV 2 advmod _
        """
    )
    index = implied_subject(doc, doc[6])
    assert index is not None
    assert doc._.referents[index].name == "Тереза Мей"


def test_left_out_subject_of_a_coordinated_verb() -> None:
    doc = resolve(
        """
        Полша Полша PROPN 2 nsubj _ LOC
        критикува критикувам VERB 0 ROOT Number=Sing|Person=3
        Русия Русия PROPN 2 obj _ LOC
        и и CCONJ 5 cc _
        подкрепя подкрепям VERB 2 conj Number=Sing|Person=3
        Украйна Украйна PROPN 5 obj _ LOC
        """
    )
    index = implied_subject(doc, doc[4])
    assert index is not None
    assert doc._.referents[index].name == "Полша"


def test_two_leaders_are_both() -> None:
    doc = resolve(
        f"""{MEETING}
        Двамата два NUM 2 nummod Definite=Def
        лидери лидер NOUN 3 nsubj Number=Plur NOM
        говориха говоря VERB 0 ROOT Number=Plur
        """
    )
    pair = members_of(doc, 2)
    assert {doc._.referents[c].name for c in pair} == {"Тереза Мей", "Доналд Туск"}


def test_every_mention_has_a_referent_and_clusters_list_their_mentions() -> None:
    doc = resolve(QUOTE)
    for number, mention in enumerate(doc._.mentions):
        assert number in doc._.referents[mention.referent].mentions


def test_no_mentions() -> None:
    doc = resolve("Вали валя VERB 0 ROOT _")
    assert doc._.referents == []
    assert implied_subject(doc, doc[0]) is None


MINISTER = """
Министърът министър NOUN 6 nsubj Definite=Def|Gender=Masc|Number=Sing
на на ADP 3 case _
търговията търговия NOUN 1 nmod Gender=Fem|Number=Sing
на на ADP 5 case _
Полша Полша PROPN 3 nmod Gender=Fem LOC
говори говоря VERB 0 ROOT Number=Sing|Person=3
"""


def test_deals_are_those_of_the_state_of_the_office() -> None:
    """„министърът на търговията на Полша Ян Новак … сделката“: the state is named two steps below."""
    table = MINISTER.replace(" 6 nsubj", " 8 nsubj").replace(
        "говори говоря VERB 0",
        "Ян Ян PROPN 1 nmod Gender=Masc|Number=Sing PER\nНовак Новак PROPN 6 flat _ +\nговори говоря VERB 0",
    )
    doc = resolve(f"{table}за за ADP 10 case _\nсделката сделка NOUN 8 iobj Definite=Def|Number=Sing\n")
    index = implied_subject(doc, doc[9])
    assert index is not None and doc._.referents[index].name == "Полша"


def test_office_without_state_is_one_of_the_state_that_is_named_most() -> None:
    table = """
    Полша Полша PROPN 2 nsubj Gender=Fem LOC
    чака чакам VERB 0 ROOT Number=Sing|Person=3

    Премиерът премиер NOUN 4 nsubj Definite=Def|Gender=Masc|Number=Sing
    Ян Ян PROPN 1 nmod Gender=Masc|Number=Sing PER
    Новак Новак PROPN 2 flat _ +
    обсъди обсъдя VERB 0 ROOT Number=Sing|Person=3
    сделката сделка NOUN 4 obj Definite=Def|Number=Sing
    """
    doc = resolve(table)
    index = implied_subject(doc, doc[6])
    assert index is not None and doc._.referents[index].name == "Полша"
    private = resolve(table.replace("Премиерът премиер", "Адвокатът адвокат"))
    index = implied_subject(private, private[6])
    assert index is not None and private._.referents[index].name == "Ян Новак"


def test_people_rather_than_states_are_given_things() -> None:
    doc = resolve(
        """
        Ана Ана PROPN 2 nsubj Gender=Fem|Number=Sing PER
        чака чакам VERB 0 ROOT Number=Sing|Person=3

        Полша Полша PROPN 2 nsubj Gender=Fem|Number=Sing LOC
        каза кажа VERB 0 ROOT Number=Sing|Person=3
        че че SCONJ 6 mark _
        съдът съд NOUN 6 nsubj Gender=Masc|Number=Sing
        ѝ тя PRON 6 iobj Case=Dat PRON
        позволи позволя VERB 2 ccomp Number=Sing|Person=3
        """
    )
    assert names(doc)[-1] == "Ана"
