"""The stage as a whole, on Docs built by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from spacy.language import Language
from spacy.tokens import Doc

from bgpolitics_ner.entities.component import Entities
from bgpolitics_ner.training.confidence import estimate

Told = Callable[[Doc], list[tuple[str, str, str]]]
Build = Callable[[str], Doc]


def test_factory_is_registered(nlp: Language) -> None:
    assert isinstance(nlp.create_pipe("bgpolitics_entities"), Entities)


def test_title_and_adjective_of_state(build: Build, told: Told) -> None:
    doc = build("""
Беларуският беларуски ADJ amod 1 Definite=Def
президент президент NOUN nsubj 4
Александър Александър PROPN nmod 1 - B-PER
Лукашенко Лукашенко PROPN flat 2 - I-PER
критикува критикувам VERB ROOT 4
Запада Запад PROPN obj 4 - B-LOC
""")
    assert told(doc) == [
        ("Беларуският президент", "NOM", "беларуски президент"),
        ("Беларуският", "NOM", "Беларус"),
        ("Александър Лукашенко", "PER", "Александър Лукашенко"),
        ("Запада", "LOC", "Запад"),
    ]
    adjective, west = doc._.mentions[1], doc._.mentions[3]
    assert (adjective.state, adjective.adjective, adjective.head) == ("Беларус", True, 0)
    assert (west.state, west.adjective) == ("Запад", False)


def test_compound_adjective_names_two_states(build: Build, told: Told) -> None:
    doc = build("""
Руско-украинската руско-украински ADJ amod 1 Definite=Def
война война NOUN ROOT 1
""")
    assert [row for row in told(doc) if row[2] in ("Русия", "Украйна")] == [
        ("Руско", "NOM", "Русия"),
        ("украинската", "NOM", "Украйна"),
    ]


def test_adjective_inside_name_is_no_mention(build: Build, told: Told) -> None:
    doc = build("""
Британската британски ADJ amod 1 Definite=Def B-ORG
партия партия NOUN ROOT 1 - I-ORG
""")
    assert told(doc) == [("Британската партия", "ORG", "Британска партия")]


def test_counted_group_is_named_by_what_is_counted(build: Build, told: Told) -> None:
    doc = build("""
група група NOUN ROOT 0
политически политически ADJ amod 2
затворници затворник NOUN nmod 0 Number=Plur
""")
    assert told(doc)[0] == ("група политически затворници", "GROUP", "политически затворници")


def test_adverb_before_a_participle_belongs_to_the_phrase(build: Build, told: Told) -> None:
    doc = build("""
наскоро наскоро ADV advmod 1
освободените освободен ADJ amod 2 Definite=Def
затворници затворник NOUN ROOT 2 Number=Plur
""")
    assert told(doc)[0][:2] == ("наскоро освободените затворници", "GROUP")


def test_short_possessive_belongs_to_the_phrase_but_not_to_its_base_form(build: Build, told: Told) -> None:
    doc = build("""
съюзниците съюзник NOUN ROOT 0 Definite=Def|Number=Plur
си си PRON det 0
""")
    assert told(doc)[0] == ("съюзниците си", "GROUP", "съюзници")


def test_short_pronoun_of_a_verb_is_no_possessive(build: Build, told: Told) -> None:
    doc = build("""
съюзниците съюзник NOUN nsubj 2 Definite=Def|Number=Plur
му той PRON iobj 2
помогнаха помогна VERB ROOT 2
""")
    assert told(doc)[0][0] == "съюзниците"


def test_word_of_number_before_a_group_stays_outside(build: Build, told: Told) -> None:
    doc = build("""
много много ADV advmod 2
западни западен ADJ amod 2
политици политик NOUN ROOT 2 Number=Plur
""")
    assert told(doc)[0][:2] == ("западни политици", "GROUP")


def test_digits_written_in_groups_belong_to_the_phrase(build: Build, told: Told) -> None:
    doc = build("""
