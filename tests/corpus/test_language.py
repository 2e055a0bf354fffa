"""What a text is before it is annotated."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bgpolitics_ner.corpus.language import BoilerplateRules, LanguageNoter, TextNote, is_boilerplate
from bgpolitics_ner.errors import MissingExtraError
from bgpolitics_ner.knowledge import read_toml


@pytest.fixture(scope="module")
def noter() -> LanguageNoter:
    pytest.importorskip("py3langid")
    return LanguageNoter()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("bg", "Опозицията иска предсрочни избори."),
        ("bg", "Президентът се срещна с премиера"),
        ("mk", "Полицијата приведе тројца осомничени за измама во Битола и Охрид, соопшти министерството."),
        ("sr", "Скупштина је усвојила буџет за наредну годину после дуге расправе, изјавио је министар."),
        ("ru", "Правительство решило повысить пенсии с первого января, заявил министр финансов."),
        ("uk", "Уряд вирішив підвищити пенсії з першого січня, заявив міністр фінансів."),
        ("en", "The government decided to raise pensions from the first of January."),
        ("tr", "Cumhurbaşkanı bugün Sofya'da Bulgaristan başbakanı ile görüştü."),
        ("el", "Ο πρωθυπουργός συναντήθηκε σήμερα με τον πρόεδρο της Βουλγαρίας."),
    ],
)
def test_languages(noter: LanguageNoter, language: str, text: str) -> None:
    assert noter(text) == TextNote(language, None if language == "bg" else "language")
    assert noter(text).usable is (language == "bg")


@pytest.mark.parametrize("text", ["", " \n", "12.05.2024 — 100 %", "…"])
def test_a_text_without_letters_is_empty(noter: LanguageNoter, text: str) -> None:
    assert noter(text) == TextNote(None, "empty")


def test_seeds_are_bulgarian_news(noter: LanguageNoter, root: Path) -> None:
    for path in (root / "seeds").glob("*.txt"):
        assert noter(path.read_text(encoding="utf-8")) == TextNote("bg", None), path.name


def test_odd_characters_are_no_error(noter: LanguageNoter) -> None:
    assert noter("Президентът\x00 се \ufeffсрещна с министъра \U0001f600").language == "bg"
    assert noter("Президентът \ud800 се срещна с министъра").language == "bg"


RULES = read_toml("boilerplate.toml")["boilerplate"]


@pytest.mark.parametrize("text", RULES["yes"])
def test_boilerplate(noter: LanguageNoter, text: str) -> None:
    assert is_boilerplate(text)
    assert noter(text).problem == "boilerplate"


@pytest.mark.parametrize("text", RULES["no"])
def test_no_boilerplate(text: str) -> None:
    assert not is_boilerplate(text)


def test_each_threshold_decides() -> None:
    lines = "\n".join(["Новини от деня"] * 8)
    rules = BoilerplateRules(lines=8, words=16, prose=0.3, notices=0.5, phrases=("бисквитки",))
    assert is_boilerplate(lines, rules)
    assert not is_boilerplate(lines.removeprefix("Новини от деня\n"), rules), "one line too few"
    assert not is_boilerplate(lines + "\nТук стои едно изречение с единайсет думи на един дълъг ред.", rules)
    assert is_boilerplate("Има бисквитки. Има и друго", rules)
    assert not is_boilerplate("Има бисквитки. Има и много друго тук", rules)


def test_a_missing_detector_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "py3langid", None)
    monkeypatch.delitem(sys.modules, "py3langid.langid", raising=False)
    with pytest.raises(MissingExtraError, match=r'pip install "bgpolitics-ner\[corpus\]"'):
        LanguageNoter()
