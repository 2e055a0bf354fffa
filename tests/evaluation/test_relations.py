"""Every rule of the guidelines' section on scoring; each test fails where its rule is taken away."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bgpolitics_ner.document import Document
from bgpolitics_ner.evaluation import Score, evaluate

from .build import Fact, article, without

MEETING = "[Лукашенко|PER|Александър Лукашенко] се срещна с [Тръмп|PER|Доналд Тръмп] ."


def counts(gold: Document, predicted: Document, level: str = "document") -> Score:
    relations = evaluate([gold], [predicted]).relations
    assert relations is not None
    score = getattr(relations, level).micro
    assert isinstance(score, Score)
    return score


LEVELS = ["document", "mention_strict", "mention_relaxed"]


@pytest.mark.parametrize("level", LEVELS)
def test_symmetric_types_count_in_either_order(level: str) -> None:
    gold = article(MEETING, [Fact("m1", "meets-with", "m2")])
    turned = article(MEETING, [Fact("m2", "meets-with", "m1")])
    assert counts(gold, turned, level) == Score(1, 1, 1)


@pytest.mark.parametrize("subject", ["m1", "m2"])
def test_either_order_counts_under_an_alias_too(subject: str) -> None:
    object_ = {"m1": "m2", "m2": "m1"}[subject]
    gold = article(MEETING, [Fact("m1", "meets-with", "m2")])
    short = article(MEETING.replace("|Александър Лукашенко", ""), [Fact(subject, "meets-with", object_)])
    assert counts(gold, short) == Score(1, 1, 1)


@pytest.mark.parametrize("level", LEVELS)
def test_other_types_have_a_direction(level: str) -> None:
    gold = article(MEETING, [Fact("m1", "criticizes", "m2")])
    turned = article(MEETING, [Fact("m2", "criticizes", "m1")])
    assert counts(gold, turned, level) == Score(0, 1, 1)


@pytest.mark.parametrize("level", LEVELS)
def test_another_type_is_another_relation(level: str) -> None:
    gold = article(MEETING, [Fact("m1", "meets-with", "m2")])
    other = article(MEETING, [Fact("m1", "talks-with", "m2")])
    assert counts(gold, other, level) == Score(0, 1, 1)


# --- document level: who is meant -------------------------------------------------------------------


def test_a_named_referent_matches_by_name_whatever_the_mention() -> None:
    text = "[Лукашенко|PER|Александър Лукашенко] и [президентът|NOM|{}] обвиниха [Киев|LOC|Украйна] ."
    gold = article(text.format("Александър Лукашенко"), [Fact("m1", "accuses", "m3")])
    guess = article(text.format("Александър Лукашенко"), [Fact("m2", "accuses", "m3")])
    wrong = article(text.format("Владимир Путин"), [Fact("m2", "accuses", "m3")])
    assert counts(gold, guess) == Score(1, 1, 1)
    assert counts(gold, wrong) == Score(0, 1, 1)


@pytest.mark.parametrize("name", ["Северен поток 2", "„Северен  поток 2“", "«северен\u00a0поток 2»"])
def test_names_are_compared_without_case_quotes_and_spaces(name: str) -> None:
    text = "[САЩ|LOC] отхвърлиха [проекта|NOM|{}] ."
    gold = article(
        text.format('"Северен поток 2"'), [Fact("m1", "opposes", "m2")], types={'"Северен поток 2"': "PRO"}
    )
    guess = article(text.format(name), [Fact("m1", "opposes", "m2")], types={name: "PRO"})
    assert counts(gold, guess) == Score(1, 1, 1)


def test_an_alias_in_the_gold_mentions_is_the_referent() -> None:
    gold = article(f"{MEETING}\nАлександър Лукашенко говори .", [Fact("m1", "meets-with", "m2")])
    short = article(
        f"{MEETING}\nАлександър Лукашенко говори .".replace("|Александър Лукашенко", "|лукашенко"),
        [Fact("m1", "meets-with", "m2")],
    )
    assert counts(gold, short) == Score(1, 1, 1)
    assert counts(short, gold) == Score(0, 1, 1), "aliases are gold's, not the prediction's"


def test_the_lemma_of_a_gold_mention_is_an_alias() -> None:
    gold = article(
        "[Лукашенка|PER|Александър Лукашенко] напусна [ООН|ORG] .", [Fact("m1", "withdraws-from", "m2")]
    )
    guess = article("[Лукашенка|PER|Лукашенко] напусна [ООН|ORG] .", [Fact("m1", "withdraws-from", "m2")])
    assert counts(gold, guess) == Score(0, 1, 1)
    first, second = gold.entities or ()
    with_lemma = replace(gold, entities=(replace(first, lemma="Лукашенко"), second))
    assert counts(with_lemma, guess) == Score(1, 1, 1)


def test_a_pronoun_or_description_is_no_alias() -> None:
    text = "[Тръмп|PER|Доналд Тръмп] дойде . [Той|PRON|{}] критикува [ЕС|ORG] ."
    gold = article(text.format("Доналд Тръмп"), [Fact("m2", "criticizes", "m3")])
    unresolved = article(text.format("Той"), [Fact("m2", "criticizes", "m3")])
    assert counts(gold, unresolved) == Score(0, 1, 1)


def test_the_capital_is_no_alias_of_the_state_it_stands_for() -> None:
    text = "[Минск|LOC] обвини [НАТО|ORG] ."
    gold = article(text, [Fact("m1=Беларус", "accuses", "m2")])
    literal = article(text, [Fact("m1", "accuses", "m2")])
    assert counts(gold, literal) == Score(0, 1, 1)
    assert counts(gold, literal, "mention_strict") == Score(1, 1, 1)


def test_an_unnamed_referent_matches_where_mentions_overlap() -> None:
    gold = article("[САЩ|LOC] освободиха [политически затворници|GROUP] .", [Fact("m1", "releases", "m2")])
    part = article("[САЩ|LOC] освободиха политически [затворници|GROUP] .", [Fact("m1", "releases", "m2")])
    far = article("[САЩ|LOC] [освободиха|GROUP] политически затворници .", [Fact("m1", "releases", "m2")])
    assert counts(gold, part) == Score(1, 1, 1)
    assert counts(gold, far) == Score(0, 1, 1)


def test_any_gold_mention_of_an_unnamed_referent_will_do() -> None:
    text = "[затворниците|GROUP|затворници] чакат . [САЩ|LOC] освободиха [ги|PRON|{}] ."
    gold = article(text.format("затворници"), [Fact("m2", "releases", "m3")])
    guess = article(
        "[затворниците|NOM|хора] чакат . [САЩ|LOC] освободиха ги .", [Fact("m2", "releases", "m1")]
    )
    assert counts(gold, guess) == Score(1, 1, 1)


def test_an_unnamed_referent_also_matches_by_name() -> None:
    text = "[протестиращи|GROUP] обвиниха [ЕС|ORG] . После [протестиращи|GROUP] си тръгнаха ."
    gold = article(
        text.replace(" После [протестиращи|GROUP]", " После протестиращи"), [Fact("m1", "accuses", "m2")]
    )
    guess = article(
        text.replace("[протестиращи|GROUP] обвиниха", "протестиращи обвиниха"), [Fact("m2", "accuses", "m1")]
    )
    assert counts(gold, guess) == Score(1, 1, 1)


def test_a_named_referent_does_not_match_by_overlap() -> None:
    gold = article(MEETING, [Fact("m1", "meets-with", "m2")])
    guess = article(
        MEETING.replace("Александър Лукашенко", "Виктор Лукашенко"), [Fact("m1", "meets-with", "m2")]
    )
    assert counts(gold, guess) == Score(0, 1, 1)
    assert counts(gold, guess, "mention_strict") == Score(1, 1, 1)


def test_a_left_out_unnamed_argument_is_found_at_the_other_mentions_of_its_referent() -> None:
    text = "{} излязоха .\nОбвиниха [ЕС|ORG] ."
    gold = article(
        text.format("[хиляди протестиращи|GROUP|протестиращи]"),
        [Fact("=протестиращи", "accuses", "m2", line=1)],
    )
    guess = article(
        text.format("хиляди [протестиращи|GROUP|демонстранти]"),
        [Fact("=демонстранти", "accuses", "m2", line=1)],
    )
    assert counts(gold, guess) == Score(1, 1, 1)


# --- document level: merging and one-to-one ---------------------------------------------------------


def test_a_relation_told_twice_is_merged_on_both_sides() -> None:
    facts = [Fact("m1", "meets-with", "m2"), Fact("m4", "meets-with", "m3", line=1)]
    twice = article(f"{MEETING}\n{MEETING}", facts)
    assert counts(twice, twice) == Score(1, 1, 1)
    assert counts(twice, without(twice, "x2")) == Score(1, 1, 1)
    assert counts(without(twice, "x1"), twice) == Score(1, 1, 1)
    assert counts(twice, without(twice, "x2"), "mention_strict") == Score(1, 1, 2)


def test_symmetric_tellings_in_both_orders_are_merged() -> None:
    both = article(MEETING, [Fact("m1", "meets-with", "m2"), Fact("m2", "meets-with", "m1")])
    assert counts(both, both) == Score(1, 1, 1)


def test_both_orders_of_a_directed_type_are_two_relations() -> None:
    both = article(MEETING, [Fact("m1", "criticizes", "m2"), Fact("m2", "criticizes", "m1")])
    assert counts(both, both) == Score(2, 2, 2)


def test_a_duplicate_under_an_alias_is_a_false_alarm() -> None:
    text = "[Александър Лукашенко|PER] и [Лукашенко|PER{}] критикуват [ЕС|ORG] ."
    gold = article(text.format("|Александър Лукашенко"), [Fact("m1", "criticizes", "m3")])
    guess = article(text.format(""), [Fact("m1", "criticizes", "m3"), Fact("m2", "criticizes", "m3")])
    assert counts(gold, guess) == Score(1, 2, 1)


def test_a_gold_relation_is_found_once_at_mention_level() -> None:
    gold = article(MEETING, [Fact("m1", "meets-with", "m2")])
    twice = article(MEETING, [Fact("m1", "meets-with", "m2"), Fact("m2", "meets-with", "m1")])
    assert counts(gold, twice, "mention_strict") == Score(1, 2, 1)
    assert counts(gold, twice, "mention_relaxed") == Score(1, 2, 1)


def test_two_unnamed_referents_of_one_name_stay_two() -> None:
    text = "[САЩ|LOC] призоваха [страната|NOM|{}] , а [Русия|LOC] [страната|NOM|{}] ."
    facts = [Fact("m1", "calls-on", "m2"), Fact("m1", "calls-on", "m4")]
    document = article(text.format("страна", "държава"), facts)
    referents = document.referents or ()
    renamed = tuple(replace(r, name="страна") if r.name == "държава" else r for r in referents)
    same_name = replace(document, referents=renamed)
    assert counts(same_name, same_name) == Score(2, 2, 2)


def test_two_referents_of_one_proper_name_are_one() -> None:
    text = "[Русия|LOC] нападна [Украйна|LOC] .\n[Русия|LOC|русия] нападна [Украйна|LOC] ."
    gold = article(
        text.replace("|русия", ""), [Fact("m1", "attacks", "m2"), Fact("m3", "attacks", "m4", line=1)]
    )
    split = article(text, [Fact("m1", "attacks", "m2"), Fact("m3", "attacks", "m4", line=1)])
    assert counts(gold, split) == Score(1, 1, 1)


# --- mention level ----------------------------------------------------------------------------------


def test_strict_needs_equal_spans_relaxed_overlap() -> None:
    gold = article("[Доналд Тръмп|PER] посети [Пекин|LOC] .", [Fact("m1", "visits", "m2")])
    short = article("Доналд [Тръмп|PER] посети [Пекин|LOC] .", [Fact("m1", "visits", "m2")])
    assert counts(gold, short, "mention_strict") == Score(0, 1, 1)
    assert counts(gold, short, "mention_relaxed") == Score(1, 1, 1)


@pytest.mark.parametrize("level", ["mention_strict", "mention_relaxed"])
def test_any_mention_of_the_referent_in_the_sentence_is_right(level: str) -> None:
    text = "[Тръмп|PER|{0}] , [който|PRON|{0}] посети [Пекин|LOC] .\nДойде и [Тръмп|PER|{0}] ."
    gold = article(text.format("Доналд Тръмп"), [Fact("m2", "visits", "m3")])
    antecedent = article(text.format("Доналд Тръмп"), [Fact("m1", "visits", "m3")])
    elsewhere = article(text.format("Доналд Тръмп"), [Fact("m4", "visits", "m3")])
    assert counts(gold, antecedent, level) == Score(1, 1, 1)
    assert counts(gold, elsewhere, level) == Score(0, 1, 1)


@pytest.mark.parametrize("level", ["mention_strict", "mention_relaxed"])
@pytest.mark.parametrize(("subject", "right"), [("=Беларус", 1), ("m1", 1), ("=Русия", 0)])
def test_where_gold_leaves_the_subject_out_the_referent_decides(level: str, subject: str, right: int) -> None:
    text = "[Беларус|LOC] е съсед .\nОсвободи [затворници|GROUP] ."
    gold = article(text, [Fact("=Беларус", "releases", "m2", line=1)])
    guess = article(text, [Fact(subject, "releases", "m2", line=1)])
    assert counts(gold, guess, level) == Score(right, 1, 1)


@pytest.mark.parametrize(("object_", "right"), [("=Беларус", 1), ("=Русия", 0)])
def test_where_gold_leaves_the_object_out_the_referent_decides(object_: str, right: int) -> None:
    text = "Облекчават се санкциите на [САЩ|LOC] ."
    gold = article(text, [Fact("m1", "lifts-sanctions-on", "=Беларус")])
    guess = article(text, [Fact("m1", "lifts-sanctions-on", object_)])
    assert counts(gold, guess, "mention_strict") == Score(right, 1, 1)


def test_leaving_out_what_gold_mentions_is_wrong_at_mention_level() -> None:
    gold = article("[САЩ|LOC] посетиха [Пекин|LOC] .", [Fact("m1", "visits", "m2")])
    guess = article("[САЩ|LOC] посетиха [Пекин|LOC] .", [Fact("=САЩ", "visits", "m2")])
    assert counts(gold, guess, "mention_relaxed") == Score(0, 1, 1)
    assert counts(gold, guess) == Score(1, 1, 1)


def test_with_both_arguments_left_out_the_sentence_decides() -> None:
    text = "[Минск|LOC] чака .\nПреговорите продължават .\nПреговорите продължават ."
    gold = article(text, [Fact("=Беларус", "talks-with", "=САЩ", line=1)])
    same = article(text, [Fact("=САЩ", "talks-with", "=Беларус", line=1)])
    later = article(text, [Fact("=САЩ", "talks-with", "=Беларус", line=2)])
    assert counts(gold, same, "mention_strict") == Score(1, 1, 1)
    assert counts(gold, later, "mention_strict") == Score(0, 1, 1)


# --- tables -----------------------------------------------------------------------------------------


def test_types_have_rows_of_their_own_and_add_up() -> None:
    gold = article(MEETING, [Fact("m1", "meets-with", "m2"), Fact("m1", "criticizes", "m2")])
    guess = article(MEETING, [Fact("m1", "meets-with", "m2"), Fact("m1", "supports", "m2")])
    relations = evaluate([gold], [guess]).relations
    assert relations is not None
    assert relations.document.per_type == {
        "meets-with": Score(1, 1, 1),
        "supports": Score(0, 1, 0),
        "criticizes": Score(0, 0, 1),
    }
    assert relations.document.micro == Score(1, 2, 2)
