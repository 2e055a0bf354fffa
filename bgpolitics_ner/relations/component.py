"""The spaCy component ``bgpolitics_relations``: mentions and referents → ``doc._.relations``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Token

from bgpolitics_ner.entities.mention import register_extensions
from bgpolitics_ner.knowledge import read_toml
from bgpolitics_ner.relations.arguments import ArgumentResolver
from bgpolitics_ner.relations.candidates import CandidateGenerator
from bgpolitics_ner.relations.classifier import RelationClassifier
from bgpolitics_ner.relations.combine import BALANCED, Combiner, FoundRelation
from bgpolitics_ner.relations.factuality import reconcile
from bgpolitics_ner.relations.frames import index_frames, load_frames
from bgpolitics_ner.relations.matcher import FrameMatcher
from bgpolitics_ner.relations.own import OwnFrames
from bgpolitics_ner.relations.qualify import Qualifier
from bgpolitics_ner.relations.remembering import RememberingReader
from bgpolitics_ner.relations.roles import RoleReader
from bgpolitics_ner.schema import load_schema


class Relations:
    """Callable component; `classifier` is None until a trained one is read with `from_disk`."""

    def __init__(self, *, threshold: float, frame_weight: float) -> None:
        register_extensions()
        self._threshold = threshold
        self._frame_weight = frame_weight
        self._prefer = BALANCED
        self.schema = load_schema()
        self._reader = RememberingReader()
        self.matcher = FrameMatcher(load_frames(), self._reader)
        self._qualifier = Qualifier()
        self._roles = RoleReader(self._reader)
        self.set_classifier(None)

    def set_classifier(self, classifier: RelationClassifier | None) -> None:
        """Use a trained classifier, or with None the frames alone."""
        self.classifier = classifier
        self._generator = CandidateGenerator(classifier.trigger_lexicon, self._reader) if classifier else None
        self._combiner = self._make_combiner()

    def add_frames(self, own: OwnFrames) -> None:
        """Use a user's types and frames beside the shipped ones; `to_disk` does not write them."""
        self.schema = self.schema.with_relations(own.relations)
        frames = index_frames((*self.matcher.lexicon.frames, *own.frames))
        self.matcher = FrameMatcher(frames, self._reader, self.schema)
        self._roles = RoleReader(self._reader, self.schema)
        self._combiner = self._make_combiner()

    def set_preference(self, prefer: str) -> None:
        """Set what errors weigh more; `prefer` is a key of `combine.PREFERENCES`."""
        self._prefer = prefer
        self._combiner = self._make_combiner()

    def unknown_labels(self) -> list[str]:
        """Return the types that the classifier knows and the schema does not."""
        labels = self.classifier.labels[1:] if self.classifier else []
        return [name for name in labels if name not in self.schema.relations]

    def _make_combiner(self) -> Combiner:
        return Combiner(
            self.classifier, threshold=self._threshold, frame_weight=self._frame_weight,
            schema=self.schema, prefer=self._prefer,
            calibration=self.classifier.calibration if self.classifier else None,
        )  # fmt: skip

    def __call__(self, doc: Doc) -> Doc:
        self._reader.forget()
        resolver = ArgumentResolver(doc, self._reader)
        matches = self.matcher.match(doc, resolver)
        candidates = self._generator.stream(doc, matches, resolver) if self._generator else []
        relations = self._combiner.combine(matches, candidates, doc._.mentions)
        relations = [r for r in relations if r.by_frame or self._has_actors(doc, r)]
        relations = drop_excluded(keep_once(drop_retellings(relations, doc), doc), doc)
        cues = [self._qualifier.qualify(doc, relation, resolver) for relation in relations]
        for relation in relations:
            relation.roles = self._roles.read(doc, relation, resolver)
        reconcile_tellings(doc, relations, cues)
        doc._.relations = [r for r in relations if not _is_about_its_source(r)]
        doc._.quotes = self._qualifier.find_quotes(doc)
        self._reader.forget()
        return doc

    def pipe(self, stream: Iterable[Doc], batch_size: int = 64) -> Iterator[Doc]:
        """Process a stream; `batch_size` is spaCy's and has no effect here."""
        for doc in stream:
            yield self(doc)

    def _has_actors(self, doc: Doc, relation: FoundRelation) -> bool:
        """Tell whether who acts in a relation can act; frames have asked that already."""
        sides = [relation.subject_mention]
        if self.schema.relations[relation.relation].symmetric:
            sides.append(relation.object_mention)
        return all(self.matcher.can_act(doc, side, relation.relation) for side in sides)

    def to_disk(self, path: str | Path, **_: Any) -> None:
        """Write the classifier, where there is one, into the folder `path`."""
        Path(path).mkdir(parents=True, exist_ok=True)
        if self.classifier is not None:
            self.classifier.to_disk(Path(path))

    def from_disk(self, path: str | Path, **_: Any) -> Relations:
        """Read the classifier from the folder `path`; a folder without one leaves the frames alone."""
        if (Path(path) / "vocabulary.json").exists():
            self.set_classifier(RelationClassifier.from_disk(Path(path)))
        return self


