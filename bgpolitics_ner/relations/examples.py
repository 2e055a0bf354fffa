"""The `yes` and `no` sentences of frames, tried on a pipeline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc, Token

from bgpolitics_ner.entities.mention import Cluster, Mention
from bgpolitics_ner.relations.frames import Frame
from bgpolitics_ner.relations.matcher import FrameMatcher, Match
from bgpolitics_ner.relations.slots import SlotReader

RELATIONS = "bgpolitics_relations"
LEFT_OUT = "-"
"""Stands in a `yes` example for an argument that the sentence leaves out."""


@dataclass(frozen=True)
class Example:
    """One sentence; `subject` and `object` are "" in a `no` example, where the frame must find nothing."""

    frame: Frame
    sentence: str
    subject: str = ""
    object: str = ""


@dataclass(frozen=True)
class Failure:
    """An example that does not come out; `found` are the frame's „subject → object“, `hint` says why."""

    example: Example
    found: tuple[str, ...]
    hint: str

    def __str__(self) -> str:
        example = self.example
        found = "; ".join(self.found) or "nothing"
        if not example.subject:
            return f"{example.frame.id}: no: {example.sentence} (found {found})"
        wanted = f"{example.subject} → {example.object}"
        hint = f"; {self.hint}" if self.hint else ""
        return f"{example.frame.id}: yes: {example.sentence} (wanted {wanted}, found {found}{hint})"


def read_examples(frames: Iterable[Frame]) -> list[Example]:
    """Return the examples of the frames, in order."""
    examples: list[Example] = []
    for frame in frames:
        for row in frame.yes:
            sentence, subject, object_ = (part.strip() for part in row.split(" | "))
            examples.append(Example(frame, sentence, subject, object_))
        examples += [Example(frame, sentence) for sentence in frame.no]
    return examples


def try_examples(nlp: Language, examples: Sequence[Example]) -> list[Failure]:
    """Return the examples that fail on `nlp`, whose stage of relations has their frames."""
    stage = nlp.get_pipe(RELATIONS)
    with nlp.select_pipes(disable=[RELATIONS]):
        docs = list(nlp.pipe(example.sentence for example in examples))
    tried = zip(examples, docs, strict=True)
    return [failure for example, doc in tried for failure in _try(stage.matcher, example, doc)]


def _try(matcher: FrameMatcher, example: Example, doc: Doc) -> Iterator[Failure]:
    matches = [m for m in matcher.match(doc) if m.rule == example.frame.id]
    symmetric = matcher.schema.relations[example.frame.relation].symmetric
    right = _fires(doc, matches, example, symmetric) if example.subject else not matches
    if not right:
        names = [c.name for c in doc._.referents]
        found = tuple(f"{names[m.subject]} → {names[m.object]}" for m in matches)
        yield Failure(example, found, "" if matches else _hint(doc, example.frame))


def _fires(doc: Doc, matches: list[Match], example: Example, symmetric: bool) -> bool:
    for m in matches:
        pairs = [(m.subject_mention, m.subject, m.object_mention, m.object)]
        if symmetric:
            pairs.append((m.object_mention, m.object, m.subject_mention, m.subject))
        if any(
            _holds(doc, a, b, example.subject) and _holds(doc, c, d, example.object) for a, b, c, d in pairs
        ):
            return True
    return False


def _holds(doc: Doc, mention: int | None, referent: int, words: str) -> bool:
    """Tell whether the argument is a left-out one or has these words in its mention or name."""
    if words == LEFT_OUT:
        return mention is None
    words = words.casefold()
    cluster: Cluster = doc._.referents[referent]
    if words in cluster.name.casefold():
        return True
    if mention is None:
        return False
    found: Mention = doc._.mentions[mention]
    return words in doc.text[found.start : found.end].casefold()


def _hint(doc: Doc, frame: Frame) -> str:
    """Say what the sentence has for the frame: its lemmas where no trigger is among them, else the slots."""
    triggers: list[Token] = [token for token in doc if token.lemma_.lower() in frame.triggers]
    if not triggers:
        lemmas = " ".join(token.lemma_.lower() for token in doc if token.is_alpha)
        return f"no trigger among the lemmas: {lemmas}"
    reader = SlotReader()
    fillers = [f for f in reader.read(triggers[0]) if f.slot != "self"]
    slots = ", ".join(f"{f.slot}={f.token.text}" for f in fillers)
    return f"{triggers[0].text} is {triggers[0].pos_} with slots {slots or '(none)'}"
