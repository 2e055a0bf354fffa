"""Descriptions of two actors at once: „двамата лидери“, „двете страни“."""

from __future__ import annotations

from collections.abc import Callable

from bgpolitics_ner.referents.phrases import Phrase
from bgpolitics_ner.referents.state import Reading

NEAR = 6


def two_sides(reading: Reading, index: int, phrase: Phrase) -> tuple[int, ...]:
    """Return the two clusters that a plural mention stands for; () where no two were named.

    Persons for nouns for persons and a bare „двамата“, states and unions for „страни“.
    """
    head = phrase.head
    cues = reading.cues
    pair_word = head.lower_ in cues.sets or any(c.lower_ in cues.sets for c in head.lefts)
    if not pair_word:
        return ()
    lemma = phrase.lemma
    if lemma in cues.classes["state"]:
        return _last_two(reading, head.i, lambda c: reading.is_state(c))
    if cues.is_person(lemma) or head.lower_ in cues.sets:
        return _last_two(reading, head.i, lambda c: reading.clusters[c].type == "PER")
    kinds = (
        {"ORG"}
        if lemma in cues.classes["organisation"]
        else {"PRO"}
        if lemma in cues.classes["project"]
        else set()
    )
    return _last_two(reading, head.i, lambda c: reading.clusters[c].type in kinds and not reading.is_state(c))


def _last_two(reading: Reading, token: int, accept: Callable[[int], bool]) -> tuple[int, ...]:
    ranked = reading.discourse.rank(reading.sentence[token], accept, window=NEAR)
    return tuple(cluster for _, cluster in ranked[:2]) if len(ranked) >= 2 else ()
