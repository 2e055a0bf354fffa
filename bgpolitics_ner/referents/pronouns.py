"""Pronouns: agreement, salience, antecedents of relative clauses, reflexives, the speaker of a quotation."""

from __future__ import annotations

from spacy.tokens import Token

from bgpolitics_ner.referents.cues import Pronoun
from bgpolitics_ner.referents.metonymy import case_of
from bgpolitics_ner.referents.phrases import number_of
from bgpolitics_ner.referents.quotes import Quotation, subject_of
from bgpolitics_ner.referents.state import UNNAMED, Reading

NEAR = 6
# What a singular pronoun adds to the salience of persons, as subject and elsewhere, and what it takes from
# that of places where it is an indirect object; chosen on training data.
PERSON_SUBJECT, PERSON, TO_SOMEBODY = 2.0, 1.2, 2.4
NOUNS = ("NOUN", "PROPN", "PRON")


class PronounResolver:
    """Resolves the pronouns of one document."""

    def __init__(self, reading: Reading, quotations: list[Quotation]) -> None:
        self._r = reading
        self._quotations = quotations
        self._quoted: dict[int, int] = {}
        for number, quotation in enumerate(quotations):
            for token in range(quotation.start, quotation.end):
                self._quoted[token] = number

    def resolve(self, index: int) -> int | None:
        """Return the cluster of a pronoun; None where nothing fits."""
        reading = self._r
        mention = reading.mentions[index]
        token = reading.doc[mention.head]
        pronoun = reading.cues.pronoun(token.lower_)
        if pronoun is None or pronoun.kind == "event":
            return None
        if pronoun.kind == "relative":
            return self._antecedent(token, pronoun)
        if pronoun.kind == "reflexive":
            return self._clause_subject(token)
        if pronoun.person == 3:
            return self.third(token, pronoun)
        return None

    def third(self, token: Token, pronoun: Pronoun) -> int | None:
        """Return the most salient cluster that agrees with a 3rd person pronoun."""
        reading = self._r
        sentence = reading.sentence[token.i]
        barred = self._barred(token) if pronoun.kind == "personal" and token.dep_ != "det" else set()
        subject = token.dep_.startswith("nsubj")

        def accept(cluster: int) -> bool:
            item = reading.clusters[cluster]
            return (
                cluster not in barred
                and item.type != "PRON"
                and reading.agrees(cluster, pronoun.genders, pronoun.number)
            )

        thing = not subject and (
            case_of(token) in reading.cues.thing_prepositions
            or token.head.lemma_ in reading.cues.thing_governors
        )

        to_somebody = token.dep_ == "iobj" and not thing

        def boost(cluster: int) -> float:
            kind, value = (
                reading.clusters[cluster].type,
                0.04 * min(5, reading.discourse.counts.get(cluster, 0)),
            )
            gender, number = reading.agreement(cluster)
            if pronoun.number == "p":
                value += (0.8 if number == "p" else 0.0) - (0.8 if kind in ("ORG", "LOC", "PRO") else 0.0)
                return value - (1.0 if kind in UNNAMED and cluster not in reading.actors else 0.0)
            if kind == "PER":
                value += -1.0 if thing else PERSON_SUBJECT if subject else PERSON
                value -= 0.8 if gender == "-" and pronoun.genders == "f" else 0.0
            elif kind in UNNAMED:
                value -= 0.4 if cluster in reading.actors else 0.8 if thing else 1.0
            elif kind == "EVT":
                value -= 0.8
            elif kind == "PRO" and thing:
                value += 1.5 + 0.1 * min(10, reading.discourse.counts.get(cluster, 0))
            elif kind in ("ORG", "LOC") and thing:
                value += 0.8
            elif kind == "LOC" and to_somebody:
                value -= TO_SOMEBODY  # „няма да ѝ позволи“: people are given things, seldom states
            return value

        found = reading.discourse.best(sentence, accept, window=NEAR, boost=boost, before=token.idx)
        if found is None and pronoun.number == "s" and not thing:
            main = reading.main_person(pronoun.genders[0])
            return None if main in barred else main
        return found

    def _barred(self, token: Token) -> set[int]:
        """Return the clusters of the pronoun's co-arguments: „той го покани“ has two referents."""
        reading, barred = self._r, set()
        verb = token.head
        for child in verb.children:
            if child.i != token.i and (child.dep_.startswith("nsubj") or child.dep_ in ("obj", "iobj")):
                cluster = reading.referent_at(child)
                if cluster is not None:
                    barred.add(cluster)
        if not token.dep_.startswith("nsubj") and verb.pos_ in ("VERB", "AUX"):
            subject = subject_of(verb)
            cluster = reading.referent_at(subject) if subject is not None and subject.i != token.i else None
            if cluster is not None:
                barred.add(cluster)
        return barred

    def _antecedent(self, token: Token, pronoun: Pronoun) -> int | None:
        """Return the noun that the relative clause hangs on, else the nearest agreeing one to the left."""
        reading = self._r
        step = token
        while step.dep_ not in ("acl:relcl", "acl", "advcl") and step.head.i != step.i:
            step = step.head
        head = step.head
        for _ in range(3):
            found = reading.fact_at.get(head.i)
            if found is None and (mention := reading.heads.get(head.i)) is not None:
                found = reading.mentions[mention].referent
            if found is not None and head.i < token.i and self._agrees(found, head, pronoun):
                return found
            if head.dep_ not in ("nmod", "flat", "conj", "appos") or head.head.i == head.i:
                break
            head = head.head
        for left in range(token.i - 1, max(-1, token.i - 6), -1):
            if (mention := reading.heads.get(left)) is not None:
                found = reading.mentions[mention].referent
                if found is not None and not reading.mentions[mention].adjective:
                    return found if self._agrees(found, reading.doc[left], pronoun) else None
        return None

    def _agrees(self, cluster: int, head: Token, pronoun: Pronoun) -> bool:
        if pronoun.number == "p":
            return self._r.agreement(cluster)[1] != "s" or number_of(head) == "p"
        return number_of(head) != "p" or self._r.is_state(cluster)

    def _clause_subject(self, token: Token) -> int | None:
        """Return the subject of the clause of „свой“, „си“."""
        reading = self._r
        step = token
        for _ in range(8):
            if step.pos_ in ("VERB", "AUX"):
                subject = subject_of(step)
                if subject is not None and subject.i != token.i:
                    found = reading.referent_at(subject)
                    if found is not None:
                        return found
            if step.head.i == step.i:
                break
            step = step.head
        sentence = reading.sentence[token.i]
        return reading.discourse.best(sentence, lambda c: reading.clusters[c].type != "PRON", window=1)

    def first(self, index: int) -> int | None:
        """Return who a 1st person pronoun means: the speaker; for „ние“ their state or organisation."""
        reading = self._r
        token = reading.doc[reading.mentions[index].head]
        pronoun = reading.cues.pronoun(token.lower_)
        if pronoun is None or pronoun.person != 1:
            return None
        speaker = self.speaker(token.i)
        if speaker is None:
            speaker = self.reported_speaker(token.i)
        if pronoun.number == "s":
            return speaker
        if speaker is None:
            return None
        return reading.homes.get(speaker, speaker)

    def speaker(self, token: int) -> int | None:
        """Return the speaker of the quotation around a token; None outside quotations."""
        number = self._quoted.get(token)
        while number is not None and number >= 0:
            verb = self._quotations[number].verb
            if verb >= 0:
                return self._speaks(verb)
            number -= 1
        return None

    def reported_speaker(self, token: int) -> int | None:
        """Return the subject of the nearest speech verb of the sentence or of the ones beside it."""
        reading = self._r
        headline = self._before_colon(token)
        if headline is not None:
            return headline
        near = range(max(0, token - 60), min(len(reading.doc), token + 60))
        verbs = [i for i in near if reading.doc[i].lemma_ in reading.cues.speech and i not in self._quoted]
        own = reading.sentence[token]
        verbs = [i for i in verbs if abs(reading.sentence[i] - own) <= 1]
        for verb in sorted(verbs, key=lambda i: (abs(reading.sentence[i] - own), abs(i - token))):
            found = self._speaks(verb)
            if found is not None:
                return found
        return None

    def _before_colon(self, token: int) -> int | None:
        """Return the referent named right before a colon of the same sentence: „Меркел: Ще помогнем“."""
        reading = self._r
        for left in range(token - 1, max(0, token - 40), -1):
            if reading.sentence[left] != reading.sentence[token]:
                return None
            if reading.doc[left].text == ":":
                mention = reading.covers.get(left - 1)
                if mention is not None and reading.mentions[mention].type in ("PER", "ORG", "LOC", "NOM"):
                    return reading.mentions[mention].referent
        return None

    def _speaks(self, verb: int) -> int | None:
        reading = self._r
        subject = subject_of(reading.doc[verb])
        found = reading.referent_at(subject) if subject is not None else None
        if found is None and subject is not None:
            found = reading.fact_at.get(subject.i)
            pronoun = reading.cues.pronoun(subject.lower_)
            if found is None and pronoun is not None and pronoun.kind == "personal" and pronoun.person == 3:
                found = self.third(subject, pronoun)
        if found is not None:
            return found if reading.clusters[found].type != "PRON" else None
        sentence = reading.sentence[verb]
        return reading.discourse.best(
            sentence,
            lambda c: reading.clusters[c].type == "PER" and reading.agreement(c)[1] == "s",
            window=NEAR,
            before=reading.doc[verb].idx,
        )
