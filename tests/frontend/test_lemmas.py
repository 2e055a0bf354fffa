"""The lemma table, the component that uses it, and the builder."""

from __future__ import annotations

from pathlib import Path

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from bgpolitics_ner.errors import InputError, ModelError
from bgpolitics_ner.frontend.lemmas import (
    LemmaCorrector,
    LemmaTable,
    apply_edit,
    find_edit,
    restore_case,
)
from bgpolitics_ner.frontend.treebank_lemmas import clean_lemma
from bgpolitics_ner.training.lexicon import build_table

PAST = "Aspect=Perf|Mood=Ind|Number=Sing|Person=3|Tense=Past|VerbForm=Fin|Voice=Act"
PRESENT = "Aspect=Imp|Mood=Ind|Number=Sing|Person=3|Tense=Pres|VerbForm=Fin|Voice=Act"
FIRST = "Aspect=Perf|Mood=Ind|Number=Sing|Person=1|Tense=Pres|VerbForm=Fin|Voice=Act"
PASSIVE = "Definite=Def|Gender=Masc|Number=Sing|VerbForm=Part|Voice=Pass"


def write_lexicons(folder: Path) -> tuple[Path, Path]:
    """Write a tiny treebank and lexicons of the real formats."""
    rows = [
        ("Съветът", "съвет", "NOUN", "Definite=Def|Gender=Masc|Number=Sing"),
        ("се", "се", "PRON", "_"),
        ("съгласи", "съглася-се", "VERB", PAST),
        ("подкрепям", "подкрепям", "VERB", "Person=1"),
        ("подписва", "подписвам", "VERB", PRESENT),
        ("пиша", "пиша", "VERB", FIRST),
    ]
    lines = [f"{i}\t{f}\t{le}\t{u}\t_\t{fe}\t0\troot\t_\t_" for i, (f, le, u, fe) in enumerate(rows, 1)]
    treebank = folder / "train.conllu"
    treebank.write_text("\n".join(lines) + "\n\n", encoding="utf-8")
    for name in ("hunspell-bg", "btb-wordnet"):
        (folder / name).mkdir()
    wordnet = "# header\n1-v\tbul:lemma\tподпиша\n2-v\tbul:lemma\tподкрепя\n3-n\tbul:lemma\tдоговор\n"
    (folder / "btb-wordnet" / "wn-data-bul.tab").write_text(wordnet, encoding="utf-8")
    affixes = (
        "SFX C Y 2\nSFX C 0 а .\nSFX C 0 ът .\n\n"
        "SFX R Y 2\nSFX R иша иса иша\nSFX R иша исан иша\n"
        "SFX Q Y 1\nSFX Q 0 т [^а]я\nSFX S Y 1\nSFX S м 0 ям\n"
    )
    (folder / "hunspell-bg" / "bg_BG.aff").write_text(affixes, encoding="utf-8")
    words = "5\nдоговор/C\nподпиша/R\nподкрепя/Q\nподкрепям/S\nизбрах\n"
    (folder / "hunspell-bg" / "bg_BG.dic").write_text(words, encoding="utf-8")
    return treebank, folder


@pytest.fixture
def corrector(tmp_path: Path) -> LemmaCorrector:
    component = LemmaCorrector(spacy.blank("bg").vocab)
    component.table = build_table(*write_lexicons(tmp_path))
    return component


@given(st.text("абвгд", max_size=8), st.text("абвгд", max_size=8))
def test_edit_round_trip(form: str, lemma: str) -> None:
    assert apply_edit(form, find_edit(form, lemma)) == lemma


@pytest.mark.parametrize(
    ("lemma", "form", "expected"),
    [
        ("конгрес", "Конгреса", "Конгрес"),
        ("герб", "ГЕРБ", "ГЕРБ"),
        ("буда-пеща", "Буда-Пеща", "Буда-Пеща"),
        ("ал-кайда", "ал-Кайда", "ал-Кайда"),
        ("и", "И", "И"),
    ],
)
def test_restore_case(lemma: str, form: str, expected: str) -> None:
    assert restore_case(lemma, form) == expected


