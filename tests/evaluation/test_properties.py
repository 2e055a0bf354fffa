"""What holds for any documents."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bgpolitics_ner.document import Document
from bgpolitics_ner.evaluation import evaluate

from .build import Fact, article, without

SURFACES = ("Минск", "Минск", "Тръмп", "той", "страната", "хора")
TYPES = ("LOC", "LOC", "PER", "PRON", "NOM", "GROUP")
NAMES = ("Минск", "Беларус", "Доналд Тръмп", "страната", "Тръмп", "хора")
LEVELS = ("document", "mention_strict", "mention_relaxed")


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """One fixed text whose mentions have drawn referents, with drawn relations between them."""
    names = [draw(st.sampled_from(NAMES)) for _ in SURFACES]
    rows = zip(SURFACES, TYPES, names, strict=True)
    words = [f"[{surface}|{kind}|{name}]" for surface, kind, name in rows]
    text = " ".join(words[:3]) + "\n" + " ".join(words[3:])
    mentions = st.integers(1, len(words)).map("m{}".format)
    arguments = st.one_of(mentions, st.sampled_from(NAMES).map("={}".format))
    facts = st.builds(
        Fact,
        arguments,
        st.sampled_from(("meets-with", "accuses")),
        arguments,
        line=st.integers(0, 1),
        factuality=st.sampled_from(("asserted", "planned")),
    )
    return article(text, draw(st.lists(facts, max_size=7)))


@given(documents(), documents(), st.data())
@settings(deadline=None)
def test_dropping_a_prediction_never_raises_recall(
    gold: Document, guess: Document, data: st.DataObject
) -> None:
    if not guess.relations or not gold.relations:
        return
    dropped = data.draw(st.sampled_from([relation.id for relation in guess.relations]))
    before, after = evaluate([gold], [guess]).relations, evaluate([gold], [without(guess, dropped)]).relations
    assert before is not None
    assert after is not None
    for level in LEVELS:
        assert getattr(after, level).micro.recall <= getattr(before, level).micro.recall


@given(documents())
@settings(deadline=None)
def test_gold_against_itself_is_perfect(gold: Document) -> None:
    report = evaluate([gold], [gold])
    assert report.relations is not None
    assert not report.errors
    for level in LEVELS:
        assert getattr(report.relations, level).micro.f1 == 1.0
    assert report.factuality is not None
    assert report.factuality.accuracy in (1.0, None)


@given(documents(), documents())
@settings(deadline=None)
def test_nothing_is_found_twice_and_strict_is_stricter(gold: Document, guess: Document) -> None:
    relations = evaluate([gold], [guess]).relations
    assert relations is not None
    for level in LEVELS:
        score = getattr(relations, level).micro
        assert 0 <= score.tp <= min(score.predicted, score.gold)
    assert relations.mention_strict.micro.tp <= relations.mention_relaxed.micro.tp
