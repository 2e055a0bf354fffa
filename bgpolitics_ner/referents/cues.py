"""Typed view of ``knowledge/cues/coreference.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bgpolitics_ner.errors import KnowledgeError
from bgpolitics_ner.knowledge import read_toml

FILE = "cues/coreference.toml"
OFFICES = (
    "president",
    "premier",
    "chancellor",
    "minister",
    "deputy",
    "spokesperson",
    "negotiator",
    "chair",
    "pope",
    "leader",
    "monarch",
)
CLASSES = ("person", "state", "government", "union", "city", "organisation", "project", "event", "weapon")


@dataclass(frozen=True)
class Pronoun:
    """What a pronoun's form says: `kind` personal, possessive, relative, reflexive or event; `person` 0–3."""

    kind: str
    person: int = 0
    number: str = "-"
    genders: str = "-"


@dataclass(frozen=True)
class EventAlias:
    """A named event that common nouns may tell too."""

    name: str
    heads: frozenset[str]


@dataclass(frozen=True)
class Cues:
    """All word lists of the stage as sets, ready for lookups by lemma or lower-case form."""

    forms: Mapping[str, Pronoun]
    possessive: Mapping[str, Pronoun]
    possessive_endings: frozenset[str]
    articles: frozenset[str]
    function_words: frozenset[str]
    distinct: frozenset[str]
    female_endings: tuple[str, ...]
    male_endings: tuple[str, ...]
    female_given_endings: tuple[str, ...]
    male_given: frozenset[str]
    female_given: frozenset[str]
    plural_endings: tuple[str, ...]
    feminine_letters: str
    neuter_letters: str
    singular_endings: tuple[str, ...]
    thing_prepositions: frozenset[str]
    thing_governors: frozenset[str]
    offices: Mapping[str, str]
    leads: frozenset[str]
    neutral: frozenset[str]
    capital: frozenset[str]
    kinship: frozenset[str]
    person_endings: tuple[str, ...]
    classes: Mapping[str, frozenset[str]]
    kinds: Mapping[str, frozenset[str]]
    described: Mapping[str, frozenset[str]]
    open_kinds: frozenset[str]
    union_names: tuple[str, ...]
    events: tuple[EventAlias, ...]
    place: frozenset[str]
    relational: frozenset[str]
    motion: frozenset[str]
    speech: frozenset[str]
    quotes: frozenset[str]
    reporting: frozenset[str]
    sets: frozenset[str]
    sides: frozenset[str]
    transparent: frozenset[str]
    other: frozenset[str]
    home: str

    def known_noun(self, lemma: str) -> str:
        """Return the noun of the file that the lemma is with an article (``полуострова``), else the lemma."""
        if lemma in self.described or lemma in self.offices:
            return lemma
        for cut in (1, 2):
            if lemma[-cut:] in self.articles and lemma[:-cut] in self.described:
                return lemma[:-cut]
        return lemma

    def is_person(self, lemma: str) -> bool:
        """Say whether a noun is one for a person (``адвокат``, ``еврокомисар``, ``държавен глава``)."""
        if (
            lemma in self.offices
            or lemma in self.classes["person"]
            or lemma.rpartition(" ")[2] in self.classes["person"]
        ):
            return True
        if any(lemma in words for name, words in self.classes.items() if name != "person"):
            return False
        return len(lemma) > 5 and lemma.endswith(self.person_endings)

    def pronoun(self, form: str) -> Pronoun | None:
        """Return what a form says as a pronoun, None for other words (неговата → 3rd person masculine)."""
        low = form.casefold()
        found = self.forms.get(low)
        if found is not None:
            return found
        for length in (6, 5, 4, 3):
            if low[length:] in self.possessive_endings and (found := self.possessive.get(low[:length])):
                return found
        return None


def _pronoun(kind: str, code: str, neuter: bool) -> Pronoun:
    genders = "-" if code[2] == "-" else code[2] + ("n" if neuter and code[2] == "m" else "")
    return Pronoun(kind, int(code[0]), code[1], genders)


