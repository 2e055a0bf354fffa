"""Words of headlines written in capitals, as they would stand in other text.

A tagger that has learnt from case sees nothing in `ЗЕЛЕНСКИ СЕ СРЕЩНА С МАКРОН`. What is a name there, the
lists, the rest of the text and the tags of the front end say; all other words are written small.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from spacy.tokens import Doc

from bgpolitics_ner.knowledge import read_toml

# The share of words in capitals that makes a sentence a headline in capitals, and the fewest words; one of
# them is longer than abbreviations are: `БТА, АФП` is no headline.
SHARE = 0.7
FEWEST = 2
ABBREVIATION = 4
NOMINAL = frozenset(("PROPN", "NOUN", "ADJ", "X"))
# A proper name that is shorter, or has no vowel, is an abbreviation.
SHORTEST = 3


class Headlines:
    """Callable: the words of a text, those of headlines in capitals with usual capitals.

    `spellings` are the words of known names; the longest that fits is taken.
    """

    def __init__(self, spellings: Iterable[Sequence[str]]) -> None:
        data = read_toml("gazetteers/endings.toml")
        self._vowels, self._quotes = frozenset(data["signals"]["endings"]), frozenset(data["quotes"]["marks"])
        self._known: dict[str, list[Sequence[str]]] = {}
        for words in spellings:
            self._known.setdefault(words[0].upper(), []).append(words)
        for found in self._known.values():
            found.sort(key=len, reverse=True)

    def __call__(self, doc: Doc, words: list[str], starts: Sequence[int]) -> list[str]:
        """Return the words; `starts` are the first tokens of sentences, 0 among them.

        The Doc's tags are read in headlines only. A text without any comes back as it is.
        """
        headlines = list(_find(words, starts))
        if not headlines:
            return words
        left_out = {*starts, *(i for start, end in headlines for i in range(start, end))}
        usual = Counter(word for i, word in enumerate(words) if i not in left_out)
        changed = list(words)
        for start, end in headlines:
            at = start
            while at < end:
                name = self._name(doc, words, at, end)
                changed[at : at + len(name)] = name
                at += len(name)
                if not name:
                    changed[at] = self._spell(doc, words[at], at, usual)
                    at += 1
            self._begin(changed, start, end)
        return changed

    def _begin(self, words: list[str], start: int, end: int) -> None:
        """Give the first word of the sentence, and of what stands in quotation marks, its capital."""
        opened, due = False, True
        for at in range(start, end):
            if words[at] in self._quotes:
                opened = not opened
                due = due or opened
            elif due:
                due = False
                if words[at].islower():
                    words[at] = words[at].capitalize()

    def _name(self, doc: Doc, words: Sequence[str], at: int, end: int) -> Sequence[str]:
        """Return the words of the known name that begins at `at`, none where none does."""
        for name in self._known.get(words[at], ()):
            size = len(name)
            fits = at + size <= end and all(w == n.upper() for w, n in zip(words[at:end], name, strict=False))
            if fits and (size > 1 or not name[0].isupper() or doc[at].pos_ in NOMINAL):
                return name
        return ()

    def _spell(self, doc: Doc, word: str, at: int, usual: Counter[str]) -> str:
        if not word.isupper() or any(letter.isdigit() for letter in word):
            return word
        title, small = "-".join(part.capitalize() for part in word.split("-")), word.lower()
        seen = max((word, title, small), key=lambda form: usual[form])
        if usual[seen] or word.isascii():
            return seen
        if doc[at].pos_ != "PROPN":
            return small
        return title if len(word) >= SHORTEST and not self._vowels.isdisjoint(small) else word


def _find(words: Sequence[str], starts: Sequence[int]) -> Iterator[tuple[int, int]]:
    for start, end in zip(starts, [*starts[1:], len(words)], strict=True):
        capitals = [word for word in words[start:end] if word.isupper()]
        if len(capitals) >= FEWEST and any(
            len(word) > ABBREVIATION and not word.isascii() for word in capitals
        ):
            letters = sum(word[0].isalpha() for word in words[start:end])
            if len(capitals) >= SHARE * letters:
                yield start, end
