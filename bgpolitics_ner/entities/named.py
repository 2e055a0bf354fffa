"""Named mentions: the tagger's spans made clean and merged with the names of the gazetteers.

The one rule of merging: among overlapping spans the longest stays; of two equally long ones the gazetteer's
stays. A gazetteer name that also means something else (`weak`) counts where the text proves it: by the words
around it, or by quotation marks where the tagger sees nothing else. Otherwise it needs the tagger to see a
name too, and of the types it may only turn organisation and product into one another. A weapon whose name has
a second meaning loses against the tagger's person, place or organisation where only quotation marks speak for
it (against a person also where only a weapon noun does). A longer span of the tagger that starts with a
weapon's name and was taken for a product is a weapon.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from spacy.tokens import Doc, Span

from bgpolitics_ner.entities.confidence import Confidence, kind_of
from bgpolitics_ner.entities.known import KnownName
from bgpolitics_ner.entities.nominals import Nominals
from bgpolitics_ner.entities.weapons import WeaponMatch
from bgpolitics_ner.knowledge import read_toml

WEAPONS = "gazetteer:weapons"
# Labels that the tagger mixes up for media and agencies.
SWAPPED = {"ORG", "PRO"}
# A name does not end in one of these: `Министерството на отбраната в` Москва.
DANGLING = frozenset(("ADP", "CCONJ", "SCONJ"))
FUNCTION = frozenset(("ADV", "ADP", "AUX", "CCONJ", "SCONJ", "PART", "PRON", "DET"))
# What the tagger's label outvotes, by how the weapon was proved.
LOSES = {"PER": ("quotes", "noun", ""), "LOC": ("quotes", ""), "ORG": ("quotes", "")}


@dataclass(frozen=True)
class NamedSpan:
    """Token indices, end exclusive; `listed`: a gazetteer has the name, `base` its form there.

    `probability` is the tagger's, None where it does not see this span with this label.
    """

    start: int
    end: int
    label: str
    origin: str
    listed: bool = False
    base: str = ""
    probability: float | None = None


class Cleaner:
    """Moves the borders of tagged spans: quotation marks, punctuation and titles stay outside."""

    def __init__(self, nominals: Nominals, confidence: Confidence) -> None:
        self._nominals, self._confidence = nominals, confidence
        data = read_toml("gazetteers/endings.toml")["quotes"]
        self._quotes = frozenset(data["marks"])
        self._domains = frozenset(data["domains"])
        particles = read_toml("gazetteers/endings.toml")["particles"]
        self._inner = frozenset((*particles["first"], *particles["inner"]))
        self._first = frozenset(particles["first"])

    def __call__(self, doc: Doc) -> list[NamedSpan]:
        """Return the spans of ``doc.ents`` that still hold a letter or digit after cleaning."""
        spans: list[NamedSpan] = []
        for entity in doc.ents:
            for first, last in _lines(doc, entity.start, entity.end):
                if spans and first < spans[-1].end:
                    continue
                start, end = self._borders(doc, first, last, entity.label_)
                if start < end and not self._is_function_word(doc, start, end):
                    label, probability = self._choose(entity)
                    spans.append(NamedSpan(start, end, label, "model", probability=probability))
        return self._take_particles(doc, spans)

    def _choose(self, entity: Span) -> tuple[str, float | None]:
        """Return the label that is right most often with the tagger's probability, and this.

        The tagger is not equally to be believed in all labels: what it calls an event on a new topic, most
        often is none.
        """
        label, probability = entity.label_, entity._.probability
        if not entity._.rivals:
            return label, probability
        chances: list[tuple[str, float]] = [(label, probability), *entity._.rivals]
        return max(chances, key=lambda chance: self._confidence(kind_of(chance[0]), chance[1]))

    def _take_particles(self, doc: Doc, spans: list[NamedSpan]) -> list[NamedSpan]:
        """Take ``фон дер`` before a person's name into it, and the given name before that: one person."""
        found: list[NamedSpan] = []
        for span in spans:
            start, free = span.start, found[-1].end if found else 0
            while span.label == "PER" and start > free and doc[start - 1].lower_ in self._inner:
                start -= 1
            if start < span.start and start == free and found and found[-1].label == "PER":
                start = found.pop().start
            elif not all(doc[i].lower_ in self._first for i in range(start, span.start)):
                start = span.start
            found.append(replace(span, start=start))
        return found

    def _borders(self, doc: Doc, first: int, last: int, label: str) -> tuple[int, int]:
        start, end = self._complete(doc, *self._trim(doc, first, last), label)
        while end - start > 1 and doc[end - 1].pos_ in DANGLING and doc[end - 1].text.islower():
            end -= 1
        return (self._skip_title(doc, start, end), end) if label == "PER" else (start, end)

    def _is_function_word(self, doc: Doc, start: int, end: int) -> bool:
        """Say whether the span is a word like ``Днес``, capital only as it begins a sentence."""
        if end - start > 1 or doc[start].pos_ not in FUNCTION or not doc[start].lemma_.islower():
            return False
        return start == 0 or doc[start - 1].text not in self._quotes

    def _trim(self, doc: Doc, start: int, end: int) -> tuple[int, int]:
        inner = sum(doc[i].text in self._quotes for i in range(start, end))
        while start < end and _is_outside(doc, start, self._quotes, inner):
            inner -= doc[start].text in self._quotes
            start += 1
        while start < end and _is_outside(doc, end - 1, self._quotes, inner):
            inner -= doc[end - 1].text in self._quotes
            end -= 1
        if end - start > 2 and inner == 2 and {doc[start].text, doc[end - 1].text} <= self._quotes:
            return start + 1, end - 1
        return start, end

    def _complete(self, doc: Doc, start: int, end: int, label: str) -> tuple[int, int]:
        """Take in what belongs to the name: the mark that opens a quotation inside, ``(НАП)``, ``.bg``."""
        if start >= end:
            return start, end
        marks = [i for i in range(start, end) if doc[i].text in self._quotes]
        if len(marks) > 1 and start and doc[start - 1].text in self._quotes and self._closes(doc, marks[0]):
            return start, marks[0]
        if len(marks) == 1 and start < marks[0] < end - 1:
            before, after = doc[marks[0] - 1], doc[marks[0]]
            opens = bool(before.whitespace_) and not after.whitespace_
            if not opens and start and doc[start - 1].text in self._quotes:
                return start - 1, end
            if opens and end < len(doc) and doc[end].text in self._quotes:
                return start, end + 1
        if doc[end - 1].text == "(":
            closed = end + 1 < len(doc) and doc[end + 1].text == ")" and doc[end].text.isupper()
            return (start, end + 2) if closed else (start, end - 1)
        if end < len(doc) and doc[end].text == ")" and any(doc[i].text == "(" for i in range(start + 1, end)):
            return start, end + 1
        if label == "PRO" and self._is_address(doc, end):
            return start, end + 2
        return start, end

    def _closes(self, doc: Doc, mark: int) -> bool:
        """Say whether a quotation mark stands right behind a word and apart from the small one after it."""
        apart = bool(doc[mark].whitespace_) and not doc[mark - 1].whitespace_
        return apart and mark + 1 < len(doc) and doc[mark + 1].text.islower()

    def _is_address(self, doc: Doc, end: int) -> bool:
        """Say whether ``.bg`` and the like follow without a space."""
        if end + 1 >= len(doc) or doc[end].text != "." or doc[end + 1].lower_ not in self._domains:
            return False
        return not doc[end].whitespace_ and not doc[end - 1].whitespace_

    def _skip_title(self, doc: Doc, start: int, end: int) -> int:
        """Return the start of a person's name after lower-cased words and office nouns before it."""
        first = start
        while first < end - 1 and doc[first + 1].text[:1].isupper():
            token = doc[first]
            if self._nominals.classes(token.lemma_, token.text)[:1] != ("office",):
                break
            first += 1
        return first


