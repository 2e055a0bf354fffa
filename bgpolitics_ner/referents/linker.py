"""Names → cross-lingual ids: looked up in layers, matched by sound, translated, or made by the scheme."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any

from bgpolitics_ner.knowledge import read_toml
from bgpolitics_ner.referents.kb import Entry, Gazetteer, NameTable, load_gazetteer, user_table
from bgpolitics_ner.referents.spelling import Speller
from bgpolitics_ner.referents.transliteration import is_cyrillic, key_of, load_letters

_ALIKE = 0.72
_ALIKE_ONE = 0.8  # a single word says less
_SHORT = 4
_MATCH = 0.3
_SURE = 0.4
_LISTED = 0.6  # share of a word of the list among its translations
_BEST = 30

_TOWN = "GPE"  # what ids of states and towns begin with; other places are mostly named by several words


@dataclass(frozen=True)
class Link:
    """An id, its Wikidata item where a source states one, and how it was found.

    `origin` is one of user, exact, state, romanised, gazetteer, sound, translated, made.
    """

    id: str
    wikidata: str | None
    origin: str


class Linker:
    """Links names; `table`, `words` and `speller` are what `bgpolitics train kb` learnt.

    `words` maps stems of Bulgarian words to English words of ids with their probability.
    """

    def __init__(
        self,
        table: NameTable | None = None,
        words: Mapping[str, Sequence[Sequence[Any]]] | None = None,
        speller: Speller | None = None,
        *,
        gazetteer: Gazetteer | None = None,
    ) -> None:
        self._letters = load_letters()
        self.table = table or NameTable()
        self.speller = speller or Speller([], {})
        self.words = words or {}
        self._gazetteer = gazetteer or load_gazetteer()
        self._user, self._user_items = NameTable(), dict[str, str]()
        self._ids = {id for ids in self.table.exact.values() for id in ids.values()}
        self._ids.update(id for ids in self.table.romanised.values() for id in ids.values())
        rules = read_toml("transliteration.toml")["ids"]
        self._slavic = tuple(rules["slavic"])
        self._heads = frozenset(rules["heads"])
        self._joiners: dict[str, str] = rules["joiners"]
        self._ignored = frozenset(rules["ignored"])
        self._english: dict[str, list[tuple[str, str]]] = {}
        for word, english in read_toml("gazetteers/english.toml")["words"].items():
            self._english.setdefault(self._letters.stem(word), []).append((word, english))
        self._by_word: dict[tuple[str, str], list[str]] = {}
        for kind, ids in self.table.romanised.items():
            for id in dict.fromkeys(ids.values()):
                for word in set(_words_of(id)):
                    self._by_word.setdefault((kind, word), []).append(id)
        self._cache: dict[tuple[str, tuple[str, ...]], Link | None] = {}

    def add(self, entries: Iterable[Entry]) -> None:
        """Put the user's entries before everything else."""
        self._user, self._user_items = user_table(entries)
        self._cache.clear()

    def link(self, kind: str, names: Sequence[str]) -> Link | None:
        """Link one thing by its names, the fullest first; None where they hold no letter or digit."""
        key = (kind, tuple(names))
        if key not in self._cache:
            if len(self._cache) > 1 << 14:
                self._cache.clear()
            self._cache[key] = self._with_item(kind, names, self._link(kind, names))
        return self._cache[key]

    def _link(self, kind: str, names: Sequence[str]) -> Link | None:
        names = [name for name in dict.fromkeys(names) if key_of(name)]
        if not names:
            return None
        aliases = [a for n in names for a in self._gazetteer.aliases.get((kind, key_of(n)), ())]
        full = _own_spelling((names[0], *aliases))
        for name in dict.fromkeys((*names, *aliases)):
            found = self._look_up(kind, name)
            if found is not None:
                return found
        # a family name alone sounds like many; where the full name is known, that one counts
        for name in names[:1] if kind == "PER" else names:
            found = self._match_sound(kind, name)
            if found is not None:
                return found
        if kind != "PER":
            found = self._match_words(kind, full)
            if found is not None:
                return found
        return self._make(kind, full)

    def _with_item(self, kind: str, names: Sequence[str], found: Link | None) -> Link | None:
        """Add the item that the gazetteer states for the name itself, under another id."""
        if found is None or found.wikidata or found.origin == "user" or kind == "LOC":
            return found
        ids = (self._gazetteer.names.get(kind, {}).get(key_of(name)) for name in names)
        item = next((self._gazetteer.items[id] for id in ids if id in self._gazetteer.items), None)
        return replace(found, wikidata=item) if item else found

    def _look_up(self, kind: str, name: str) -> Link | None:
        key = key_of(name)
        romanised = self._letters.romanise(name)
        for table, origin in ((self._user, "user"), (self.table, "exact")):
            id = table.exact.get(kind, {}).get(key)
            if id is not None:
                return self._found(id, origin)
        id = self._user.romanised.get(kind, {}).get(romanised)
        if id is not None:
            return self._found(id, "user")
        id = self._gazetteer.find_state(kind, key)
        if id is not None:
            return self._found(id, "state")
        id = self.table.romanised.get(kind, {}).get(romanised)
        if id is not None:
            return self._found(id, "romanised")
        id = self._gazetteer.names.get(kind, {}).get(key)
        return None if id is None else self._found(self._usual(id), "gazetteer")

    def _usual(self, id: str) -> str:
        """Return the id as the training data has it: it files many places under ``LOC``."""
        prefix, _, rest = id.partition("-")
        if prefix in ("GPE", "LOC") and id not in self._ids:
            other = f"{'LOC' if prefix == 'GPE' else 'GPE'}-{rest}"
            if other in self._ids:
                return other
        return id

    def _match_sound(self, kind: str, name: str) -> Link | None:
        """Return the entry whose name sounds the same and is spelt alike: ``Хамънд`` → Hammond."""
        romanised = self._letters.romanise(name)
        if len(romanised) < _SHORT:
            return None
        best, top = "", _ALIKE if " " in romanised else _ALIKE_ONE
        for table in (self._user, self.table):
            rows = table.skeletons.get(kind)
            for skeleton in self._letters.skeletons(name) if rows else ():
                for other in rows.get(skeleton, ()):  # type: ignore[union-attr]
                    score = SequenceMatcher(None, romanised, other).ratio()
                    if score >= top:
                        best, top = table.romanised[kind][other], score + 1e-6
        return self._found(best, "sound") if best else None

    def _translations(self, word: str) -> dict[str, float]:
        found = {english: float(share) for english, share in self.words.get(self._letters.stem(word), ())}
        english = self._listed(word)
        if english is not None:
            found[english] = max(found.get(english, 0.0), _LISTED)
        if not found and is_cyrillic(word):
            found[self._spell(word)] = 0.5
        return found or {word[:1].upper() + word[1:]: 0.5, word: 0.5, word.upper(): 0.5}

    def _listed(self, word: str) -> str | None:
        """Return the English word of the listed word that begins most like this one."""
        rows = self._english.get(self._letters.stem(word))
        return max(rows, key=lambda row: _shared(row[0], word))[1] if rows else None

    def _match_words(self, kind: str, name: str) -> Link | None:
        """Return the entry that the words of the name, translated, describe best."""
        words = [word for word in key_of(name).split() if word not in self._ignored]
        if len(words) < 2:
            return None
        tables = [self._translations(word) for word in words]
        candidates: Counter[str] = Counter()
        for table in tables:
            for english, share in table.items():
                for id in self._by_word.get((kind, english), ()):
                    candidates[id] += share  # type: ignore[assignment]
        best, top = "", _MATCH
        for id, _ in candidates.most_common(_BEST):
            parts = [part for part in _words_of(id) if part.lower() not in self._ignored]
            here = sum(max(t.get(part, 0.0) for part in parts) for t in tables) / len(tables)
            there = sum(max(t.get(part, 0.0) for t in tables) for part in parts) / len(parts)
            if here * there > top:
                best, top = id, here * there
        return self._found(best, "translated") if best else None

    def _make(self, kind: str, name: str) -> Link:
        """Make an id by the scheme: ``PER-Given-Family``; other names word by word in English."""
        parts = _split(name)
        if kind == "PER" and self._by_law(parts):
            words = [_capitalise(self.speller.words.get(w.lower()) or self._letters.law(w)) for w in parts]
        elif kind == "PER" or (kind == "LOC" and len(parts) == 1):
            words = [self._spell(word) for word in parts]
        else:
            if len(parts) > 1 and parts[0].lower() in self._heads and parts[1].lower() not in self._joiners:
                parts = [*parts[1:], parts[0]]
            words = [self._word(word) for word in parts]
        rest = "-".join(word for word in words if word)
        prefix = _TOWN if kind == "LOC" and len(parts) == 1 else kind
        id = f"{prefix}-{rest}"
        romanised = self._letters.romanise(rest.replace("-", " "))
        known = self.table.romanised.get(kind, {}).get(romanised)
        return self._found(known or self._usual(id), "made")

    def _by_law(self, parts: Sequence[str]) -> bool:
        """Say whether a person's name is spelt by law: no given name says that it is a Western one."""
        if not parts or parts[-1].lower().endswith(self._slavic):
            return True
        return len(parts) > 1 and not self.speller.is_foreign(parts[0])

    def _word(self, word: str) -> str:
        if not is_cyrillic(word):
            return word
        lower = word.lower()
        joiner = self._joiners.get(lower)
        if joiner is not None:
            return joiner
        learnt = self.words.get(self._letters.stem(lower))
        if learnt and float(learnt[0][1]) >= _SURE:
            return str(learnt[0][0])
        english = self._listed(lower)
        if english is not None:
            return english
        spelt = self._letters.law(lower) if word.isupper() and len(word) > 1 else self._spell(lower)
        return spelt.upper() if word.isupper() and len(word) > 1 else spelt

    def _spell(self, word: str) -> str:
        if not is_cyrillic(word):
            return word
        return _capitalise(self.speller(word.lower()))

    def _found(self, id: str, origin: str) -> Link:
        return Link(id, self._user_items.get(id) or self._gazetteer.items.get(id), origin)


def _own_spelling(names: Sequence[str]) -> str:
    """Return the name to make an id of: in its bearer's Latin letters, else the listed full name."""
    if not is_cyrillic(names[0]):
        return names[0]
    written = (name for name in names if not is_cyrillic(name) and not name.isupper())
    return next(written, names[min(1, len(names) - 1)])


def _capitalise(word: str) -> str:
    return word[:1].upper() + word[1:]


def _shared(first: str, second: str) -> int:
    return next(
        (i for i, (a, b) in enumerate(zip(first, second, strict=False)) if a != b),
        min(len(first), len(second)),
    )


def _words_of(id: str) -> list[str]:
    return [word for word in id.partition("-")[2].split("-") if word]


def _split(name: str) -> list[str]:
    """Return the words of a name with their letter case, marks and dashes left out."""
    cleaned = "".join(c if c.isalnum() or c in "'’.&+" else " " for c in name)
    return [word.strip(".") if len(word) > 2 else word for word in cleaned.replace("’", "'").split()]
