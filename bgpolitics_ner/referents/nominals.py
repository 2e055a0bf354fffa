"""Definite descriptions: „беларуският президент“, „страната“, „съюза“, „газопровода“."""

from __future__ import annotations

from bgpolitics_ner.entities.mention import Mention
from bgpolitics_ner.referents.facts import fact_keys, fits
from bgpolitics_ner.referents.phrases import Phrase, read_phrase
from bgpolitics_ner.referents.sets import two_sides
from bgpolitics_ner.referents.state import UNNAMED, Reading
from bgpolitics_ner.referents.text import normalise, same_token

NEAR = 3
TYPES = {"organisation": "ORG", "project": "PRO", "weapon": "WEAPON", "event": "EVT"}


class NominalResolver:
    """Resolves the noun phrases of one document, in text order."""

    def __init__(self, reading: Reading) -> None:
        self._r = reading
        self._kinds: dict[int, frozenset[str]] = {}
        self._seen: dict[str, list[tuple[int, frozenset[str], tuple[str, ...], str]]] = {}

    def resolve(self, index: int) -> int:
        """Return the cluster of a nominal mention, a new one where nothing before (or named) fits."""
        reading = self._r
        mention = reading.mentions[index]
        head = reading.doc[mention.head]
        named = reading.fact_at.get(head.i)
        if named is not None:
            return named
        phrase = read_phrase(head, reading.states, reading.cues)
        states = self.states_of(phrase)
        pair = two_sides(reading, index, phrase)
        if pair:
            reading.sets[index] = pair
            return reading.new_cluster(mention.lemma, mention.type)
        found = self._by_class(mention, phrase, states)
        if found is None:
            found = self._repeated(phrase, states)
        if found is None:
            found = reading.new_cluster(mention.lemma, mention.type)
            if self._can_act(mention, phrase):
                reading.actors.add(found)
            reading.clusters[found].gender, reading.clusters[found].number = phrase.gender, phrase.number
        item = reading.clusters[found]
        if (
            item.type not in UNNAMED
            and item.type != "PER"
            and phrase.gender not in reading.described.get(found, "")
        ):
            reading.described[found] = reading.described.get(found, "") + phrase.gender
            item.gender = ""
        if states and item.type in (*UNNAMED, "PER"):
            if item.type == "PER" and phrase.lemma in reading.cues.offices:
                item.state = item.state or states[0]
            reading.homes.setdefault(found, reading.state_cluster(states[0]))
        key = (found, phrase.modifiers, states, phrase.number)
        self._seen.setdefault(phrase.lemma, []).append(key)
        return found

    def _can_act(self, mention: Mention, phrase: Phrase) -> bool:
        classes = self._r.cues.classes
        return (
            mention.type == "GROUP"
            or self._r.cues.is_person(phrase.lemma)
            or any(phrase.lemma in classes[name] for name in ("organisation", "government", "state", "union"))
        )

    def states_of(self, phrase: Phrase) -> tuple[str, ...]:
        """Return the states that a phrase names by adjective, complement or possessive."""
        states = list(phrase.states)
        for token in phrase.complements:
            cluster = self._r.referent_at(token)
            if cluster is not None and self._r.is_state(cluster):
                states.append(str(self._r.clusters[cluster].state))
            elif (m := self._r.heads.get(token)) is not None:
                seat = self._r.states.seat(self._r.mentions[m].lemma)
                if seat:
                    states.append(seat)
        return tuple(states)

    def _by_class(self, mention: Mention, phrase: Phrase, states: tuple[str, ...]) -> int | None:
        classes, lemma = self._r.cues.classes, phrase.lemma
        last = lemma.split()[-1]
        if phrase.modifiers & self._r.cues.other:
            return None
        if phrase.number == "p" and lemma not in classes["government"]:
            return None
        if lemma in classes["government"]:
            return self._government(phrase, states)
        if last in classes["state"]:
            found = self._state(phrase, states)
            if found is not None:
                return found
        if lemma in classes["union"] and phrase.definite and not phrase.modifiers:
            found = self._union(mention)
            if found is not None:
                return found
        if self._r.cues.is_person(lemma) or self._r.states.demonym(lemma):
            return self._person(mention, phrase, states)
        if lemma in self._r.cues.capital and states and states[0] in self._r.states.capitals:
            return self._r.place_cluster(self._r.states.capitals[states[0]])
        if lemma in classes["city"]:
            return self._typed(mention, phrase, "LOC") or self._place(mention, phrase)
        for name, kind in TYPES.items():
            if lemma in classes[name]:
                found = self._typed(mention, phrase, kind)
                if found is not None:
                    return found
        return self._event(mention, phrase)

    def _government(self, phrase: Phrase, states: tuple[str, ...]) -> int | None:
        """Return the state named with a government; a bare „правителството“ stays itself."""
        if not states or phrase.modifiers:
            return None
        return self._r.state_cluster(states[0])

    def _state(self, phrase: Phrase, states: tuple[str, ...]) -> int | None:
        reading = self._r
        if states:
            return reading.state_cluster(states[0])
        if not phrase.definite or phrase.modifiers - reading.cues.transparent:
            return None
        sentence = reading.sentence[phrase.head.i]
        if phrase.possessor is not None and phrase.possessor.person == 3:
            owner = reading.referent_at(phrase.possessor_token)
            if owner is not None and reading.clusters[owner].state:
                return reading.state_cluster(str(reading.clusters[owner].state))
        if phrase.possessor is not None and phrase.possessor.person == 1:
            return None
        return self.salient_state(sentence)

    def salient_state(self, sentence: int, before: int | None = None) -> int | None:
        """Return the state spoken of most saliently, itself or through a person of it."""
        reading = self._r
        scores: dict[int, float] = {}
        accepted = reading.discourse.rank(
            sentence,
            lambda c: reading.clusters[c].type in ("LOC", "PER", "ORG") and bool(reading.clusters[c].state),
            window=100,
            before=before,
        )
        for score, cluster in accepted:
            name = str(reading.clusters[cluster].state)
            if reading.states.kinds.get(name, "state") != "state":
                continue
            target = reading.state_cluster(name)
            weight = 1.0 if target == cluster else 0.6
            scores[target] = scores.get(target, 0.0) + weight * score
        return max(scores, key=lambda c: scores[c]) if scores else None

    def _union(self, mention: Mention) -> int | None:
        reading = self._r
        names = [reading.state_clusters[n] for n in reading.cues.union_names if n in reading.state_clusters]
        if not names:
            return None
        sentence = reading.sentence[mention.head]
        return reading.discourse.best(sentence, lambda c: c in names, window=100) or names[0]

    def _person(self, mention: Mention, phrase: Phrase, states: tuple[str, ...]) -> int | None:
        reading = self._r
        found = self._described(phrase, states, "PER")
        if found is not None:
            return found
        again = self._repeated(phrase, states)
        if again is not None:
            return again
        if phrase.lemma in reading.cues.kinship:
            return None
        head = phrase.head
        sentence = reading.sentence[head.i]
        office_known = phrase.lemma in reading.cues.offices
        own = any(reading.referent_at(t) is not None for t in phrase.complements)
        if sentence <= 1 and not office_known and not own:
            main = reading.main_person(phrase.gender, states)
            if main is not None:
                return main
        if not phrase.definite:
            return None
        office = reading.cues.offices.get(phrase.lemma)

        def accept(cluster: int) -> bool:
            item = reading.clusters[cluster]
            if item.type != "PER" or reading.agreement(cluster)[1] == "p":
                return False
            if states and item.state and item.state not in states:
                return False
            known = {f.office for f in reading.facts_of.get(cluster, ())}
            if states and not item.state and (known or not office_known):
                return False
            if office and known - {None} and office not in known and "leader" not in known | {office}:
                return False
            return phrase.gender != "f" or reading.agreement(cluster)[0] in ("f", "-")

        if phrase.complements and not states:
            return None
        return reading.discourse.best(sentence, accept, window=NEAR)

    def _described(self, phrase: Phrase, states: tuple[str, ...], kind: str) -> int | None:
        """Return the cluster that the document describes with the same office or noun."""
        reading = self._r
        best, best_score = None, 0.0
        keys = fact_keys(phrase.lemma, reading.cues)
        for fact in (f for key in keys for f in reading.facts_by.get(key, ()) if f.type == kind):
            score = fits(fact, phrase, states, reading.cues)
            if score <= 0.0:
                continue
            gap = reading.sentence[phrase.head.i] - reading.sentence[fact.position]
            score -= 0.02 * abs(gap) + (0.3 if gap < 0 else 0.0)
            if score > best_score:
                best, best_score = fact.cluster, score
        return best if best_score > (0.2 if phrase.definite else 0.6) else None

    def _typed(self, mention: Mention, phrase: Phrase, kind: str) -> int | None:
        """Return a name described by the noun, else one with the noun in it, else the most salient."""
        reading = self._r
        found = self._described(phrase, (), kind)
        if found is not None:
            return found
        sentence = reading.sentence[mention.head]
        lemma = phrase.lemma

        def holds_noun(cluster: int) -> bool:
            item = reading.clusters[cluster]
            return (
                item.type == kind
                and not reading.is_state(cluster)
                and any(same_token(w, lemma) for w in normalise(item.name).split())
            )

        kinds = reading.cues.kinds.get(lemma, frozenset())

        def may_be(cluster: int) -> bool:
            if reading.clusters[cluster].type != kind or reading.is_state(cluster):
                return False
            if cluster in reading.sources and "medium" not in kinds:
                return False
            known = self._kinds_of(cluster)
            return not known or bool(known & kinds)

        if phrase.definite:
            found = reading.discourse.best(sentence, holds_noun, window=100)
            if found is None and kinds & reading.cues.open_kinds and not phrase.complements:
                found = reading.discourse.best(
                    sentence,
                    may_be,
                    window=100 if kind == "PRO" else NEAR,
                    boost=lambda c: (
                        0.2 * reading.discourse.counts[c] + (0.5 if c in reading.headlined else 0.0)
                    ),
                )
        return found

    def _kinds_of(self, cluster: int) -> frozenset[str]:
        """Return the kinds that the document's descriptions and the name itself say of a cluster."""
        found = self._kinds.get(cluster)
        if found is not None:
            return found
        reading = self._r
        words = {f.lemma for f in reading.facts_of.get(cluster, ())}
        for word in normalise(reading.clusters[cluster].name).split():
            words |= {noun for noun in reading.cues.kinds if same_token(noun, word)}
        found = frozenset(k for w in words for k in reading.cues.kinds.get(w, ()))
        self._kinds[cluster] = found
        return found

    def _place(self, mention: Mention, phrase: Phrase) -> int | None:
        """Return the place that is no state and was named last for „града“, „полуострова“."""
        reading = self._r
        if not phrase.definite or phrase.complements or phrase.states:
            return None
        sentence = reading.sentence[mention.head]
        return reading.discourse.best(
            sentence, lambda c: reading.clusters[c].type == "LOC" and not reading.is_state(c), window=2
        )

    def _event(self, mention: Mention, phrase: Phrase) -> int | None:
        for event in self._r.cues.events:
            if phrase.lemma in event.heads:
                for index, cluster in enumerate(self._r.clusters):
                    if normalise(cluster.name) == normalise(event.name):
                        return index
        return None

    def _repeated(self, phrase: Phrase, states: tuple[str, ...]) -> int | None:
        """Return the cluster of an earlier phrase with the same noun and compatible modifiers."""
        if phrase.modifiers & self._r.cues.other:
            return None
        own = phrase.modifiers - self._r.cues.transparent
        for cluster, modifiers, before, number in reversed(self._seen.get(phrase.lemma, ())):
            if "-" not in (number, phrase.number) and number != phrase.number:
                continue
            if self._r.clusters[cluster].type not in UNNAMED and not phrase.definite:
                continue
            other = modifiers - self._r.cues.transparent
            if own <= other or (other < own and not other):
                if states and before and set(states) != set(before):
                    continue
                if phrase.definite or own == other:
                    return cluster
        return None