@pytest.mark.parametrize(
    ("lemma", "form", "upos", "expected"),
    [
        ("разбирам-(се)", "разбира", "VERB", "разбирам"),
        ("съглася-се", "съгласи", "VERB", "съглася"),
        ("мързи-ме", "мързи", "VERB", "мързи"),
        ("чува-(ми)-се", "чува", "VERB", "чува"),
        ("мина-(се)", "миналата", "ADJ", "мина"),
        ("десет-дневен", "десет-дневни", "ADJ", "десет-дневен"),
        ("-", "-", "PUNCT", "-"),
        ("европа", "Европа", "PROPN", "Европа"),
    ],
)
def test_treebank_lemmas_lose_clitics(lemma: str, form: str, upos: str, expected: str) -> None:
    assert clean_lemma(lemma, form, upos) == expected


@pytest.mark.parametrize(
    ("form", "upos", "features", "guess", "expected"),
    [
        ("Договорът", "NOUN", "", "договорът", "договор"),
        ("подписа", "VERB", PAST, "подписа", "подпиша"),
        ("съгласи", "VERB", PAST, "съглася-се", "съглася"),
        ("изчезва", "VERB", PRESENT, "изчезвам-се", "изчезвам"),
        ("подписан", "ADJ", PASSIVE, "подписан", "подпиша"),
        ("Съветът", "PROPN", "Definite=Def", "съветът", "Съвет"),
        ("Договора", "PROPN", "Definite=Ind", "договор", "Договора"),
        ("Орешник", "NOUN", "", "орешник", "Орешник"),
        ("супердоговора", "NOUN", "", "супердоговора", "супердоговор"),
        ("2022", "NUM", "", "двайсет", "2022"),
        ("избрах", "VERB", PAST, "избрам", "избрам"),
        ("\n", "SPACE", "", "\n", "\n"),
    ],
)
def test_resolve(
    corrector: LemmaCorrector, form: str, upos: str, features: str, guess: str, expected: str
) -> None:
    assert corrector.resolve(form, upos, features, guess) == expected


def test_features_choose_between_aspect_twins(corrector: LemmaCorrector) -> None:
    assert corrector.resolve("подкрепя", "VERB", PRESENT, "") == "подкрепям"
    assert corrector.resolve("подкрепя", "VERB", FIRST, "") == "подкрепя"


def test_vocatives_are_left_out(corrector: LemmaCorrector) -> None:
    assert corrector.table.find("NOUN", "мире") == []


def test_component_sets_lemmas(corrector: LemmaCorrector) -> None:
    nlp = spacy.blank("bg")
    component = nlp.add_pipe("bgpolitics_lemmas")
    component.from_bytes(corrector.to_bytes())
    doc = nlp.make_doc("Съветът подписа договора")
    for token, pos, lemma in zip(
        doc, ("NOUN", "VERB", "NOUN"), ("Съветът", "подписа", "договора"), strict=True
    ):
        token.pos_, token.lemma_ = pos, lemma
    assert [token.lemma_ for token in component(doc)] == ["съвет", "подпиша", "договор"]
    assert [token.lemma_ for token in component(doc)] == ["съвет", "подпиша", "договор"]


def test_table_survives_disk_and_is_deterministic(corrector: LemmaCorrector, tmp_path: Path) -> None:
    corrector.to_disk(tmp_path / "one")
    other = LemmaCorrector(corrector.vocab).from_disk(tmp_path / "one")
    assert other.to_bytes() == corrector.to_bytes()
    assert len(other.table) == len(corrector.table) > 0
    assert other.resolve("договорът", "NOUN", "", "") == "договор"
    again = tmp_path / "again"
    again.mkdir()
    assert build_table(*write_lexicons(again)).to_bytes() == corrector.to_bytes()


def test_empty_table_keeps_the_guess() -> None:
    component = LemmaCorrector(spacy.blank("bg").vocab).from_bytes(LemmaTable().to_bytes())
    assert component.resolve("Договорът", "NOUN", "", "Договор") == "Договор"
    assert component.resolve("подписа", "VERB", "", "Подпиша") == "подпиша"


def test_damaged_or_missing_table_is_reported(tmp_path: Path) -> None:
    component = LemmaCorrector(spacy.blank("bg").vocab)
    with pytest.raises(ModelError, match="damaged"):
        component.from_bytes(b"nothing")
    with pytest.raises(ModelError, match="missing"):
        component.from_disk(tmp_path)


def test_missing_lexicon_names_the_file(tmp_path: Path) -> None:
    treebank, folder = write_lexicons(tmp_path)
    (folder / "hunspell-bg" / "bg_BG.dic").unlink()
    with pytest.raises(InputError, match="bg_BG"):
        build_table(treebank, folder)
