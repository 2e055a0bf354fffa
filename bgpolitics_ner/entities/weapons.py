"""Find named weapons: inflected, quoted, with Latin look-alike letters (``„Искандерите“``, ``T-72``)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from spacy.tokens import Doc, Token

from bgpolitics_ner.entities.inflect import inflect_name, lookalikes
from bgpolitics_ner.entities.nominals import Nominals
from bgpolitics_ner.entities.transliterate import to_cyrillic, to_latin
from bgpolitics_ner.knowledge import read_jsonl, read_toml

# How many forms of a name are those of the singular, the article included.
SINGULAR = 3
CONTEXT_BEFORE = 8
CONTEXT_AFTER = 5


@dataclass(frozen=True)
class Weapon:
    """One named weapon; `ambiguous` spellings are also other words, `initially` only at sentence start.

    `subtype` is its class as in schema.toml, `kind` says it more closely (``ballistic missile``).
    """

    name: str
    subtype: str
    kind: str
    latin: str
    spellings: tuple[str, ...]
    ambiguous: frozenset[str]
    initially: frozenset[str]


@dataclass(frozen=True)
class WeaponMatch:
    """Token indices (end exclusive) of a match, quotation marks around it left out.

    `proof` says why it is a weapon: its "name" alone, a weapon "noun" beside it, "quotes" around it,
    "noun and quotes", or "" for nothing. `base` is the spelling without ending.
    """

    start: int
    end: int
    weapon: Weapon
    proof: str
    base: str


@lru_cache(maxsize=1)
def load_weapons() -> tuple[Weapon, ...]:
    """Read the gazetteer once."""
    return tuple(
        Weapon(
            r["name"],
            r["class"],
            r["kind"],
            r["latin"],
            tuple(r["spellings"]),
            frozenset(r["ambiguous"]),
            frozenset(r["initially"]),
        )
        for r in read_jsonl("gazetteers/weapons.jsonl")
    )


def key(text: str) -> str:
    """Return what is compared: small letters, one kind of dash; with a digit look-alikes made Cyrillic."""
    text = text.translate(_dashes())
    if any(c.isdigit() for c in text):
        text = text.upper().translate(lookalikes())
    return text.lower()


@lru_cache(maxsize=1)
def _dashes() -> dict[int, str]:
    return dict.fromkeys(map(ord, read_toml("gazetteers/endings.toml")["quotes"]["dashes"]), "-")


class WeaponMatcher:
    """Callable: the weapons of a Doc in text order, the longest at each place, never overlapping."""

    def __init__(self, tokenize: Callable[[str], Doc], nominals: Nominals) -> None:
        data: dict[str, Any] = read_toml("gazetteers/endings.toml")
        self._nominals = nominals
        self._quotes = frozenset(data["quotes"]["marks"])
        self._stops = frozenset(data["quotes"]["stops"])
        self._links = nominals.weapon_links
        self._index: dict[str, list[tuple[tuple[str, ...], Weapon, str]]] = {}
        listed = {key(spelling) for weapon in load_weapons() for spelling in weapon.spellings}
        for weapon in load_weapons():
            for spelling in weapon.spellings:
                for variant in variants(spelling):
                    if variant == spelling or key(variant) not in listed:
                        self._add([t.text for t in tokenize(variant)], weapon, spelling)
        for rests in self._index.values():
            rests.sort(key=lambda item: -len(item[0]))

    def _add(self, words: list[str], weapon: Weapon, base: str) -> None:
        last = max((i for i, w in enumerate(words) if w[0].isalpha()), default=len(words) - 1)
        forms = inflect_name(words[last])
        if base in weapon.ambiguous:
            forms = forms[:SINGULAR]
        for form in forms:
            keys = [key(w) for w in [*words[:last], form, *words[last + 1 :]]]
            self._index.setdefault(keys[0], []).append((tuple(keys[1:]), weapon, base))

    def __call__(self, doc: Doc) -> list[WeaponMatch]:
        """Return the matches; an ambiguous name shown to be a weapon once counts wherever it is a name."""
        words = [t.text for t in doc]
        found = [match for at in range(len(words)) for match in self._at(doc, words, at)]
        if not found:
            return found
        proved = {m.weapon.name for m in found if m.proof not in ("", "quotes")}
        chosen: list[WeaponMatch] = []
        for match in found:
            if match.start < (chosen[-1].end if chosen else 0):
                continue
            known = match.weapon.name in proved
            if match.proof == "quotes" and not (known or self._about_weapons(doc, proved)):
                continue
            if match.proof == "" and (not known or self._is_initial(doc, match.start)):
                continue
            chosen.append(match)
        return chosen

    def _about_weapons(self, doc: Doc, proved: set[str]) -> bool:
        """Say whether the text speaks of weapons at all; without that a quoted ``Пума`` is a brand."""
        return bool(proved) or any(self._is_weapon_noun(token) for token in doc)

    def _is_initial(self, doc: Doc, start: int) -> bool:
        previous = doc[start - 1].text if start else "."
        return previous in self._stops or "\n" in previous

    def _at(self, doc: Doc, words: list[str], at: int) -> list[WeaponMatch]:
        """Return the longest match that starts at token `at`, if any."""
        word = words[at]
        rests = self._index.get(key(word))
        if not rests:
            return []
        quoted = at > 0 and words[at - 1] in self._quotes
        if not (word[0].isupper() or word[0].isdigit()):
            return []
        for rest, weapon, base in rests:
            end = self._end(words, at + 1, rest)
            if end is not None:
                closed = quoted and end < len(words) and words[end] in self._quotes
                inside = any(words[i] in self._quotes for i in range(at, end))
                doubtful = base in weapon.ambiguous or (
                    base in weapon.initially and not quoted and self._is_initial(doc, at)
                )
                proof = self._proof(doc, at, end, doubtful, closed)
                return [WeaponMatch(at - (quoted and inside), end, weapon, proof, base)]
        return []

    def _proof(self, doc: Doc, start: int, end: int, doubtful: bool, closed: bool) -> str:
        if not doubtful:
            return "name"
        if self._noun_before(doc, start) or (closed and self._noun_after(doc, end)):
            return "noun and quotes" if closed else "noun"
        return "quotes" if closed else ""

    def _end(self, words: list[str], at: int, rest: tuple[str, ...]) -> int | None:
        """Return the end of the match with the remaining keys `rest`; a quotation mark may stand between."""
        for wanted in rest:
            if at < len(words) and words[at] in self._quotes:
                at += 1
            if at >= len(words) or key(words[at]) != wanted:
                return None
            at += 1
        return at

    def _noun_before(self, doc: Doc, start: int) -> bool:
        """Say whether a weapon noun leads up to the name.

        Those are names, numbers, adjectives, marks and the linking words of the file: ``ракетите „Искандер“ и
        Калибър``, ``система за противовъздушна отбрана Тор``.
        """
        for i in range(start - 1, max(-1, start - 1 - CONTEXT_BEFORE), -1):
            token = doc[i]
            text = token.text
            if self._is_weapon_noun(token):
                return True
            if text in self._stops or "\n" in text:
                return False
            if text.islower() and text not in self._links and token.pos_ != "ADJ":
                return False
        return False

    def _noun_after(self, doc: Doc, end: int) -> bool:
        """Say whether a weapon noun follows in the same sentence: ``„Орешник“ - нова ракета``."""
        for i in range(end, min(len(doc), end + CONTEXT_AFTER)):
            if doc[i].text in self._stops:
                return False
            if self._is_weapon_noun(doc[i]):
                return True
        return False

    def _is_weapon_noun(self, token: Token) -> bool:
        return "weapon" in self._nominals.classes(token.lemma_, token.text)


def variants(spelling: str) -> list[str]:
    """Return the ways to write a name, itself first.

    A designation stands also in the other alphabet (by rule), without hyphen and, after two letters or more,
    with a blank: ``Су-35`` → Су35, Су 35, Su-35, Su35, Su 35.
    """
    written = [spelling]
    if any(c.isdigit() for c in spelling) and " " not in spelling:
        written += [other for other in (to_cyrillic(spelling), to_latin(spelling)) if other]
    return list(dict.fromkeys(form for name in written for form in _joined(name)))


def _joined(name: str) -> list[str]:
    head, hyphen, tail = name.partition("-")
    if not hyphen or not head.isalpha() or not tail[:1].isdigit():
        return [name]
    forms = [name, head + tail]
    if len(head) > 1:
        forms.append(f"{head} {tail}")
    return forms
