"""Frames and classifier → one list of relations, each with its confidence and what found it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from bgpolitics_ner.entities.mention import Mention
from bgpolitics_ner.relations.calibration import Calibration
from bgpolitics_ner.relations.candidates import TriggerCandidate
from bgpolitics_ner.relations.classifier import RelationClassifier, Scored
from bgpolitics_ner.relations.features import Bundle
from bgpolitics_ner.relations.matcher import Match
from bgpolitics_ner.schema import Schema, load_schema

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
    hearsay: bool = False

    @property
    def by_frame(self) -> bool:
        """Tell whether a frame found it, with or without the classifier."""
        return self.origin != (MODEL,)

    @property
    def kind(self) -> str:
        """What found it, for its calibration."""
        return kind_of(self.origin)


def kind_of(origin: tuple[str, ...]) -> str:
    """Return what found a relation: "frame", "model" or "both", as in `calibration.KINDS`."""
    if origin == (MODEL,):
        return "model"
    return "both" if MODEL in origin else "frame"


@dataclass(frozen=True)
class Preference:
    """What is asked of a relation beyond the model's own threshold, or short of it.

    `threshold` is the least confidence, `alone` the least of what the classifier alone says; None stands for
    the threshold of the model. What the classifier holds for less probable than `floor` is not heard at all.
    With `second_guesses` it is heard on the triggers of frames too (`drop_second_guesses`).
    """

    threshold: float | None = None
    alone: float | None = None
    floor: float = 0.05
    second_guesses: bool = False


BALANCED = "balanced"
PREFERENCES = {
    "precision": Preference(threshold=0.55, alone=0.7, floor=0.15),
    BALANCED: Preference(),
    "recall": Preference(threshold=0.15, alone=0.15, second_guesses=True),
}

RETOLD = 0.5
"""Of the threshold: what another sentence of the text tells for sure needs less proof."""
Key = tuple[str, int, int, int]


class Combiner:
    """Joins both by a noisy or; what stays under `threshold` goes.

    `frame_weight` scales the precision that frames were given on the documents they were written on. The
    thresholds, those of `prefer` too, are for the joined score; `calibration` then turns the score of what is
    kept into its confidence, so it changes no answer.
    """

    def __init__(
        self,
        classifier: RelationClassifier | None,
        *,
        threshold: float,
        frame_weight: float,
        schema: Schema | None = None,
        prefer: str = BALANCED,
        calibration: Calibration | None = None,
    ) -> None:
        preference = PREFERENCES[prefer]
        self._classifier = classifier
        self._calibration = calibration or Calibration({})
        self._threshold = threshold if preference.threshold is None else preference.threshold
        self._alone = threshold if preference.alone is None else preference.alone
        self._floor = preference.floor
        self._second_guesses = preference.second_guesses
        self._frame_weight = frame_weight
        self._types = (schema or load_schema()).relations
        self._symmetric = {name for name, row in self._types.items() if row.symmetric}

    def combine(
        self, matches: list[Match], candidates: Iterable[TriggerCandidate], mentions: list[Mention]
    ) -> list[FoundRelation]:
        """Return the relations in text order, one for each type, trigger and pair of referents."""
        found: dict[Key, FoundRelation] = {}
        for match in matches:
            self._add(found, _from_match(match, self._frame_weight))
        if self._classifier is not None:
            for candidate, scored in self._classifier.score_all(candidates, floor=self._floor):
                for relation in self._read(candidate, scored):
                    self._merge(found, relation)
        sure = [r for r in found.values() if r.confidence >= self._least(r)]
        facts = {self._fact(r) for r in self._drop(sure, mentions)}
        told = [r for r in found.values() if self._is_told_again(r, facts)]
        kept = self._drop([*sure, *told], mentions)
        for relation in kept:
            relation.confidence = self._calibration(relation.kind, relation.confidence)
        return _sorted(kept)

    def _least(self, relation: FoundRelation) -> float:
        return self._threshold if relation.by_frame else self._alone

    def _is_told_again(self, relation: FoundRelation, facts: set[tuple[str, int, int]]) -> bool:
        """Say whether it is less sure, but a fact that the text tells surely elsewhere."""
        least = self._least(relation)
        return RETOLD * least <= relation.confidence < least and self._fact(relation) in facts

    def _drop(self, relations: list[FoundRelation], mentions: list[Mention]) -> list[FoundRelation]:
        kept = relations if self._second_guesses else drop_second_guesses(relations)
        return drop_overlapping(kept, mentions)

    def _merge(self, found: dict[Key, FoundRelation], relation: FoundRelation) -> None:
        """Join the classifier's answer with the frame's: either may be right without the other (noisy or)."""
        key = self._key(relation)
        old = found.get(key)
        if old is None:
            found[key] = relation
        elif MODEL not in old.origin:
            old.origin = (*old.origin, MODEL)
            old.confidence = 1 - (1 - old.confidence) * (1 - relation.confidence)
        elif not old.by_frame and old.confidence < relation.confidence:
            found[key] = relation

    def _read(self, candidate: TriggerCandidate, answers: Iterable[Scored]) -> Iterable[FoundRelation]:
        for scored in answers:
            if scored.relation not in self._types:
                continue  # learnt from a type of the user's own, whose definition is not here
            subject = candidate.arguments[scored.subject]
            object_ = candidate.arguments[scored.object]
            if (
                scored.relation in self._symmetric
                and subject.mention is not None
                and subject.head > object_.head
            ):
                subject, object_ = object_, subject
            yield FoundRelation(
                relation=scored.relation,
                trigger=candidate.token,
                subject_mention=subject.mention,
                subject=subject.referent,
                object_mention=object_.mention,
                object=object_.referent,
                confidence=scored.probability,
                origin=(MODEL,),
                path=(_slots(subject.bundles), _slots(object_.bundles)),
            )

    def _fact(self, relation: FoundRelation) -> tuple[str, int, int]:
        kind, _, first, second = self._key(relation)
        return kind, first, second

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


def _from_match(match: Match, weight: float) -> FoundRelation:
    return FoundRelation(
        relation=match.relation,
        trigger=match.trigger,
        subject_mention=match.subject_mention,
        subject=match.subject,
        object_mention=match.object_mention,
        object=match.object,
        confidence=match.confidence * weight,
        origin=(f"rule:{match.rule}",),
        path=match.path,
        roles=dict(match.roles),
    )


def drop_second_guesses(relations: list[FoundRelation]) -> list[FoundRelation]:
    """Drop what only the classifier says of a trigger whose arguments a frame has read off the parse.

    „Президентът на САЩ Доналд Тръмп се срещна с Путин“: the frame has Тръмп and Путин, so САЩ meets nobody.
    """
    read = {(r.relation, r.trigger) for r in relations if r.by_frame}
    return [r for r in relations if r.by_frame or (r.relation, r.trigger) not in read]


def drop_overlapping(relations: list[FoundRelation], mentions: list[Mention]) -> list[FoundRelation]:
    """Of relations with one type, trigger and partner whose other mentions overlap, keep the most certain.

    „група политически затворници“ and the „политически затворници“ inside it are one argument.
    """
    kept: dict[tuple[str, int], list[FoundRelation]] = {}
    for relation in sorted(relations, key=lambda r: -r.confidence):
        others = kept.setdefault((relation.relation, relation.trigger), [])
        if not any(_same_words(relation, other, mentions) for other in others):
            others.append(relation)
    return [relation for group in kept.values() for relation in group]


def _same_words(one: FoundRelation, other: FoundRelation, mentions: list[Mention]) -> bool:
    return (
        one.subject == other.subject and _overlap(one.object_mention, other.object_mention, mentions)
    ) or (one.object == other.object and _overlap(one.subject_mention, other.subject_mention, mentions))


def _overlap(one: int | None, other: int | None, mentions: list[Mention]) -> bool:
    if one is None or other is None:
        return False
    first, second = mentions[one], mentions[other]
    return first.start < second.end and second.start < first.end


def _slots(bundles: list[Bundle]) -> str:
    """Return the slot of an argument, else its path."""
    slots = [b[1] for b in bundles if b[0] == "slot"]
    paths = [b[1] for b in bundles if b[0] == "path"]
    return (slots or paths or [""])[0]


def _sorted(relations: Iterable[FoundRelation]) -> list[FoundRelation]:
    return sorted(relations, key=lambda r: (r.trigger, r.relation, r.subject, r.object))
