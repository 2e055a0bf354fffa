"""Frames × Doc → candidate relations: a rule fires or it does not, and says which it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from spacy.attrs import LEMMA
from spacy.tokens import Doc, Token

from bgpolitics_ner.entities.mention import Cluster, Mention
from bgpolitics_ner.entities.nominals import load_nominals
from bgpolitics_ner.referents.implied import speaker_of
from bgpolitics_ner.relations.arguments import ArgumentResolver
from bgpolitics_ner.relations.frames import Frame, FrameLexicon
from bgpolitics_ner.relations.slots import Filler, SlotReader
from bgpolitics_ner.relations.tree import dateline, is_verbal
from bgpolitics_ner.schema import Schema, load_schema

_LEFT_OUT = frozenset({"implied", "gov-implied", "speaker"})
_ACTORS = frozenset({"office", "person", "group", "state", "organisation", "city"})
_ANY_SUBJECT = frozenset({"located-in"})
_MAX_CACHE = 30_000  # lemmas


@dataclass(frozen=True)
class Wanted:
    """What may fill an argument: types of the mention or its referent, ``PER:named`` of the mention itself;

    ``NOM`` is any noun (who acts: any noun for an actor), ``NOM:document`` the nouns of that class.
    """

    types: frozenset[str]
    actors: bool


@dataclass(frozen=True)
class Match:
    """One relation as a frame sees it; mentions and referents are indices, None for a left-out mention."""

    relation: str
    trigger: int
    subject_mention: int | None
    subject: int
    object_mention: int | None
    object: int
    confidence: float
    rule: str
    path: tuple[str, str]
    roles: dict[str, tuple[int, int]] = field(default_factory=dict)


class FrameMatcher:
    """Applies a frame lexicon to parsed Docs that carry mentions and referents."""

    def __init__(
        self, lexicon: FrameLexicon, reader: SlotReader | None = None, schema: Schema | None = None
    ) -> None:
        self.lexicon = lexicon
        self._reader = reader or SlotReader()
        self.schema = schema or load_schema()
        self._nominals = load_nominals()
        self._by_id: dict[int, tuple[Frame, ...]] = {}  # lemma as a number → its frames

    def match(self, doc: Doc, resolver: ArgumentResolver | None = None) -> list[Match]:
        """Return every match of every frame, in text order of the triggers."""
        resolver = resolver or ArgumentResolver(doc, self._reader)
        outside = dateline(doc)
        found: list[Match] = []
        for i, lemma in enumerate(doc.to_array(LEMMA).tolist()):
            frames = self._by_id.get(lemma)
            if frames is None:
                if len(self._by_id) >= _MAX_CACHE:
                    self._by_id.clear()
                frames = self._by_id[lemma] = self.lexicon.by_lemma.get(doc[i].lemma_.lower(), ())
            if frames:
                found.extend(self._match_token(doc, doc[i], frames, resolver, outside))
        return found

    def _match_token(
        self,
        doc: Doc,
        token: Token,
        frames: tuple[Frame, ...],
        resolver: ArgumentResolver,
        outside: frozenset[int],
    ) -> Iterator[Match]:
        fillers = [f for f in self._reader.read(token) if f.token.i not in outside]
        for frame in frames:
            if self._fits(token, frame, fillers):
                yield from self._arguments(doc, token, frame, fillers, resolver)

    def _fits(self, token: Token, frame: Frame, fillers: list[Filler]) -> bool:
        verbal = is_verbal(token)
        if (frame.pos == "verb" and not verbal) or (frame.pos == "noun" and (verbal or token.pos_ != "NOUN")):
            return False
        if frame.pos == "adj" and token.pos_ not in ("ADJ", "ADV"):
            return False
        if frame.reflexive != "any" and verbal:
            reflexive = self._reader.is_reflexive(token)
            if reflexive != (frame.reflexive == "required"):
                return False
        for slot, lemmas in frame.requires.items():
            if not any(self._has_lemma(f, slot, lemmas) for f in fillers):
                return False
        return not any(
            self._has_lemma(f, slot, lemmas) for slot, lemmas in frame.excludes.items() for f in fillers
        )

    @staticmethod
    def _has_lemma(filler: Filler, slot: str, lemmas: frozenset[str]) -> bool:
        return (slot == "*" or filler.slot == slot) and (
            "*" in lemmas or filler.token.lemma_.lower() in lemmas
        )

    def _arguments(
        self, doc: Doc, token: Token, frame: Frame, fillers: list[Filler], resolver: ArgumentResolver
    ) -> Iterator[Match]:
        subjects = self._fill(doc, frame.subject, self._wanted(frame, True), fillers, resolver)
        if not subjects:
            return
        objects = self._fill(doc, frame.object, self._wanted(frame, False), fillers, resolver)
        paired = frame.subject[0].startswith("pair:") or frame.object[0].startswith("pair:")
        seen: set[tuple[int, int]] = set()
        for subject_mention, subject, subject_slot in subjects:
            for object_mention, obj, object_slot in objects:
                if subject == obj or (paired and (obj, subject) in seen):
                    continue
                if frame.object_lemmas and not self._object_fits(doc, object_mention, frame):
                    continue
                seen.add((subject, obj))
                yield Match(
                    relation=frame.relation,
                    trigger=token.i,
                    subject_mention=subject_mention,
                    subject=subject,
                    object_mention=object_mention,
                    object=obj,
                    confidence=frame.confidence,
                    rule=frame.id,
                    path=(subject_slot, object_slot),
                    roles=self._roles(frame, fillers, resolver, doc),
                )

    @staticmethod
    def _object_fits(doc: Doc, mention: int | None, frame: Frame) -> bool:
        if mention is None:
            return False
        return doc[doc._.mentions[mention].head].lemma_.lower() in frame.object_lemmas

    def _fill(
        self,
        doc: Doc,
        slots: tuple[str, ...],
        wanted: Wanted,
        fillers: list[Filler],
        resolver: ArgumentResolver,
    ) -> list[tuple[int | None, int, str]]:
        """Return (mention, referent, slot) for the first slot that has fitting fillers."""
        mentions: list[Mention] = doc._.mentions or []
        clusters: list[Cluster] = doc._.referents or []
        for slot in slots:
            name = slot.removeprefix("pair:")
            found: list[tuple[int | None, int, str]] = []
            for filler in fillers:
                if filler.slot != name:
                    continue
                if name in _LEFT_OUT:
                    speaker = name == "speaker"
                    referent = speaker_of(doc, filler.token) if speaker else resolver.left_out(filler.token)
                    if referent is not None and clusters[referent].type in wanted.types:
                        found.append((None, referent, slot))
                    continue
                for index in resolver.resolve_all(filler.token):
                    referent = mentions[index].referent
                    if referent is not None and self._mention_fits(
                        doc, mentions[index], clusters[referent], wanted
                    ):
                        found.append((index, referent, slot))
            if slot.startswith("pair:") and len({referent for _, referent, _ in found}) < 2:
                continue
            if found:
                return found
        return []

    def _wanted(self, frame: Frame, subject: bool) -> Wanted:
        """Who acts is people, a state or an institution: „процесът може да доведе до среща“ has none."""
        symmetric = self.schema.relations[frame.relation].symmetric
        types = frame.subject_types if subject else frame.object_types
        return Wanted(types, actors=(subject or symmetric) and frame.relation not in _ANY_SUBJECT)

    def _mention_fits(self, doc: Doc, mention: Mention, cluster: Cluster, wanted: Wanted) -> bool:
        types = wanted.types
        if (cluster.type in types and cluster.type != "NOM") or (
            mention.type in types and mention.type != "NOM"
        ):
            return True
        if f"{mention.type}:named" in types:
            return True
        if self.schema.entities[cluster.type].named:
            return False
        if "NOM" in types and not wanted.actors:
            return True
        head = doc[mention.head]
        classes = self._nominals.classes(head.lemma_, head.lower_)
        if "NOM" in types and not _ACTORS.isdisjoint(classes):
            return True
        return any(f"NOM:{kind}" in types for kind in classes)

    def can_act(self, doc: Doc, mention: int | None, relation: str) -> bool:
        """Tell whether a mention can do what the relation says: not „процес“, but „преговарящи“ or Минск."""
        if mention is None or relation in _ANY_SUBJECT:
            return True
        found: Mention = doc._.mentions[mention]
        cluster: Cluster = doc._.referents[found.referent]
        if cluster.type != "NOM" or found.type not in ("NOM", "PRON"):
            return True
        head = doc[found.head]
        return found.type == "PRON" or not _ACTORS.isdisjoint(
            self._nominals.classes(head.lemma_, head.lower_)
        )

    def _roles(
        self, frame: Frame, fillers: list[Filler], resolver: ArgumentResolver, doc: Doc
    ) -> dict[str, tuple[int, int]]:
        roles: dict[str, tuple[int, int]] = {}
        for role, slots in frame.roles.items():
            for slot in slots:
                if role in roles:
                    break
                for filler in fillers:
                    if filler.slot == slot:
                        roles[role] = phrase_span(filler.token, resolver, doc)
                        break
        return roles


def phrase_span(token: Token, resolver: ArgumentResolver, doc: Doc) -> tuple[int, int]:
    """Return the character span of the phrase: its mention, else the token with its left modifiers."""
    index = resolver.resolve(token, depth=0)
    if index is not None:
        mention: Mention = doc._.mentions[index]
        return mention.start, mention.end
    start = token
    for child in token.lefts:
        if child.dep_ in ("amod", "nummod") and child.i < start.i:
            start = child
    return start.idx, token.idx + len(token)
