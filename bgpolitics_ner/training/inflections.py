"""Lexicons → the table of inflection classes that the parser network reads."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

from bgpolitics_ner.frontend.features import InflectionTable
from bgpolitics_ner.training.lexicon import apply_rules, read_hunspell_rules, read_wordnet

MIN_COUNT = 3
"""Classes with fewer known word forms teach nothing."""


def build_inflections(lexicons: Path, forms: Iterable[str]) -> InflectionTable:
    """Return the table of the lexicons in one folder (``hunspell-bg``, ``btb-wordnet``).

    A form has the class of its paradigm (``=Q``), the rule that makes it (``Q:я>и``) and the word classes of
    WordNet. Only classes of at least MIN_COUNT of the (training) `forms` are kept.
    """
    classes = read_classes(lexicons)
    counts = Counter(name for form in {form.lower() for form in forms} for name in classes.get(form, ()))
    known = {name for name, count in counts.items() if count >= MIN_COUNT}
    kept = {form: names & known for form, names in classes.items()}
    return InflectionTable({form: names for form, names in kept.items() if names})


def read_classes(lexicons: Path) -> dict[str, set[str]]:
    """Return the classes of all lower-case forms that the lexicons list or make."""
    entries, rules = read_hunspell_rules(lexicons / "hunspell-bg")
    classes: dict[str, set[str]] = defaultdict(set)
    for word, flags in entries:
        lower = word.lower()
        if not flags:
            classes[lower].add("bare" if word.islower() else "Bare")
        for flag in flags:
            classes[lower].update((f"{flag}:base", f"={flag}"))
            for cut, add, form in apply_rules(word, rules[flag]):
                classes[form.lower()].update((f"{flag}:{cut}>{add}", f"={flag}"))
    for tag, words in read_wordnet(lexicons / "btb-wordnet" / "wn-data-bul.tab").items():
        for word in words:
            classes[word].add(f"wn:{tag}")
    return classes
