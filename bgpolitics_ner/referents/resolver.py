"""One document: names, then descriptions, then everything else from left to right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from spacy.tokens import Doc, Token

from bgpolitics_ner.entities.mention import Mention
from bgpolitics_ner.referents.cues import Cues
from bgpolitics_ner.referents.discourse import role_weight
from bgpolitics_ner.referents.facts import make_fact
from bgpolitics_ner.referents.gazetteer import States
from bgpolitics_ner.referents.metonymy import is_place
from bgpolitics_ner.referents.names import NameGroup, NameGrouper, numbered
from bgpolitics_ner.referents.nominals import NominalResolver
from bgpolitics_ner.referents.phrases import descriptors, read_phrase
from bgpolitics_ner.referents.pronouns import PronounResolver
from bgpolitics_ner.referents.quotes import find_quotations
from bgpolitics_ner.referents.state import UNNAMED, Reading
from bgpolitics_ner.referents.text import normalise

DATA = "bgpolitics_referents"
SETS = "bgpolitics_sets"


class Resolution:
    """The referents of one document in the making; kept on the Doc for later questions."""

    def __init__(self, doc: Doc, cues: Cues, states: States, organisations: Mapping[str, str]) -> None:
        self.reading = Reading(doc, doc._.mentions, cues, states)
        self.nominals = NominalResolver(self.reading)
        self.pronouns = PronounResolver(self.reading, find_quotations(doc, cues))
        self._grouper = NameGrouper(states, organisations, cues)

    def run(self) -> None:
        """Give every mention its referent."""
        self._resolve_names()
        self._count_names()
        self._collect_facts()
        self._resolve_rest()
        self._resolve_first_person()
        self._finish_names()

    def _resolve_names(self) -> None:
        reading = self.reading
        seats: set[int] = set()
        for index, mention in enumerate(reading.mentions):
            mention.referent = None
            if mention.adjective and mention.state:
                reading.assign(index, reading.state_cluster(mention.state))
            elif mention.type == "NOM" and (land := self._capitalised_land(index)) is not None:
                reading.assign(index, reading.state_cluster(land))
            elif mention.type == "PER" and reading.states.demonym(mention.lemma):
                seats.add(index)
            elif mention.type in ("LOC", "ORG", "PRO") and not reading.states.state(mention.lemma):
                seat = reading.states.seat(mention.lemma)
                if seat is not None and not is_place(reading.doc, mention, reading.cues):
                    reading.assign(index, reading.state_cluster(seat))
                    seats.add(index)
        groups = self._grouper.group(reading.text, reading.mentions, seats)
        clusters: dict[int, int] = {}
        for index in sorted(groups):
            group = groups[index]
            if id(group) not in clusters:
                clusters[id(group)] = self._cluster_of(group)
            reading.assign(index, clusters[id(group)])

    def _capitalised_land(self, index: int) -> str | None:
        """Return the state of a nickname written with a capital („Острова“)."""
        reading, first = self.reading, self.reading.first[index]
        token = reading.doc[first]
        if not token.text[0].isupper() or token.is_sent_start or first != reading.mentions[index].head:
            return None
        return reading.states.state(token.text)

    def _count_names(self) -> None:
        reading = self.reading
        for mention in reading.mentions:
            if mention.referent is not None and mention.type not in UNNAMED:
                reading.named_counts[mention.referent] = reading.named_counts.get(mention.referent, 0) + 1
                if reading.sentence[mention.head] <= 1:
                    reading.headlined.add(mention.referent)

    def _cluster_of(self, group: NameGroup) -> int:
        if group.state is not None:
            return self.reading.state_cluster(group.state)
        return self.reading.new_cluster(self._fullest(group.mentions), group.type)

    def _fullest(self, indices: list[int]) -> str:
        """Return the longest name by words, then the most frequent, then the first."""
        names = [numbered(self.reading.text, self.reading.mentions[i]) for i in sorted(indices)]
        counts = Counter(names)  # keeps the order of the text, and max takes the first of equals
        return max(counts, key=lambda n: (len(normalise(n).split()), counts[n]))

    def _collect_facts(self) -> None:
        reading = self.reading
        for index, mention in enumerate(reading.mentions):
            if mention.type in UNNAMED or mention.referent is None:
                continue
            for token in descriptors(
                reading.doc, mention, reading.first[index], reading.cues, reading.states
            ):
                inside = reading.covers.get(token.i)
                if inside is not None and reading.mentions[inside].type not in UNNAMED:
                    continue
                self._add_fact(mention, mention.referent, token)

    def _add_fact(self, mention: Mention, cluster: int, token: Token) -> None:
        reading = self.reading
        phrase = read_phrase(token, reading.states, reading.cues)
        states = self.nominals.states_of(phrase)
        owners = tuple(
            c
            for t in phrase.complements
            if (c := reading.referent_at(t)) is not None and reading.clusters[c].type == "ORG"
        )
        reading.add_fact(make_fact(cluster, mention.type, phrase, states, reading.cues, owners))
        reading.fact_at.setdefault(token.i, cluster)
        item = reading.clusters[cluster]
        if mention.type != "PER":
            reading.described[cluster] = reading.described.get(cluster, "") + phrase.gender
            return
        if states and item.state is None:
            item.state = states[0]
        if states or owners:
            reading.homes.setdefault(cluster, reading.state_cluster(states[0]) if states else owners[0])
        if phrase.gender == "f":
            item.gender = "f"

    def _resolve_rest(self) -> None:
        reading = self.reading
        order = sorted(
            range(len(reading.mentions)), key=lambda i: (reading.mentions[i].start, -reading.mentions[i].end)
        )
        for index in order:
            mention = reading.mentions[index]
            if mention.referent is None:
                found = (
                    self.pronouns.resolve(index) if mention.type == "PRON" else self.nominals.resolve(index)
                )
                if found is None:
                    found = reading.new_cluster(mention.lemma, mention.type)
                reading.assign(index, found)
            token = reading.doc[mention.head]
            weight = self._weight(mention, token)
            assert mention.referent is not None
            reading.discourse.add(mention.referent, reading.sentence[token.i], mention.start, weight)

    def _weight(self, mention: Mention, token: Token) -> float:
        """Return how much a mention draws later pronouns: subjects most, sources of news least."""
        if mention.adjective:
            return 0.5
        if mention.type in ("ORG", "PRO") and token.head.lemma_ in self.reading.cues.reporting:
            assert mention.referent is not None
            self.reading.sources.add(mention.referent)
            return 0.2
        above = token.head
        if token.dep_ in ("nmod", "flat", "appos") and self.reading.fact_at.get(above.i) == mention.referent:
            return role_weight(above.dep_)
        return role_weight(token.dep_)

    def _learn_homes(self) -> None:
        """Find the organisation or state of persons described by a noun phrase that is resolved only now."""
        reading = self.reading
        for fact in reading.facts:
            if fact.type != "PER" or fact.cluster in reading.homes:
                continue
            phrase = read_phrase(reading.doc[fact.position], reading.states, reading.cues)
            for token in phrase.complements:
                owner = reading.referent_at(token)
                if owner is not None and reading.clusters[owner].type in ("ORG", "LOC"):
                    reading.homes[fact.cluster] = owner
                    break

    def _resolve_first_person(self) -> None:
        reading = self.reading
        self._learn_homes()
        for index, mention in enumerate(reading.mentions):
            if mention.referent is None or mention.adjective or mention.type not in UNNAMED:
                continue
            found = self._speaker(index) if mention.type == "PRON" else self._own_land(index)
            if found is not None and found != mention.referent:
                reading.clusters[mention.referent].mentions.remove(index)
                reading.assign(index, found)

    def _speaker(self, index: int) -> int | None:
        """Return the speaker; for „ние“ whom a person speaks for, else the state spoken of."""
        reading = self.reading
        found = self.pronouns.first(index)
        token = reading.doc[reading.mentions[index].head]
        if found is None or found in reading.homes.values() or reading.clusters[found].type != "PER":
            return found
        pronoun = reading.cues.pronoun(token.lower_)
        if pronoun is None or pronoun.number != "p":
            return found
        land = self.nominals.salient_state(reading.sentence[token.i], token.idx)
        return found if land is None else land

    def _own_land(self, index: int) -> int | None:
        """Return the state of „страната ни“: the speaker's, in the writer's words the home state."""
        reading = self.reading
        head = reading.doc[reading.mentions[index].head]
        if head.lemma_ not in reading.cues.classes["state"]:
            return None
        phrase = read_phrase(head, reading.states, reading.cues)
        if phrase.possessor is None or phrase.possessor.person != 1 or phrase.number == "p":
            return None
        speaker = self.pronouns.speaker(head.i)
        home = reading.homes.get(speaker) if speaker is not None else None
        if home is not None and reading.is_state(home):
            return home
        return reading.state_cluster(reading.cues.home)

    def _finish_names(self) -> None:
        """Name states as the document does, and drop the clusters that lost their mentions."""
        reading = self.reading
        for name, index in reading.state_clusters.items():
            cluster = reading.clusters[index]
            adjective = None
            written: Counter[str] = Counter()
            for number in cluster.mentions:
                mention = reading.mentions[number]
                text = reading.text[mention.start : mention.end]
                if mention.adjective:
                    adjective = adjective or text
                elif mention.type not in UNNAMED and (found := reading.states.written(name, text)):
                    written[found] += 1
            if written and name not in written:
                cluster.name = written.most_common(1)[0][0]
            elif not written and adjective is not None:
                cluster.name = reading.states.name_like(name, adjective)

    def best_before(self, token: int, sentence: int, accept: Callable[[int], bool]) -> int | None:
        """Return the most salient accepted cluster mentioned before a token."""
        reading = self.reading
        scores: dict[int, float] = {}
        start = reading.doc[token].idx
        for trace in reading.discourse.recent(before=start):
            gap = sentence - trace.sentence
            if gap > 4:
                break
            if gap >= 0 and accept(trace.cluster):
                value = trace.weight * 0.5**gap
                scores[trace.cluster] = max(scores.get(trace.cluster, 0.0), value) + 0.05
        return max(scores, key=lambda c: scores[c]) if scores else None
