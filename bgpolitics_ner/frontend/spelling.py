"""The letters, marks and words of ``knowledge/orthography.toml``, ready for look-up."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from bgpolitics_ner.knowledge import read_toml

_ROMAN = re.compile(r"(?=.)M{0,3}(CM|CD|D?C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})")


@dataclass(frozen=True)
class Spelling:
    """Letters by their twins, and the patterns that find what may have to be put right.

    `twins` maps Latin letters to Cyrillic ones, `latin` back, with Cyrillic letters that Bulgarian has not.
    `suspect` finds the characters of words that need a look, `words` the whole word round one.
    """

    twins: Mapping[str, str]
    latin: Mapping[str, str]
    foreign: frozenset[str]
    digits: Mapping[str, str]
    vowels: frozenset[str]
    stress: frozenset[str]
    clitic: tuple[str, str]
    characters: Mapping[str, str]
    invisible: frozenset[str]
    latin_words: frozenset[str]
    cyrillic_words: frozenset[str]
    alone: frozenset[str]
    evidence: int
    reach: int
    old_letters: frozenset[str]
    old_words: re.Pattern[str]
    old_evidence: int
    old_rules: Sequence[tuple[re.Pattern[str], str]]
    suspect: re.Pattern[str]
    inner: re.Pattern[str]
    marks: re.Pattern[str]
    words: re.Pattern[str]
    single: re.Pattern[str]
    hard_sign: re.Pattern[str]
    gap: re.Pattern[str]
    spaced: re.Pattern[str]

    def script(self, letters: str) -> str | None:
        """Say in which alphabet a word is meant: ``cyrillic``, ``latin`` or, where nothing is wrong, None."""
        latin = [c for c in letters if _is_latin(c)]
        cyrillic = [c for c in letters if is_cyrillic(c)]
        if len(latin) + len(cyrillic) < len(letters) or not cyrillic:
            return None
        as_latin = "".join(self.latin.get(c, c) for c in letters)
        if not latin:
            roman = not self.foreign.isdisjoint(letters) and _ROMAN.fullmatch(as_latin)
            return "latin" if roman else None
        if _is_suffixed(letters, len(latin)):
            return None
        all_cyrillic = all(c in self.twins for c in latin)
        if all(c in self.latin for c in cyrillic) and (
            not all_cyrillic or as_latin in self.latin_words or not self.foreign.isdisjoint(cyrillic)
        ):
            return "latin"
        return "cyrillic" if all_cyrillic else None

    def modern(self, word: str) -> str:
        """Return a word with letters given up in 1945 as it is spelled today, at the same length."""
        low = new = "".join(c.lower() if is_cyrillic(c) else c for c in word)
        for pattern, letters in self.old_rules:
            new = pattern.sub(letters, new)
        return "".join(
            o if n == lo else n.upper() if o.isupper() else n for o, lo, n in zip(word, low, new, strict=True)
        )


def is_cyrillic(character: str) -> bool:
    """Say whether a character is a letter of the Cyrillic blocks."""
    return "\u0400" <= character <= "\u052f"


def _is_latin(character: str) -> bool:
    return character < "\u0250" and character.isalpha()


def _is_suffixed(letters: str, size: int) -> bool:
    """Say whether a Latin abbreviation has a Bulgarian ending (``CEOто``)."""
    stem, ending = letters[:size], letters[size:]
    return size > 1 and all(map(_is_latin, stem)) and stem.isupper() and ending.islower()


@cache
def load_spelling() -> Spelling:
    """Read the file and compile the patterns, once per process."""
    data = read_toml("orthography.toml")
    letters, words, old = data["letters"], data["words"], data["old"]
    twins, foreign = letters["twins"], letters["foreign"]
    hidden = "".join(sorted(data["invisible"]["characters"]))
    old_letters = frozenset(old["letters_given_up"])
    odd = "".join(sorted({*foreign, *old_letters, *map(str.upper, old_letters)}))
    marks = rf"[{hidden}\u0300-\u036f\u0483-\u0487]"
    word = rf"(?:[^\W\d_]|{marks})"
    return Spelling(
        twins=twins,
        latin={**{c: la for la, c in twins.items()}, **foreign},
        foreign=frozenset(foreign),
        digits=letters["digits"],
        vowels=frozenset(letters["vowels"]),
        stress=frozenset(letters["stress"]),
        clitic=tuple(letters["clitic"]),
        characters=data["characters"],
        invisible=frozenset(hidden),
        latin_words=frozenset(words["latin"]),
        cyrillic_words=frozenset(words["cyrillic"]),
        alone=frozenset(words["alone"]),
        evidence=words["evidence"],
        reach=words["reach"],
        old_letters=old_letters,
        old_words=re.compile(rf"(?i:[{''.join(old_letters)}]|\b(?:{'|'.join(old['words'])})\b)"),
        old_evidence=old["evidence"],
        old_rules=[(re.compile(pattern), new) for pattern, new in old["rules"]],
        suspect=re.compile(rf"[A-Za-z\u00c0-\u024f\u0300-\u036f\u0400\u0450\u040d\u045d{odd}{hidden}]"),
        inner=re.compile(word),
        marks=re.compile(f"{marks}*"),
        words=re.compile(rf"{marks}*[^\W\d_]{word}*"),
        single=re.compile("[" + "".join(data["characters"]) + "]"),
        hard_sign=re.compile(rf"(?<=[{old['consonants']}{old['consonants'].upper()}])[ъЪ](?![\w-])"),
        gap=re.compile(r"\.[ \u00a0](?=[а-я]{1,4}\.|Хр\.|м\b)"),
        spaced=_spaced(data["abbreviations"]["spaced"]),
    )


def _spaced(abbreviations: Sequence[str]) -> re.Pattern[str]:
    forms = []
    for form in sorted(abbreviations, key=len, reverse=True):
        first, rest = form[0], re.escape(form[1:]).replace("\\ ", "[ \u00a0]?")
        forms.append(f"[{first}{first.upper()}]{rest}")
    return re.compile(rf"(?<![\w.-])(?:{'|'.join(forms)})(?!\w)")
