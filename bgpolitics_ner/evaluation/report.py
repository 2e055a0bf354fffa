"""Gold against predictions: one call, one report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bgpolitics_ner.document import Argument, Document
from bgpolitics_ner.errors import InputError
from bgpolitics_ner.evaluation.entities import EntityScores, score_entities
from bgpolitics_ner.evaluation.qualifiers import QualifierScores, add_qualifiers, score_qualifiers
from bgpolitics_ner.evaluation.referents import Index, build_index
from bgpolitics_ner.evaluation.relations import Fact, Outcome, compare_facts, score_mentions, tabulate
from bgpolitics_ner.evaluation.score import Accuracy, Score, Table
from bgpolitics_ner.schema import Schema, load_schema

SHOWN = 5


@dataclass(frozen=True)
class RelationError:
    """A miss (gold only) or false alarm (prediction only) of the document level.

    A fact told several times is one error: `relations` holds the ids of all tellings, `factuality` their
    distinct values; mentions, trigger, sentence and origin are those of the first. A text is None
    where the document does not give it, a mention also where the argument is left out.
    """

    kind: str
    document: str
    type: str
    subject: str
    object: str
    subject_mention: str | None
    object_mention: str | None
    factuality: tuple[str, ...]
    trigger: str | None
    sentence: str | None
    origin: tuple[str, ...]
    relations: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return all fields, ready for ``json.dumps``."""
        row = asdict(self)
        return {name: list(value) if isinstance(value, tuple) else value for name, value in row.items()}


@dataclass(frozen=True)
class RelationScores:
    """Relations of all `documents` whose gold has them; `document` is the headline."""

    documents: int
    document: Table
    mention_strict: Table
    mention_relaxed: Table

    def to_dict(self) -> dict[str, Any]:
        """Return the three tables."""
        tables = ("document", "mention_strict", "mention_relaxed")
        return {"documents": self.documents, **{name: getattr(self, name).to_dict() for name in tables}}


@dataclass(frozen=True)
class EvaluationReport:
    """All scores of one evaluation.

    A part is None where no gold document has that layer: it was not scored, which is not the same as 0.
    """

    documents: int
    entities: EntityScores | None
    relations: RelationScores | None
    qualifiers: QualifierScores | None
    errors: tuple[RelationError, ...]

    @property
    def factuality(self) -> Accuracy | None:
        """Accuracy of factuality over document-level matches."""
        return None if self.qualifiers is None else self.qualifiers.factuality

    @property
    def source(self) -> Score | None:
        """F1 of sources over document-level matches."""
        return None if self.qualifiers is None else self.qualifiers.source

    @property
    def when(self) -> Score | None:
        """F1 of time expressions over document-level matches."""
        return None if self.qualifiers is None else self.qualifiers.when

    @property
    def roles(self) -> Score | None:
        """F1 of roles over document-level matches."""
        return None if self.qualifiers is None else self.qualifiers.roles

    def to_dict(self) -> dict[str, Any]:
        """Return the scores, ready for ``json.dumps``; `errors` are kept apart, each with its own."""
        parts = ("entities", "relations", "factuality", "source", "when", "roles")
        scores = {name: getattr(self, name) for name in parts}
        rows = {name: None if score is None else score.to_dict() for name, score in scores.items()}
        return {"documents": self.documents, **rows}


def evaluate(
    gold: Iterable[Document], predicted: Iterable[Document], *, schema: Schema | None = None
) -> EvaluationReport:
    """Score predicted documents against the gold documents of the same ids, in any order.

    `schema` defines the types of relations, so those of your own count by their definition; None is the
    shipped one.
    A layer (entities, relations) is scored on the documents whose gold has it. Raises InputError where
    an id is missing on either side or stands twice, where the texts of an id differ, where a
    prediction lacks a layer that gold has, and where there is nothing to score.
    """
    pairs = _pair(gold, predicted)
    with_entities, with_relations = _with_layer(pairs, "entities"), _with_layer(pairs, "relations")
    if not with_entities and not with_relations:
        raise InputError("no gold document has entities or relations: there is nothing to score")
    schema = schema or load_schema()
    indices = [(build_index(theirs, schema), build_index(ours, schema)) for theirs, ours in with_relations]
    outcomes = [compare_facts(theirs, ours) for theirs, ours in indices]
    judged = [score_qualifiers(*both, found.matches) for both, found in zip(indices, outcomes, strict=True)]
    return EvaluationReport(
        documents=len(pairs),
        entities=score_entities(with_entities) if with_entities else None,
        relations=_score_relations(indices, outcomes, schema) if indices else None,
        qualifiers=add_qualifiers(judged) if indices else None,
        errors=tuple(
            error
            for (theirs, ours), outcome in zip(indices, outcomes, strict=True)
            for error in _list_errors(theirs, ours, outcome)
        ),
    )


