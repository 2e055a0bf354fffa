"""Referents that the sentence leaves out: the subject of a verb without one, the speaker."""

from __future__ import annotations

from spacy.tokens import Doc, Token

from bgpolitics_ner.referents.quotes import subject_of
from bgpolitics_ner.referents.resolver import DATA, SETS, Resolution

NAMED = ("PER", "LOC", "ORG")
DEPTH = 6
# Offices that are held in a state.
OF_STATE = ("president", "premier", "chancellor", "minister", "monarch")


def speaker_of(doc: Doc, token: Token) -> int | None:
    """Return the referent index of who speaks at a token; None where it is the writer.

    The speaker of the quotation around it, else that of a speech verb beside („Ще победим, заяви той“).
    """
    resolution: Resolution | None = doc.user_data.get(DATA)
    if resolution is None:
        return None
    found = resolution.pronouns.speaker(token.i)
    return found if found is not None else resolution.pronouns.reported_speaker(token.i)


def members_of(doc: Doc, mention: int) -> tuple[int, ...]:
    """Return the two referent indices of a mention for two („двамата лидери“), () for other mentions."""
    sets: dict[int, tuple[int, ...]] = doc.user_data.get(SETS, {})
    return sets.get(mention, ())


def implied_subject(doc: Doc, token: Token) -> int | None:
    """Return the referent index of the left-out subject of a verb or noun of action, None if nothing agrees.

    „Мей замина за Брюксел. Там ще се срещне с Юнкер.“: срещне → Тереза Мей. A verb in the 1st person has the
    speaker. Else subjects of the clauses above come first, then the most salient actor before that agrees.
    What stands below the word itself is no subject of it („напускането на ЕС“).
    """
    resolution: Resolution | None = doc.user_data.get(DATA)
    if resolution is None:
        return None
    reading = resolution.reading
    verb = _verb_above(token)
    number, genders, person = _agreement(verb)
    if person == 1 and subject_of(verb) is None:
        speaker = speaker_of(doc, token)
        if speaker is not None:
            return _home(resolution, speaker) if number == "p" else speaker
    barred = {
        c for child in token.subtree if child.i != token.i and (c := reading.referent_at(child)) is not None
    }
    if token.pos_ != "NOUN":
        barred -= {c for c in barred if c == _subject_referent(resolution, token)}
    found = _above(resolution, token, number, genders, barred)
    if found is None:

        def accept(cluster: int) -> bool:
            return (
                cluster not in barred
                and _is_actor(resolution, cluster)
                and reading.agrees(cluster, genders, number)
            )

        found = resolution.best_before(token.i, reading.sentence[token.i], accept)
    return None if found is None else _actor(resolution, token, found)


def _verb_above(token: Token) -> Token:
    """Return the verb whose object a noun of action is („водим преговори“ → водим), else the token."""
    if token.pos_ == "NOUN" and token.dep_ in ("obj", "iobj", "obl") and token.head.pos_ == "VERB":
        return token.head
    return token


def _subject_referent(resolution: Resolution, token: Token) -> int | None:
    subject = subject_of(token)
    return None if subject is None else resolution.reading.referent_at(subject)


def _actor(resolution: Resolution, token: Token, found: int) -> int:
    """Return the state of a person where the event is told by a noun: „преговорите“ are those of states."""
    home = _home(resolution, found)
    return home if token.pos_ == "NOUN" and resolution.reading.is_state(home) else found


def _home(resolution: Resolution, person: int) -> int:
    """Return whom a person speaks for: the state or organisation that the text gives, the person where none.

    Who holds an office of state that the text gives no state for holds it in the state it names most often.
    """
    reading = resolution.reading
    if person in reading.homes:
        return reading.homes[person]
    offices = {fact.office for fact in reading.facts_of.get(person, ())}
    lands = [c for c in reading.named_counts if reading.is_state(c) and reading.clusters[c].type == "LOC"]
    if not lands or offices.isdisjoint(OF_STATE):
        return person
    return max(lands, key=lambda c: reading.named_counts[c])


def _is_actor(resolution: Resolution, cluster: int) -> bool:
    """Say whether a cluster can act: a named one, or a noun for people or an institution."""
    reading = resolution.reading
    return (
        reading.clusters[cluster].type in NAMED and cluster not in reading.sources
    ) or cluster in reading.actors


def _agreement(token: Token) -> tuple[str, str, int]:
    """Return number, genders and person of a verb with its auxiliaries; nouns say nothing."""
    number, genders, person = "-", "-", 3
    if token.pos_ == "NOUN":
        return number, genders, person
    for part in (token, *(c for c in token.children if c.dep_ in ("aux", "aux:pass", "cop"))):
        if value := part.morph.get("Number"):
            number = "p" if value[0] == "Plur" else "s"
        if value := part.morph.get("Person"):
            person = int(value[0])
        if "Part" in part.morph.get("VerbForm") and (value := part.morph.get("Gender")):
            genders = value[0][0].lower()
    return number, genders, person


def _above(resolution: Resolution, token: Token, number: str, genders: str, barred: set[int]) -> int | None:
    """Return the agreeing subject of the nearest clause above that has one."""
    reading, step = resolution.reading, token
    for _ in range(DEPTH):
        found = _subject_referent(resolution, step)
        if (
            found is not None
            and found not in barred
            and _is_actor(resolution, found)
            and (number == "-" or reading.agrees(found, genders, number))
        ):
            return found
        if step.head.i == step.i:
            return None
        if step.dep_ in ("acl:relcl", "acl") and step.head.pos_ in ("NOUN", "PROPN"):
            found = reading.referent_at(step.head)
            if found is not None and step.dep_ == "acl:relcl" and not _has_relative(resolution, step):
                return found
        step = step.head
    return None


def _has_relative(resolution: Resolution, verb: Token) -> bool:
    cues = resolution.reading.cues
    return any((p := cues.pronoun(c.lower_)) is not None and p.kind == "relative" for c in verb.children)
