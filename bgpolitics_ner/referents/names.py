"""Named mentions → groups of one name each: full and family names, abbreviations, aliases of states."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from bgpolitics_ner.entities.mention import Mention
from bgpolitics_ner.referents.cues import Cues
from bgpolitics_ner.referents.gazetteer import States
from bgpolitics_ner.referents.text import normalise
from bgpolitics_ner.referents.variants import beginnings, same_name, same_names

UNNAMED = frozenset({"NOM", "GROUP", "PRON"})


@dataclass
class NameGroup:
    """All mentions of one name; `words` is the fullest normalised form, `state` the usual name of a state."""

    words: tuple[str, ...]
    type: str
    mentions: list[int] = field(default_factory=list)
    state: str | None = None
    merged: NameGroup | None = None

    def root(self) -> NameGroup:
        """Return the group that this one was merged into, or itself."""
        group = self
        while group.merged is not None:
            group = group.merged
        return group


class NameGrouper:
    """Groups the named mentions of one document."""

    def __init__(self, states: States, organisations: Mapping[str, str], cues: Cues) -> None:
        self._states = states
        self._organisations = organisations
        self._cues = cues

    def group(self, text: str, mentions: Sequence[Mention], skip: set[int]) -> dict[int, NameGroup]:
        """Map the index of each named mention not in `skip` to its group."""
        groups: dict[tuple[str, ...], NameGroup] = {}
        short: list[int] = []
        answer: dict[int, NameGroup] = {}
        for index, mention in enumerate(mentions):
            if mention.type in UNNAMED or index in skip:
                continue
            words = self._words(text, mention)
            if mention.type == "PER" and len(words) == 1:
                short.append(index)
                continue
            state = self._state(mention)
            key = ("=", state) if state else ("PER", *words) if mention.type == "PER" else words
            group = groups.setdefault(key, NameGroup(words, mention.type, state=state))
            group.mentions.append(index)
            answer[index] = group
        self._merge_variants(list(groups.values()))
        self._merge_abbreviations(text, mentions, answer, list(groups.values()))
        people = [g for g in groups.values() if g.type == "PER" and g.merged is None]
        self._place_family_names(text, mentions, short, people, answer)
        return {index: group.root() for index, group in answer.items()}

    def _words(self, text: str, mention: Mention) -> tuple[str, ...]:
        return tuple(normalise(numbered(text, mention)).split()) or ("",)

    def _state(self, mention: Mention) -> str | None:
        if mention.type not in ("LOC", "ORG"):
            return None
        return self._states.state(mention.lemma)

    def _merge_variants(self, groups: list[NameGroup]) -> None:
        """Merge names that are forms, parts or usual names of one another; the fuller one stays."""
        buckets: dict[str, list[NameGroup]] = defaultdict(list)
        for group in sorted((g for g in groups if g.state is None), key=lambda g: -len(g.words)):
            usual = self._organisations.get(" ".join(group.words)) if group.type != "PER" else None
            core = [w for w in group.words if w not in self._cues.function_words]
            keys = {start for word in core for start in beginnings(word)}
            if usual:
                keys.add("=" + usual)
            for key in sorted(keys):
                for other in buckets[key]:
                    if other.merged is None and (key[0] == "=" or self._alike(other, group)):
                        group.merged = other
                        other.mentions.extend(group.mentions)
                        break
                if group.merged is not None:
                    break
            if group.merged is None:
                for key in keys:
                    buckets[key].append(group)

    def _alike(self, full: NameGroup, part: NameGroup) -> bool:
        if (full.type == "PER") != (part.type == "PER"):
            return False
        if same_names(full.words, part.words):
            return True
        if full.type == "PER":
            return self._same_person(full.words, part.words)
        if full.type != part.type or full.type not in ("ORG", "PRO"):
            return False
        return self._part_of(full.words, part.words)

    def _same_person(self, full: tuple[str, ...], part: tuple[str, ...]) -> bool:
        if not same_name(full[-1], part[-1]):
            return False
        if len(part) >= 2 and len(full) > len(part):
            return all(any(same_name(a, b) for b in full) for a in part)
        first, second = full[0], part[0]
        return len(full) == len(part) and (
            first.rstrip(".") == second[: len(first.rstrip("."))]
            or second.rstrip(".") == first[: len(second.rstrip("."))]
            or (min(len(first), len(second)) > 3 and _one_edit(first, second))
        )

    def _part_of(self, full: tuple[str, ...], part: tuple[str, ...]) -> bool:
        """„Върховния съд“ is part of „Върховен съд на Пакистан“; „Северен поток“ not of „Северен поток 2“."""
        size = len(part)
        extra = len(full) - size
        if extra <= 0 or (size == 1 and (len(part[0]) < 4 or part[0] in self._cues.function_words)):
            return False
        for offset in (0, extra):
            rest = full[:offset] + full[offset + size :]
            if same_names(full[offset : offset + size], part) and not self._cues.distinct.intersection(rest):
                return True
        return False

    def _merge_abbreviations(
        self, text: str, mentions: Sequence[Mention], answer: dict[int, NameGroup], groups: list[NameGroup]
    ) -> None:
        """Join „X (ABC)“ and abbreviations made of the initials of a name in the document."""
        indices = sorted(answer)
        for left, right in pairwise(indices):
            between = text[mentions[left].end : mentions[right].start].strip('„“"” ')
            after = text[mentions[right].end : mentions[right].end + 3].strip('“"” ')[:1]
            if between in ("(", "/", "[") and after in (")", "/", "]"):
                first, second = answer[left].root(), answer[right].root()
                if first is not second and self._may_abbreviate(first, second):
                    self._join(first, second)
        initials = self._by_initials(groups)
        for group in groups:
            if (
                group.merged is None
                and group.state is None
                and group.type == "ORG"
                and len(group.words) == 1
                and 2 <= len(group.words[0]) <= 7
            ):
                lead = mentions[group.mentions[0]]
                if sum(c.isupper() for c in text[lead.start : lead.end]) < 2:
                    continue
                full = [g for g in initials.get(group.words[0], ()) if g.merged is None and g is not group]
                if len(full) == 1:
                    self._join(full[0], group)

    def _may_abbreviate(self, first: NameGroup, second: NameGroup) -> bool:
        if "PER" in (first.type, second.type) or (first.state and second.state):
            return False
        return first.type == second.type or second.words[0] in self._initials(first)

    def _initials(self, full: NameGroup) -> set[str]:
        """Return the two abbreviations of a name, with and without its small words."""
        if len(full.words) < 2 or full.type == "PER":
            return set()
        core = "".join(w[0] for w in full.words if w not in self._cues.function_words)
        return {core, "".join(w[0] for w in full.words)}

    def _by_initials(self, groups: list[NameGroup]) -> dict[str, list[NameGroup]]:
        table: dict[str, list[NameGroup]] = defaultdict(list)
        for group in groups:
            for short in sorted(self._initials(group)):
                table[short].append(group)
        return table

    @staticmethod
    def _join(full: NameGroup, part: NameGroup) -> None:
        if part.state and not full.state:
            full, part = part, full
        part.merged = full
        full.mentions.extend(part.mentions)
        if len(part.words) > len(full.words):
            full.words = part.words

    def _place_family_names(
        self,
        text: str,
        mentions: Sequence[Mention],
        short: list[int],
        people: list[NameGroup],
        answer: dict[int, NameGroup],
    ) -> None:
        """Give one-word names of persons to the full name met last before, else first after."""
        seen: dict[int, list[int]] = {id(g): sorted(g.mentions) for g in people}
        alone: list[NameGroup] = []
        near: dict[str, list[NameGroup]] = defaultdict(list)
        for group in people:
            for start in sorted({start for word in group.words for start in beginnings(word)}):
                near[start].append(group)
        for index in short:
            word = self._words(text, mentions[index])[0]
            alike = [g for start in sorted(beginnings(word)) for g in near[start]]
            fits = [g for g in alike if same_name(g.words[-1], word)]
            fits = fits or [g for g in alike if any(same_name(w, word) for w in g.words)]
            if fits:
                group = min(fits, key=lambda g: _distance(seen[id(g)], index))
                seen[id(group)].append(index)
            else:
                found = next((g for g in alone if same_name(g.words[0], word)), None)
                if found is None:
                    found = NameGroup((word,), "PER")
                    alone.append(found)
                group = found
            group.mentions.append(index)
            answer[index] = group


def numbered(text: str, mention: Mention) -> str:
    """Return the name with the number after its quotation marks: „Северен поток“ 2 → Северен поток 2."""
    if mention.type != "PRO" or mention.lemma[-1:].isdigit():
        return mention.lemma
    rest = text[mention.end : mention.end + 4]
    number = rest.strip('“”"»- –')[:1]
    if rest[:1] in '“”"»' and rest[:1] and number.isdigit() and not rest.split(number, 1)[1][:1].isalnum():
        return f"{mention.lemma} {number}"
    return mention.lemma


def _distance(places: list[int], index: int) -> tuple[int, int]:
    before = [p for p in places if p < index]
    return (0, index - max(before)) if before else (1, min(places) - index)


def _one_edit(first: str, second: str) -> bool:
    """Say whether one letter replaced, added or dropped makes the words equal."""
    if abs(len(first) - len(second)) > 1:
        return False
    start = 0
    while start < min(len(first), len(second)) and first[start] == second[start]:
        start += 1
    return (
        first[start + 1 :] == second[start + 1 :]
        or first[start:] == second[start + 1 :]
        or first[start + 1 :] == second[start:]
    )