def _score_relations(
    indices: Sequence[tuple[Index, Index]], outcomes: Sequence[Outcome], schema: Schema
) -> RelationScores:
    return RelationScores(
        documents=len(indices),
        document=tabulate([outcome.rows for outcome in outcomes], schema),
        mention_strict=tabulate([score_mentions(*both, relaxed=False) for both in indices], schema),
        mention_relaxed=tabulate([score_mentions(*both, relaxed=True) for both in indices], schema),
    )


def _pair(gold: Iterable[Document], predicted: Iterable[Document]) -> list[tuple[Document, Document]]:
    theirs, ours = _by_id(gold, "gold"), _by_id(predicted, "predicted")
    for side, missing in (
        ("predicted", [name for name in theirs if name not in ours]),
        ("gold", [name for name in ours if name not in theirs]),
    ):
        if missing:
            raise InputError(
                f"{len(missing)} document(s) missing on the {side} side: {_shorten(missing)}; "
                "both sides must hold the same ids"
            )
    for name, document in theirs.items():
        if document.text != ours[name].text:
            raise InputError(
                f"document {name!r}: the predicted text is not the gold text, so their offsets cannot be "
                "compared; annotate exactly the gold text"
            )
    return [(document, ours[name]) for name, document in theirs.items()]


def _by_id(documents: Iterable[Document], side: str) -> dict[str, Document]:
    found: dict[str, Document] = {}
    for document in documents:
        if document.id in found:
            raise InputError(f"document {document.id!r} stands twice on the {side} side; keep one")
        found[document.id] = document
    return found


def _shorten(names: list[str]) -> str:
    shown = ", ".join(map(repr, names[:SHOWN]))
    return f"{shown} and {len(names) - SHOWN} more" if len(names) > SHOWN else shown


def _with_layer(pairs: Sequence[tuple[Document, Document]], layer: str) -> list[tuple[Document, Document]]:
    chosen = [pair for pair in pairs if getattr(pair[0], layer) is not None]
    unrun = [ours.id for _, ours in chosen if getattr(ours, layer) is None]
    if unrun:
        raise InputError(
            f"{layer} were not run on {len(unrun)} predicted document(s): {_shorten(unrun)}; "
            f"annotate them with {layer}, or set the gold layer to null to leave it out"
        )
    return chosen


def _list_errors(gold: Index, predicted: Index, outcome: Outcome) -> list[RelationError]:
    misses = [_describe("miss", gold, fact) for fact in outcome.misses]
    return misses + [_describe("false alarm", predicted, fact) for fact in outcome.false_alarms]


def _describe(kind: str, index: Index, fact: Fact) -> RelationError:
    first = fact.relations[0]
    names = {referent.id: referent.name for referent in index.document.referents or ()}
    origins = (origin for relation in fact.relations for origin in relation.origin)
    return RelationError(
        kind=kind,
        document=index.document.id,
        type=fact.type,
        subject=names[first.subject.referent],
        object=names[first.object.referent],
        subject_mention=_mention_text(index, first.subject),
        object_mention=_mention_text(index, first.object),
        factuality=tuple(dict.fromkeys(relation.factuality for relation in fact.relations)),
        trigger=first.trigger.text if first.trigger else None,
        sentence=index.document.text[first.sentence.start : first.sentence.end] if first.sentence else None,
        origin=tuple(dict.fromkeys(origins)),
        relations=tuple(relation.id for relation in fact.relations),
    )


def _mention_text(index: Index, argument: Argument) -> str | None:
    return index.mentions[argument.mention].text if argument.mention is not None else None
