"""Classes of head nouns and the closed class of pronouns, from ``knowledge/cues/nominals.toml``."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from bgpolitics_ner.entities.inflect import inflect
from bgpolitics_ner.knowledge import read_toml

PARADIGMS = ("masculine", "feminine", "neuter", "plural")


class Nominals:
    """Lookups by lemma, and by inflected form where the lemma is not in the file (lower case throughout)."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.pronouns = {kind: frozenset(words) for kind, words in data["pronoun"].items()}
        self.weapon_links = frozenset(data["weapon"]["links"])
        self.leading = frozenset(data["quantity"]["leading"])
        self._lemmas: dict[str, list[str]] = {}
        self._forms: dict[str, list[str]] = {}
        self.genders: dict[str, str] = {}
        self._bases: dict[str, str] = {}
        for kind, groups in data.items():
            if kind == "pronoun":
                continue
            for paradigm in PARADIGMS:
                for lemma in groups.get(paradigm, ()):
                    self._add(kind, paradigm, lemma, groups.get("forms", {}).get(lemma, []))

    def _add(self, kind: str, paradigm: str, lemma: str, extra: list[str]) -> None:
        self._lemmas.setdefault(lemma, []).append(kind)
        self.genders.setdefault(lemma, paradigm)
        for form in [*inflect(lemma, paradigm), *extra]:
            self._bases.setdefault(form.lower(), lemma)
            kinds = self._forms.setdefault(form.lower(), [])
            if kind not in kinds:
                kinds.append(kind)

    def classes(self, lemma: str, form: str) -> tuple[str, ...]:
        """Return the classes of a noun, main one first: ``президентът`` → (office,); () where unknown."""
        return tuple(self._lemmas.get(lemma.lower()) or self._forms.get(form.lower()) or ())

    def base(self, form: str) -> str | None:
        """Return the dictionary form of an inflected noun of the file: ``съда`` → съд; None where unknown."""
        return form if form in self._lemmas else self._bases.get(form)


@lru_cache(maxsize=1)
def load_nominals() -> Nominals:
    """Read the file once."""
    return Nominals(read_toml("cues/nominals.toml"))
