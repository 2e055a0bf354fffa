"""What is told in the renarrative mood, on hand-parsed sentences and on the examples of the cue table."""

from __future__ import annotations

from typing import Any

import pytest

from bgpolitics_ner.knowledge import read_toml
from bgpolitics_ner.relations.evidential import EvidentialRules

from .parsed_docs import find, parse, read_marked

CUES = read_toml("cues/evidential.toml")
EXAMPLES = {name: table for name, table in CUES.items() if "yes" in table}
PART = "Definite=Ind|Number=Plur|VerbForm=Part|Voice=Act"

SENTENCES = {
    "a participle without auxiliary is renarrated": (
        f"""
        Те        аз     PRON 2 nsubj
        наложили  наложа VERB 0 ROOT {PART}
        санкции   санкция NOUN 2 obj
        """,
        "наложили",
        True,
    ),
    "the perfect is the writer's": (
        f"""
        Те        аз     PRON 3 nsubj
        са        съм    AUX  3 aux VerbForm=Fin
        наложили  наложа VERB 0 ROOT {PART}
        """,
        "наложили",
        False,
    ),
    "an auxiliary that hangs elsewhere counts": (
        f"""
        Те        аз     PRON 3 nsubj
        са        съм    AUX  1 dep VerbForm=Fin
        наложили  наложа VERB 0 ROOT {PART}
        """,
        "наложили",
        False,
    ),
    "били in place of the auxiliary": (
        f"""
        Те         аз        PRON 3 nsubj:pass
        били       съм       AUX  3 aux:pass {PART}
        арестувани арестувам VERB 0 ROOT VerbForm=Part|Voice=Pass
        """,
        "арестувани",
        True,
    ),
    "the да-clause of a renarrated verb": (
        f"""
        Те        аз       PRON 2 nsubj
        щели      ща       VERB 0 ROOT {PART}
        да        да       AUX  4 aux
        подпишат  подпиша  VERB 2 xcomp VerbForm=Fin
        """,
        "подпишат",
        True,
    ),
    "what is said with че has its own mood": (
        f"""
        Те        аз       PRON 2 nsubj
        казали    кажа     VERB 0 ROOT {PART}
        ,         ,        PUNCT 5 punct
        че        че       SCONJ 5 mark
        подписват подписвам VERB 2 ccomp VerbForm=Fin
        """,
        "подписват",
        False,
    ),
    "a participle that modifies": (
        f"""
        Хората    човек    NOUN 4 nsubj
        ,         ,        PUNCT 3 punct
        дошли     дойда    VERB 1 acl {PART}
        мълчат    мълча    VERB 0 ROOT VerbForm=Fin
        """,
        "дошли",
        False,
    ),
    "the first person has seen it": (
        f"""
        Ние       аз     PRON 2 nsubj
        наложили  наложа VERB 0 ROOT {PART}
        """,
        "наложили",
        False,
    ),
    "a second verb shares the auxiliary": (
        f"""
        Те        аз      PRON 3 nsubj
        са        съм     AUX  3 aux VerbForm=Fin
        казали    кажа    VERB 0 ROOT {PART}
        и         и       CCONJ 7 cc
        пак       пак     ADV  7 advmod
        твърдо    твърдо  ADV  7 advmod
        подписали подпиша VERB 3 conj {PART}
        """,
        "подписали",
        False,
    ),
}


@pytest.fixture(scope="module")
def rules() -> EvidentialRules:
    return EvidentialRules()


@pytest.mark.parametrize("name", SENTENCES)
def test_sentence(rules: EvidentialRules, name: str) -> None:
    table, word, renarrated = SENTENCES[name]
    assert rules.is_renarrated(find(parse(table), word)) is renarrated


@pytest.mark.slow
@pytest.mark.parametrize("name", EXAMPLES)
def test_examples(annotator: Any, rules: EvidentialRules, name: str) -> None:
    for answer in ("yes", "no"):
        for example in EXAMPLES[name][answer]:
            _, trigger = read_marked(annotator.nlp, example)
            assert trigger is not None
            assert rules.is_renarrated(trigger) is (answer == "yes"), example


@pytest.mark.slow
def test_hearsay_needs_a_relation_without_a_source(annotator: Any) -> None:
    (told,) = (r for r in annotator("САЩ наложили санкции на Иран.").relations if r.type == "sanctions")
    assert told.hearsay and told.source is None
    (known,) = (r for r in annotator("САЩ са наложили санкции на Иран.").relations if r.type == "sanctions")
    assert not known.hearsay
