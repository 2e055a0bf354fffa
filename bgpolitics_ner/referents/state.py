"""The growing answer for one document, shared by the resolvers."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field

from spacy.tokens import Doc, Token

from bgpolitics_ner.entities.mention import Cluster, Mention
from bgpolitics_ner.referents.cues import Cues
from bgpolitics_ner.referents.discourse import Discourse
from bgpolitics_ner.referents.facts import Fact, fact_keys
from bgpolitics_ner.referents.gazetteer import States
from bgpolitics_ner.referents.genders import mention_agreement, name_gender, person_gender, spoken_gender
from bgpolitics_ner.referents.text import normalise
from bgpolitics_ner.referents.variants import same_names

UNNAMED = frozenset({"NOM", "GROUP", "PRON"})


@dataclass
class Reading:
    """One document: its mentions, the clusters made so far, and lookups by token.

    `actors` are unnamed clusters that can act, `sources` media that only report, `headlined` the names of the
    first two sentences. `homes` gives a person's state or organisation, `described` the genders of the nouns
    that describe a cluster. `heads` maps a head token to its mention, `covers` every token to the shortest
    mention around it, `first` a mention to its first token.
    """

    doc: Doc
    mentions: list[Mention]
    cues: Cues
    states: States
    clusters: list[Cluster] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    facts_by: dict[str, list[Fact]] = field(default_factory=dict)
    facts_of: dict[int, list[Fact]] = field(default_factory=dict)
    fact_at: dict[int, int] = field(default_factory=dict)
    named_counts: dict[int, int] = field(default_factory=dict)
    headlined: set[int] = field(default_factory=set)
    sources: set[int] = field(default_factory=set)
    actors: set[int] = field(default_factory=set)
    homes: dict[int, int] = field(default_factory=dict)
    described: dict[int, str] = field(default_factory=dict)
    state_clusters: dict[str, int] = field(default_factory=dict)
    sets: dict[int, tuple[int, ...]] = field(default_factory=dict)
    sentence: list[int] = field(default_factory=list)
    heads: dict[int, int] = field(default_factory=dict)
    covers: dict[int, int] = field(default_factory=dict)
    first: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.text = self.doc.text
        self.discourse = Discourse(self.clusters)
        starts = self._number_sentences()
        offsets = sorted(starts)
        for index, mention in enumerate(self.mentions):
            self.heads.setdefault(mention.head, index)
            begin = starts.get(mention.start, mention.head)
            self.first.append(begin)
            length = mention.end - mention.start
            for token in range(begin, bisect_left(offsets, mention.end)):
                other = self.covers.get(token)
                if other is None or self._length(other) > length:
                    self.covers[token] = index

    def _length(self, index: int) -> int:
        return self.mentions[index].end - self.mentions[index].start

    def _number_sentences(self) -> dict[int, int]:
        """Number the sentences that have words; return the token index of each start offset."""
        number, filled = 0, False
        starts: dict[int, int] = {}
        for index, token in enumerate(self.doc):
            if filled and token.is_sent_start:
                number, filled = number + 1, False
            filled = filled or not token.is_space
            self.sentence.append(number)
            starts[token.idx] = index
        return starts

    def new_cluster(self, name: str, kind: str, state: str | None = None) -> int:
        """Add an empty cluster; return its index."""
        self.clusters.append(Cluster(name, kind, state=state))
        return len(self.clusters) - 1

    def add_fact(self, fact: Fact) -> None:
        """Note a description, by its noun, office and kinds, and by what it describes."""
        self.facts.append(fact)
        self.facts_of.setdefault(fact.cluster, []).append(fact)
        for key in fact_keys(fact.lemma, self.cues):
            self.facts_by.setdefault(key, []).append(fact)

    def state_cluster(self, name: str) -> int:
        """Return the cluster of a state or union, made on first use."""
        index = self.state_clusters.get(name)
        if index is None:
            index = self.new_cluster(name, self.states.types.get(name, "LOC"), name)
            self.state_clusters[name] = index
            self.clusters[index].gender = name_gender(name, self.cues)
        return index

    def place_cluster(self, name: str) -> int:
        """Return the cluster of a place of that name, made where there is none."""
        for index, cluster in enumerate(self.clusters):
            if cluster.type == "LOC" and _same_place(cluster.name, name) and not self.is_state(index):
                return index
        return self.new_cluster(name, "LOC")

    def is_state(self, cluster: int) -> bool:
        """Say whether a cluster is a state or union itself."""
        name = self.clusters[cluster].state
        return name is not None and self.state_clusters.get(name) == cluster

    def main_person(self, gender: str, states: tuple[str, ...] = ()) -> int | None:
        """Return the person the text is about: named most often, at least three times, a woman twice."""
        best, most = None, 1 if gender == "f" else 2
        for cluster, count in self.named_counts.items():
            item = self.clusters[cluster]
            if item.type != "PER" or count <= most or (states and item.state and item.state not in states):
                continue
            own, number = self.agreement(cluster)
            if number == "p" or (gender == "f" and own != "f") or (gender == "m" and own == "f"):
                continue
            best, most = cluster, count
        return best

    def assign(self, mention: int, cluster: int) -> None:
        """Put a mention into a cluster."""
        self.mentions[mention].referent = cluster
        self.clusters[cluster].mentions.append(mention)

    def mention_at(self, token: Token | int) -> int | None:
        """Return the mention headed by a token, else the shortest that covers it."""
        index = token if isinstance(token, int) else token.i
        found = self.heads.get(index)
        return found if found is not None else self.covers.get(index)

    def referent_at(self, token: Token | int) -> int | None:
        """Return the cluster of the mention at a token; None where none is there or none is known yet."""
        index = self.mention_at(token)
        return None if index is None else self.mentions[index].referent

    def agreement(self, cluster: int) -> tuple[str, str]:
        """Return (genders, number) of a cluster, - for unknown, from its name and first mention."""
        item = self.clusters[cluster]
        if item.gender and item.number:
            return item.gender, item.number
        gender, number = "-", "-"
        if item.mentions:
            gender, number = mention_agreement(self.doc, self.mentions[item.mentions[0]])
        if item.type == "PER":
            number = self._number_of_people(item, number)
            gender = item.gender or spoken_gender(self.doc, [self.mentions[m] for m in item.mentions])
            gender = gender or person_gender(item.name, self.cues)
        elif self.is_state(cluster):
            gender, number = name_gender(item.name, self.cues) + "f", number if number != "-" else "s"
        elif item.type not in UNNAMED:
            name = self.mentions[item.mentions[0]].lemma if item.mentions else item.name
            short = sum(c.isupper() for c in name) > 1 and " " not in name
            gender = "-" if short else name_gender(name, self.cues)
            gender += self.described.get(cluster, "") if gender != "-" else ""
        item.gender, item.number = item.gender or gender, item.number or number
        return item.gender, item.number

    def _number_of_people(self, item: Cluster, number: str) -> str:
        """Return p for peoples and party people: they are written with a small letter or end like plurals."""
        if " " in item.name:
            return "s"
        if any(self.text[self.mentions[m].start].islower() for m in item.mentions):
            return "p"
        name = item.name.casefold()
        like_plural = name.endswith(self.cues.plural_endings) and not name.endswith(
            self.cues.singular_endings
        )
        return "p" if number == "p" and like_plural else "s"

    def agrees(self, cluster: int, genders: str, number: str) -> bool:
        """Say whether a cluster can be meant by a pronoun of these genders and number."""
        gender, own = self.agreement(cluster)
        if number == "p":
            return own != "s" or self.clusters[cluster].type in ("ORG", "LOC")
        if number == "s" and own == "p" and not self.is_state(cluster):
            return False
        return genders == "-" or "-" in gender or bool(set(genders) & set(gender))


def _same_place(one: str, other: str) -> bool:
    """Say whether two names are spellings of one place: ``Хелзинки``, ``Хелсинки``."""
    return one == other or same_names(normalise(one).split(), normalise(other).split())
