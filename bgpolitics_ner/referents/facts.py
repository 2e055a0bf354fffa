"""What the document says of its names: offices, roles and kinds („президентът X“, „газопровода Y“)."""

from __future__ import annotations

from dataclasses import dataclass

from bgpolitics_ner.referents.cues import Cues
from bgpolitics_ner.referents.phrases import Phrase

_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Fact:
    """One description of a named cluster; `position` is the token index of the describing noun."""

    cluster: int
    lemma: str
    office: str | None
    detail: frozenset[str]
    states: tuple[str, ...]
    position: int
    type: str
    owners: tuple[int, ...] = ()


def detail_of(phrase: Phrase, cues: Cues) -> frozenset[str]:
    """Return the first letters of the modifiers that tell the office („финансов“, „финансите“ → „фин“)."""
    words = {m[:3] for m in phrase.modifiers if m not in cues.neutral and len(m) > 2}
    doc = phrase.head.doc
    for index in phrase.complements:
        token = doc[index]
        if token.pos_ == "NOUN":
            words.add(token.lemma_[:3].casefold())
            words |= {c.lemma_[:3].casefold() for c in token.lefts if c.dep_ == "amod"}
    return frozenset(words)


def make_fact(
    cluster: int, kind: str, phrase: Phrase, states: tuple[str, ...], cues: Cues, owners: tuple[int, ...] = ()
) -> Fact:
    """Make the fact that a phrase states of a cluster."""
    office = cues.offices.get(phrase.lemma)
    return Fact(cluster, phrase.lemma, office, detail_of(phrase, cues), states, phrase.head.i, kind, owners)


def fact_keys(lemma: str, cues: Cues) -> tuple[str, ...]:
    """Return the keys under which descriptions that may answer one another are found; see `fits`."""
    office = cues.offices.get(lemma)
    keys = [lemma, *(f"#{kind}" for kind in sorted(cues.kinds.get(lemma, _NONE)))]
    if office is not None:
        keys.append(f"={office}")
        if office in cues.leads:
            keys.append("=leads")
    return tuple(keys)


def fits(fact: Fact, phrase: Phrase, states: tuple[str, ...], cues: Cues) -> float:
    """Return how well a fact answers a description; 0 for not at all."""
    office = cues.offices.get(phrase.lemma)
    same = fact.lemma == phrase.lemma or (office is not None and fact.office == office)
    kind = not same and bool(cues.kinds.get(fact.lemma, _NONE) & cues.kinds.get(phrase.lemma, _NONE))
    leads = "leader" in (office, fact.office) and {office, fact.office} <= cues.leads
    if not same and not leads and not kind:
        return 0.0
    score = 1.0 if same else 0.6
    if states and fact.states:
        if not set(states) & set(fact.states):
            return 0.0
        score += 1.0
    elif states or fact.states:
        score -= 0.2
    detail = detail_of(phrase, cues)
    if detail and fact.detail:
        if detail & fact.detail:
            score += 0.5
        elif office == "minister":
            return 0.0
    return score
