"""Grammatical gender and number of a cluster, for agreement with pronouns and verbs."""

from __future__ import annotations

from spacy.tokens import Doc

from bgpolitics_ner.entities.mention import Mention
from bgpolitics_ner.referents.cues import Cues
from bgpolitics_ner.referents.phrases import gender_of, number_of
from bgpolitics_ner.referents.text import normalise


def person_gender(name: str, cues: Cues) -> str:
    """Return m or f by the endings of family and given name, - where they do not say (Тереза Мей → f)."""
    words = normalise(name).split()
    if not words:
        return "-"
    given, family = words[0], words[-1]
    if given in cues.female_given:
        return "f"
    if given in cues.male_given:
        return "m"
    if len(words) > 1 and family.endswith(cues.female_endings) and given.endswith(cues.female_given_endings):
        return "f"
    if family.endswith(cues.male_endings):
        return "m"
    if len(words) == 1:
        unsure = "-" if family[-1] in cues.feminine_letters else "m"
        return "f" if family.endswith(cues.female_endings) else unsure
    return "f" if given.endswith(cues.female_given_endings) else "m"


def name_gender(name: str, cues: Cues) -> str:
    """Return the gender of a place or organisation by the ending of its last word."""
    word = normalise(name).split()[-1:] or [""]
    last = word[0][-1:]
    return "f" if last in cues.feminine_letters else "n" if last in cues.neuter_letters else "m"


def spoken_gender(doc: Doc, mentions: list[Mention]) -> str:
    """Return f where a participle says that the subject is a woman („Мей е заявила“), else ""."""
    for mention in mentions:
        head = doc[mention.head]
        verb = head.head
        if head.dep_.startswith("nsubj") and "Part" in verb.morph.get("VerbForm") and gender_of(verb) == "f":
            return "f"
    return ""


def mention_agreement(doc: Doc, mention: Mention) -> tuple[str, str]:
    """Return (gender, number) as the morphology of the mention's head says."""
    head = doc[mention.head]
    if any(child.dep_ == "conj" for child in head.rights if child.idx < mention.end):
        return gender_of(head), "p"
    return gender_of(head), number_of(head)
