"""Names of the gazetteers in plain tokenised text, and what proves the doubtful ones."""

from __future__ import annotations

import pytest
from spacy.language import Language

from bgpolitics_ner.entities.known import KnownNames


@pytest.fixture(scope="module")
def known(nlp: Language) -> KnownNames:
    return KnownNames(nlp.make_doc)


def found(nlp: Language, known: KnownNames, text: str) -> dict[str, tuple[str, bool, str]]:
    doc = nlp.make_doc(text)
    return {doc[k.start : k.end].text: (k.label, k.weak, k.proof) for k in known(doc)}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Депутати от ПП-ДБ гласуваха.", "ПП-ДБ"),
        ("„ДПС – Ново начало“ гласува.", "ДПС – Ново начало"),
        ("„ДПС - Ново начало“ гласува.", "ДПС - Ново начало"),
        ("Спряха АЕЦ „Козлодуй“ снощи.", "АЕЦ „Козлодуй“"),
        ('Спряха АЕЦ "Козлодуй" снощи.', 'АЕЦ "Козлодуй"'),
        ("Спряха АЕЦ Козлодуй снощи.", "АЕЦ Козлодуй"),
        ("Шефът на ДАНС мълчи.", "ДАНС"),
        ("В ефира на bTV той каза друго.", "bTV"),
        ("Приеха Изборния кодекс.", "Изборния кодекс"),
        ("Ваксината срещу коронавируса пристигна.", "коронавируса"),
        ("Болни от ковид-19 чакат.", "ковид-19"),
    ],
)
def test_plain_name_needs_no_proof(nlp: Language, known: KnownNames, text: str, name: str) -> None:
    assert name in found(nlp, known, text)
    assert not found(nlp, known, text)[name][1]


@pytest.mark.parametrize(
    ("text", "name", "proof"),
    [
        ("КС отмени закона.", "КС", "context"),
        ("На КС му е студено.", "КС", ""),
        ("МС отпусна 20 млн. лв.", "МС", "context"),
        ("Конституционният съд заседава. На КС му е студено.", "КС", "context"),
        ("„Труд“ цитира доклада.", "Труд", "quotes"),
        ("Труд и творчество.", "Труд", ""),
        ("Лидерът на „Възраждане“ мълчи.", "Възраждане", "context"),
        ("Българското Възраждане е епоха.", "Възраждане", ""),
        ("Великобритания и „Съюза“ спорят за ЕС.", "Съюза", ""),
    ],
)
def test_doubtful_name_is_proved(nlp: Language, known: KnownNames, text: str, name: str, proof: str) -> None:
    assert found(nlp, known, text)[name][1:] == (True, proof)


def test_shouted_abbreviation_is_never_proved(nlp: Language, known: KnownNames) -> None:
    label, weak, proof = found(nlp, known, "НОВИЯТ МС НА СТРАНАТА И МИНИСТРИТЕ")["МС"]
    assert (label, weak, proof) == ("ORG", True, "")
