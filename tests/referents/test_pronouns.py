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