def _forms(table: Mapping[str, Any]) -> tuple[dict[str, Pronoun], dict[str, Pronoun]]:
    neuter = set(table["also_neuter"])
    forms: dict[str, Pronoun] = {}
    for kind in ("personal", "relative"):
        forms.update({form: _pronoun(kind, code, form in neuter) for form, code in table[kind].items()})
    forms.update({form: Pronoun("reflexive", 3) for form in table["reflexive"]})
    forms.update({form: Pronoun("event", 3, "s", "n") for form in table["event"]})
    stems = {form: _pronoun("possessive", code, form in neuter) for form, code in table["possessive"].items()}
    return forms, stems


def build_cues(data: Mapping[str, Any]) -> Cues:
    """Build the cues from the parsed file; raise KnowledgeError naming the missing key."""
    try:
        names, forms = data["names"], _forms(data["pronouns"])
        return Cues(
            forms=forms[0],
            possessive=forms[1],
            possessive_endings=frozenset(data["pronouns"]["possessive_endings"]),
            articles=frozenset(names["articles"]),
            function_words=frozenset(names["function_words"]),
            distinct=frozenset(names["distinct"]),
            female_endings=tuple(names["female_endings"]),
            male_endings=tuple(names["male_endings"]),
            female_given_endings=tuple(names["female_given_endings"]),
            male_given=frozenset(names["male_given"]),
            female_given=frozenset(names["female_given"]),
            plural_endings=tuple(names["plural_endings"]),
            feminine_letters=names["feminine_letters"],
            neuter_letters=names["neuter_letters"],
            singular_endings=tuple(names["singular_endings"]),
            thing_prepositions=frozenset(data["pronouns"]["thing_prepositions"]),
            thing_governors=frozenset(data["pronouns"]["thing_governors"]),
            offices={lemma: office for office in OFFICES for lemma in reversed(data["offices"][office])},
            leads=frozenset(data["offices"]["leads"]),
            neutral=frozenset(data["offices"]["neutral"]),
            capital=frozenset(data["descriptions"]["capital"]),
            kinship=frozenset(data["descriptions"]["relational"]),
            person_endings=tuple(data["descriptions"]["person_endings"]),
            classes={name: frozenset(data["descriptions"][name]) for name in CLASSES},
            described=_described(data["descriptions"]),
            kinds=_kinds(data["kinds"]),
            open_kinds=frozenset(data["open_kinds"]["names"]),
            union_names=tuple(data["descriptions"]["union_names"]),
            events=tuple(EventAlias(e["name"], frozenset(e["heads"])) for e in data["events"]),
            place=frozenset(data["metonymy"]["place"]),
            relational=frozenset(data["metonymy"]["relational"]),
            motion=frozenset(data["metonymy"]["motion"]),
            speech=frozenset(data["speech"]["verbs"]),
            quotes=frozenset(data["speech"]["quotes"]),
            reporting=frozenset(data["speech"]["reporting"]),
            sets=frozenset(data["sets"]["forms"]),
            sides=frozenset(data["sets"]["sides"]),
            transparent=frozenset(data["modifiers"]["transparent"]),
            other=frozenset(data["modifiers"]["other"]),
            home=data["states"]["home"],
        )
    except (KeyError, TypeError) as error:
        raise KnowledgeError(f"knowledge/{FILE}: {error!r} is missing or malformed") from error


TYPES = {
    "state": "LOC",
    "city": "LOC",
    "union": "ORG",
    "organisation": "ORG",
    "project": "PRO",
    "event": "EVT",
    "weapon": "WEAPON",
}


def _described(table: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """Map each noun of the classes to the entity types of the names that it may describe."""
    result: dict[str, set[str]] = {}
    for name in CLASSES:
        for noun in table[name]:
            result.setdefault(noun, set()).update({TYPES[name]} if name in TYPES else ())
    return {noun: frozenset(types) for noun, types in result.items()}


def _kinds(table: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """Turn kind → nouns into noun → kinds."""
    return {
        noun: frozenset(k for k, nouns in table.items() if noun in nouns)
        for nouns in table.values()
        for noun in nouns
    }


@lru_cache(maxsize=1)
def load_cues() -> Cues:
    """Read the cues once."""
    return build_cues(read_toml(FILE))