def keep_once(relations: list[FoundRelation], doc: Doc) -> list[FoundRelation]:
    """Keep ``holds-office`` once for each person, place and office head, at its most certain mention."""
    best: dict[tuple[int, int, str], FoundRelation] = {}
    for relation in relations:
        if relation.relation == "holds-office":
            key = (relation.subject, relation.object, doc[relation.trigger].lemma_.lower())
            if key not in best or best[key].confidence < relation.confidence:
                best[key] = relation
    kept = {id(relation) for relation in best.values()}
    return [r for r in relations if r.relation != "holds-office" or id(r) in kept]


def reconcile_tellings(doc: Doc, relations: list[FoundRelation], cues: list[Token | None]) -> None:
    """Make the factualities of one fact's tellings agree where a bare event noun says nothing of its own."""
    tellings: dict[tuple[str, int, int], list[tuple[FoundRelation, Token | None]]] = {}
    for relation, cue in zip(relations, cues, strict=True):
        key = (relation.relation, relation.subject, relation.object)
        tellings.setdefault(key, []).append((relation, cue))
    for group in tellings.values():
        values = reconcile([(doc[r.trigger], r.factuality, cue) for r, cue in group])
        for (relation, _), value in zip(group, values, strict=True):
            relation.factuality = value


def drop_retellings(relations: list[FoundRelation], doc: Doc) -> list[FoundRelation]:
    """Of the same relation told twice in a sentence keep what frames say, else the most certain.

    In „генералният секретар на ОССЕ“ the classifier takes both words for the trigger.
    """
    best: dict[tuple[str, int, frozenset[int]], tuple[bool, float]] = {}
    ranks = []
    for relation in relations:
        key = (
            relation.relation,
            doc[relation.trigger].sent.start,
            frozenset((relation.subject, relation.object)),
        )
        rank = relation.by_frame, relation.confidence
        ranks.append((key, rank))
        best[key] = max(best.get(key, rank), rank)
    return [
        relation
        for relation, (key, rank) in zip(relations, ranks, strict=True)
        if rank[0] or rank == best[key]
    ]


def drop_excluded(relations: list[FoundRelation], doc: Doc) -> list[FoundRelation]:
    """Drop what another relation of the sentence with the same subject rules out.

    „облекчи санкциите срещу Беларус“ lifts sanctions and imposes none. The pairs: ``cues/combine.toml``.
    """
    excludes: dict[str, list[str]] = read_toml("cues/combine.toml")["excludes"]
    ruled_out = {
        (doc[r.trigger].sent.start, r.subject, other)
        for r in relations
        for other in excludes.get(r.relation, ())
    }
    return [r for r in relations if (doc[r.trigger].sent.start, r.subject, r.relation) not in ruled_out]


def _is_about_its_source(relation: FoundRelation) -> bool:
    """Tell whether only the classifier saw a relation to the agency that reports it („…, предава БТА“)."""
    return not relation.by_frame and relation.source == relation.object


@Language.factory(
    "bgpolitics_relations",
    requires=["token.dep", "token.lemma", "doc._.mentions", "doc._.referents"],
    assigns=["doc._.relations", "doc._.quotes"],
    default_config={"threshold": 0.35, "frame_weight": 0.8},
)
def create_relations(nlp: Language, name: str, threshold: float, frame_weight: float) -> Relations:
    """Factory of the component for ``nlp.add_pipe("bgpolitics_relations")``."""
    return Relations(threshold=threshold, frame_weight=frame_weight)