30 30 NUM nummod 2
000 000 NUM nummod 0
протестиращи протестиращ NOUN ROOT 2 Number=Plur
""")
    assert told(doc) == [("30 000 протестиращи", "GROUP", "протестиращи")]


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        ("протестиращите протестиращ ADJ nsubj 0 Definite=Def|Number=Plur", "GROUP"),
        ("опозицията опозиция NOUN nsubj 0", "GROUP"),
        ("депутатите депутат NOUN nsubj 0 Number=Plur", "GROUP"),
        ("депутатът депутат NOUN nsubj 0 Number=Sing", "NOM"),
        ("споразумения споразумение NOUN obj 0 Number=Plur", "NOM"),
    ],
)
def test_type_of_description(build: Build, told: Told, lines: str, kind: str) -> None:
    assert [row[1] for row in told(build(lines))] == [kind]


@pytest.mark.parametrize(
    ("lines", "pronouns"),
    [
        ("Той аз PRON nsubj 1\nзаяви заявя VERB ROOT 1", ["Той"]),
        ("курса курс NOUN obj 1\nси си PRON det 0", ["си"]),
        ("надява надявам VERB ROOT 0\nсе се PRON expl 0", []),
        ("увери уверя VERB ROOT 0\nси си PRON expl 0", []),
        ("този този DET det 1\nзакон закон NOUN ROOT 1", []),
        ("Това това PRON nsubj 1\nзаяви заявя VERB ROOT 1", ["Това"]),
        ("които който PRON nsubj 1\nпротестират протестирам VERB ROOT 1", ["които"]),
    ],
)
def test_pronouns(build: Build, told: Told, lines: str, pronouns: list[str]) -> None:
    assert [text for text, kind, _ in told(build(lines)) if kind == "PRON"] == pronouns


def test_quotation_marks_and_full_stop_stay_outside(build: Build, told: Told) -> None:
    doc = build("""
„ „ PUNCT punct 1 - B-PRO
Гардиън Гардиън PROPN ROOT 1 - I-PRO
“ “ PUNCT punct 1 - I-PRO
. . PUNCT punct 1 - I-PRO
""")
    assert told(doc) == [("Гардиън", "PRO", "Гардиън")]


def test_title_stays_outside_person(build: Build, told: Told) -> None:
    doc = build("""
Президентът президент NOUN ROOT 0 - B-PER
Петър Петър PROPN nmod 0 - I-PER
Стоянов Стоянов PROPN flat 1 - I-PER
""")
    assert [row for row in told(doc) if row[1] == "PER"] == [("Петър Стоянов", "PER", "Петър Стоянов")]


def test_preposition_at_the_end_stays_outside(build: Build, told: Told) -> None:
    doc = build("""
Министерството министерство NOUN ROOT 0 Definite=Def B-ORG
на на ADP case 2 - I-ORG
отбраната отбрана NOUN nmod 0 - I-ORG
в в ADP case 4 - I-ORG
Москва Москва PROPN nmod 0 - B-LOC
""")
    assert told(doc)[0] == ("Министерството на отбраната", "ORG", "Министерство на отбраната")


def test_address_keeps_its_ending(nlp: Language, stage: Entities) -> None:
    doc = Doc(nlp.vocab, words=["News", ".", "bg"], spaces=[False] * 3, ents=["B-PRO", "O", "O"])
    assert [doc.text[m.start : m.end] for m in stage(doc)._.mentions] == ["News.bg"]


def test_gazetteer_beats_tagger_on_equal_span(build: Build, told: Told) -> None:
    assert told(build("Искандер Искандер PROPN ROOT 0 - B-PER")) == [("Искандер", "WEAPON", "Искандер")]


def test_longer_span_of_the_tagger_stays(build: Build, told: Told) -> None:
    doc = build("""
Байрактар Байрактар PROPN ROOT 0 - B-ORG
Текнолоджи Текнолоджи PROPN flat 0 - I-ORG
""")
    assert told(doc) == [("Байрактар Текнолоджи", "ORG", "Байрактар Текнолоджи")]


def test_known_name_is_found_and_typed(build: Build, told: Told) -> None:
    doc = build("""