def _lines(doc: Doc, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the parts of a span between line breaks and wide gaps; no name runs over one."""
    for i in range(start, end):
        if doc[i].text.isspace() and doc[i].text != "\u00a0":
            yield start, i
            start = i + 1
    yield start, end


def _is_outside(doc: Doc, i: int, quotes: frozenset[str], inner: int) -> bool:
    text = doc[i].text
    if text in quotes:
        return inner == 1
    return text.isspace() or (len(text) == 1 and not text.isalnum() and text not in "()%€$№")


def merge(
    tagged: Sequence[NamedSpan], weapons: Sequence[WeaponMatch], known: Sequence[KnownName] = ()
) -> list[NamedSpan]:
    """Return the spans that stay, in text order; see the rule at the top of the module."""
    tagged = [part for span in tagged for part in _without_abbreviation(span, known)]
    labels = {(s.start, s.end): s.label for s in tagged}
    odds = {(s.start, s.end, s.label): s.probability for s in tagged}
    weapons = [m for m in weapons if m.proof not in LOSES.get(labels.get((m.start, m.end), ""), ())]
    found = [NamedSpan(m.start, m.end, "WEAPON", WEAPONS, True, m.base) for m in weapons]
    found += [span for name in known for span in _from_known(name, labels.get((name.start, name.end)))]
    starts = {m.start for m in weapons}
    taken: set[int] = set()
    kept: list[NamedSpan] = []
    for span in sorted([*found, *tagged], key=lambda s: (s.start - s.end, not s.listed, s.start)):
        tokens = range(span.start, span.end)
        if taken.isdisjoint(tokens):
            taken.update(tokens)
            if span.label == "PRO" and span.start in starts and not span.listed:
                span = replace(span, label="WEAPON")
            kept.append(replace(span, probability=odds.get((span.start, span.end, span.label))))
    return sorted(kept, key=lambda s: s.start)


def _without_abbreviation(span: NamedSpan, known: Sequence[KnownName]) -> Iterator[NamedSpan]:
    """Yield the span, cut where a known abbreviation ends or begins a person's name: ``Путин САЩ``."""
    for name in known if span.label == "PER" and span.end - span.start > 1 else ():
        if name.abbreviation and not name.weak and span.start <= name.start and name.end <= span.end:
            if span.start < name.start == span.end - 1:
                yield replace(span, end=name.start)
                return
            if name.start == span.start:
                yield replace(span, start=name.end)
                return
    yield span


def _from_known(name: KnownName, label: str | None) -> Iterator[NamedSpan]:
    """Yield the span of a known name, unless it is too weak to stand against the tagger's `label`."""
    if name.weak and name.proof != "context" and not _agrees(name, label):
        return
    origin = "model" if label == name.label else name.origin
    yield NamedSpan(name.start, name.end, name.label, origin, True)


def _agrees(name: KnownName, label: str | None) -> bool:
    """Say whether the tagger's label of the same span lets a weak name be what the gazetteer says."""
    if label is None:
        return name.proof == "quotes"
    return label == name.label or {label, name.label} == SWAPPED
