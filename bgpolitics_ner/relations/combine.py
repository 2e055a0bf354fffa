"""Frames and classifier → one list of relations, each with its confidence and what found it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from bgpolitics_ner.relations.candidates import TriggerCandidate
from bgpolitics_ner.relations.classifier import RelationClassifier
from bgpolitics_ner.relations.matcher import Match
from bgpolitics_ner.schema import load_schema

MODEL = "model"


@dataclass
class FoundRelation:
    """A relation on the Doc: token, mention and referent indices; spans are character offsets."""

    relation: str
    trigger: int
    subject_mention: int | None
    subject: int
    object_mention: int | None
    object: int
    confidence: float
    origin: tuple[str, ...]
    path: tuple[str, ...] = ()
    roles: dict[str, tuple[int, int]] = field(default_factory=dict)
    factuality: str = "asserted"
    source: int | None = None
    when: tuple[int, int] | None = None
    when_value: str | None = None


Key = tuple[str, int, int, int]


class Combiner:
    """Decides which relations stand: the classifier judges what it has learnt, frames the rare types.

    A relation type the classifier has seen in at least one training document is judged by the
    classifier, to which the frames are features. What a frame says of a type it has not learnt
    enough of (`rare`) stands with the frame's own measured precision.
    """

    def __init__(self, classifier: RelationClassifier | None, *, threshold: float, rare: Iterable[str]) -> None:
        self._classifier = classifier
        self._threshold = threshold
        self._rare = frozenset(rare)
        self._symmetric = {name for name, row in load_schema().relations.items() if row.symmetric}

    def combine(self, matches: list[Match], candidates: list[TriggerCandidate]) -> list[FoundRelation]:
        """Return the relations in text order, one for each (type, sentence pair, trigger)."""
        found: dict[Key, FoundRelation] = {}
        for match in matches:
            self._add(found, _from_match(match))
        if self._classifier is None:
            return _sorted(found.values())
        scored: dict[Key, FoundRelation] = {}
        for candidate in candidates:
            for relation in self._score(candidate):
                key = self._key(relation)
                if key not in scored or scored[key].confidence < relation.confidence:
                    scored[key] = relation
        result = []
        for key, relation in scored.items():
            rule = found.get(key)
            if rule is not None:
                relation.origin = (*rule.origin, MODEL)
                relation.path = rule.path
                relation.roles = rule.roles
            if relation.confidence >= self._limit(relation.relation):
                result.append(relation)
        kept = {self._key(relation) for relation in result}
        for key, relation in found.items():
            if key not in kept and relation.relation in self._rare:
                result.append(relation)
        return _sorted(result)

    def _limit(self, relation: str) -> float:
        thresholds = self._classifier.thresholds if self._classifier else None
        return (thresholds or {}).get(relation, self._threshold)

    def _score(self, candidate: TriggerCandidate) -> Iterable[FoundRelation]:
        assert self._classifier is not None
        for scored in self._classifier.score(candidate):
            subject = candidate.arguments[scored.subject]
            object_ = candidate.arguments[scored.object]
            yield FoundRelation(
                relation=scored.relation,
                trigger=candidate.token,
                subject_mention=subject.mention,
                subject=subject.referent,
                object_mention=object_.mention,
                object=object_.referent,
                confidence=scored.probability,
                origin=(MODEL,),
                path=(_slots(subject.features), _slots(object_.features)),
            )

    def _key(self, relation: FoundRelation) -> Key:
        first, second = relation.subject, relation.object
        if relation.relation in self._symmetric and second < first:
            first, second = second, first
        return relation.relation, relation.trigger, first, second

    def _add(self, found: dict[Key, FoundRelation], relation: FoundRelation) -> None:
        key = self._key(relation)
        old = found.get(key)
        if old is None:
            found[key] = relation
        elif relation.origin[0] not in old.origin:
            old.origin = (*old.origin, *relation.origin)
            old.confidence = max(old.confidence, relation.confidence)
            old.roles = {**relation.roles, **old.roles}


def _from_match(match: Match) -> FoundRelation:
    return FoundRelation(
        relation=match.relation,
        trigger=match.trigger,
        subject_mention=match.subject_mention,
        subject=match.subject,
        object_mention=match.object_mention,
        object=match.object,
        confidence=match.confidence,
        origin=(f"rule:{match.rule}",),
        path=match.path,
        roles=dict(match.roles),
    )


def _slots(features: list[tuple[str, ...]]) -> str:
    slots = [f[1] for f in features if f[0] == "slot" and len(f) == 2]
    paths = [f[1] for f in features if f[0] == "path" and len(f) == 2]
    return (slots or paths or [""])[0]


def _sorted(relations: Iterable[FoundRelation]) -> list[FoundRelation]:
    return sorted(relations, key=lambda r: (r.trigger, r.relation, r.subject, r.object))