Украйна Украйна PROPN nsubj 1
критикува критикувам VERB ROOT 1
Би Би PROPN obj 1 - B-ORG
Би Би PROPN flat 2 - I-ORG
Си Си PROPN flat 2 - I-ORG
""")
    assert told(doc) == [("Украйна", "LOC", "Украйна"), ("Би Би Си", "PRO", "Би Би Си")]


def test_weak_name_needs_the_tagger(build: Build, told: Told) -> None:
    assert told(build("Сега сега ADV advmod 1\nработи работя VERB ROOT 1")) == []
    assert told(build("Сега Сега PROPN ROOT 0 - B-ORG")) == [("Сега", "PRO", "Сега")]
    assert told(build("Виктория Виктория PROPN ROOT 0 - B-PER"))[0][1] == "PER"


def test_abbreviation_in_a_shouted_headline_is_doubted(build: Build, told: Told) -> None:
    doc = build("""
ПЪРВИТЕ първи ADJ amod 2
ДАР дар NOUN ROOT 1
СЛАВА слава NOUN nmod 1
""")
    assert "ORG" not in [kind for _, kind, _ in told(doc)]


def test_quotes_alone_do_not_outvote_the_tagger(build: Build, told: Told) -> None:
    doc = build("""
списание списание NOUN ROOT 0
„ „ PUNCT punct 2
Авангард Авангард PROPN nmod 0 - B-ORG
“ “ PUNCT punct 2
""")
    assert ("Авангард", "ORG", "Авангард") in told(doc)


def test_mentions_are_in_text_order_and_have_offsets(build: Build, stage: Entities) -> None:
    doc = build("""
Руските руски ADJ amod 1
войски войска NOUN nsubj 2 Number=Plur
обстреляха обстрелям VERB ROOT 2
Киев Киев PROPN obj 2 - B-LOC
""")
    mentions = stage(doc)._.mentions
    assert [m.start for m in mentions] == sorted(m.start for m in mentions)
    assert all(0 <= m.start < m.end <= len(doc.text) and 0 < m.confidence <= 1 for m in mentions)


def test_particles_belong_to_the_name(build: Build, told: Told) -> None:
    doc = build(
        """
        Урсула Урсула PROPN ROOT 0 - B-PER
        фон фон ADP flat 0
        дер дер X flat 0
        Лайен Лайен PROPN flat 0 - B-PER
        замина замина VERB ROOT 4
        да да AUX aux 6
        Силва Силва PROPN obj 4 - B-PER
        Лула Лула PROPN ROOT 7 - B-PER
        да да X flat 7
        Силва Силва PROPN flat 7 - B-PER
        """
    )
    names = [name for name, label, _ in told(doc) if label == "PER"]
    assert names == ["Урсула фон дер Лайен", "Силва", "Лула да Силва"]


def test_empty_document(nlp: Language, stage: Entities) -> None:
    assert stage(nlp.make_doc(""))._.mentions == []
    assert stage(nlp.make_doc(" \n "))._.mentions == []


def test_estimate_counts_by_kind(build: Build, stage: Entities) -> None:
    doc = stage(build("Киев Киев PROPN ROOT 0 - B-LOC"))
    rows = estimate([(doc, [(0, 4, "LOC")])])
    assert doc._.mentions[0].kind == "LOC|list"
    assert [row["kind"] for row in rows] == ["LOC", "LOC|list"]
    assert rows[0]["precision"] == pytest.approx((1 + 10 * 0.7) / 11, abs=1e-3)


@pytest.mark.slow
def test_real_sentence(annotator: object) -> None:
    text = "Русия изстреля ракета „Орешник“ срещу Украйна, съобщи руският президент Владимир Путин."
    doc = annotator(text)  # type: ignore[operator]
    found = {(e.text, e.type) for e in doc.entities}
    assert {("Русия", "LOC"), ("Орешник", "WEAPON"), ("Украйна", "LOC"), ("Владимир Путин", "PER")} <= found
