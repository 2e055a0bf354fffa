"""Base form of names, without article and quotation marks: ``Европейския съюз`` → ``Европейски съюз``.

A small dictionary of irregular names (``knowledge/gazetteers/baseforms.jsonl``, learnt from corpus mentions
where the rules err) is asked first. Names of the gazetteers stay as they are, whatever they seem to end in
(``Отава``, ``Стара Загора``). The rules of ``knowledge/gazetteers/articles.toml`` answer for the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from spacy.tokens import Doc, Span, Token

from bgpolitics_ner.entities.nominals import Nominals, load_nominals
from bgpolitics_ner.entities.states import States, load_states
from bgpolitics_ner.knowledge import read_jsonl, read_toml

# A number that belongs to a product's name of several words: `Северен поток-2`, `Северен поток – 2`.
NUMBER = re.compile(r"(\w \w+)\s?[-–—]\s?(\d+)$")
# A word in capitals that is longer is no abbreviation.
SHORTEST = 4


class BaseForms:
    """Callable: the base form of a named span; `phrase` gives that of a description."""

    def __init__(
        self,
        rules: dict[str, Any],
        irregular: Iterable[dict[str, Any]],
        *,
        nominals: Nominals | None = None,
        states: States | None = None,
        listed: Iterable[str] = (),
    ) -> None:
        self._nominals = nominals or load_nominals()
        self._states = states or load_states()
        self._listed = frozenset(listed)
        self._shouted = {name.upper(): name for name in self._listed if len(name) > SHORTEST}
        self._marks = frozenset(rules["marks"])
        self._opening = frozenset(rules["opening"])
        self._people = tuple(rules["people"])
        self._titles = tuple(rules["titles"])
        self._abbreviated = re.compile(rules["abbreviated"])
        self._adjective: list[tuple[str, str]] = [(row["ends"], row["gives"]) for row in rules["adjective"]]
        self._noun: list[tuple[str, str]] = [(row["ends"], row["gives"]) for row in rules["noun"]]
        self._words: dict[str, str] = rules["words"]
        self._short: tuple[str, ...] = tuple(rules["short_article"])
        self._irregular: dict[tuple[str, str], str] = {
            (row["type"], row["form"]): row["lemma"] for row in irregular
        }

    def __call__(self, span: Span, label: str) -> str:
        """Return the base form of a named mention of type `label`."""
        text = str(span.text)
        known = self._irregular.get((label, text))
        if known is not None:
            return known
        if text in self._listed and not _is_definite_adjective(span[0]):
            return text
        if text.isupper() and label in ("LOC", "PER") and text in self._shouted:
            return str(self._shouted[text])
        words = self._words_of(span)
        named = [token for token in span if token.text not in self._marks and not token.is_space]
        if not named:
            return text
        first = named[0]
        at = next(i for i, (word, _) in enumerate(words) if word == first.text)
        if label == "PER":
            return self._person(span, first, words)
        if at or first.lower_.startswith(self._titles) or self._is_title(span, first):
            return _join(words)
        words[0] = (self.indefinite(first), words[0][1])
        if words[0][0] == first.text and len(named) > 1 and not _declines(first):
            self._strip_second(named, words)
        base = _join(words)
        if label == "EVT" and len(words) == 1:
            base = _usual_case(first, base)
        return NUMBER.sub(r"\1 \2", base) if label == "PRO" else base

    def _person(self, span: Span, first: Token, words: list[tuple[str, str]]) -> str:
        """Return the base form of a person's name; peoples are written small: ``Британците`` → британци."""
        if self._is_people(span, first):
            return self.indefinite(first).lower()
        if len(span) == 1 and first.morph.get("Case") == ["Voc"] and first.lemma_ != first.text:
            return str(first.lemma_[:1].upper() + first.lemma_[1:])
        text = _join(words)
        if len(words) == 1 and text.isupper():
            return text
        return " ".join(w.capitalize() if w.isupper() and len(w) > SHORTEST else w for w in text.split(" "))

    def _is_title(self, span: Span, first: Token) -> bool:
        """Say whether the name is a title of several words in quotation marks: it keeps its article."""
        before = span.start - 1
        return (
            len(span) > 2 and before >= 0 and span.doc[before].text in self._opening and first.pos_ != "ADJ"
        )

    def _strip_second(self, named: list[Token], words: list[tuple[str, str]]) -> None:
        """Take the article off the noun behind a word without endings: ``COVID-19 пандемията``."""
        second = named[1]
        if second.pos_ == "NOUN" and second.morph.get("Definite") == ["Def"] and second.text.islower():
            at = next(i for i, (word, _) in enumerate(words) if word == second.text)
            words[at] = (self.indefinite(second), words[at][1])

    def phrase(self, doc: Doc, start: int, end: int, head: int) -> str:
        """Return the base form of a description given its offsets: ``новия закон`` → ``нов закон``."""
        span = doc.char_span(start, end)
        if span is None:
            return str(doc.text[start:end])
        words = self._words_of(span)
        skip = 0
        while skip < len(words) - 1 and span[skip].pos_ in ("NUM", "DET"):
            skip += 1
        words = words[skip:]
        if not words:
            return str(span.text)
        base = self.indefinite(span[skip])
        words[0] = (base if span[skip].text.isupper() else base[:1].lower() + base[1:], words[0][1])
        return _join(words)

    def indefinite(self, token: Token) -> str:
        """Return the token's text without its article, case kept: ``Съвета`` → ``Съвет``."""
        text = str(token.text)
        cut = self._abbreviated.fullmatch(text)
        if cut:
            return str(cut[1])
        lower = text.lower()
        base = self._words.get(lower) or self._strip(token, lower)
        if base == lower:
            return text
        if text.isupper() and len(text) > 1:
            return base.upper()
        if lower.startswith(base):
            return text[: len(base)]
        return base[:1].upper() + base[1:] if text[:1].isupper() else base

    def _strip(self, token: Token, lower: str) -> str:
        morph = token.morph
        adjective = token.pos_ == "ADJ" or morph.get("VerbForm") == ["Part"]
        if adjective and morph.get("Definite") == ["Ind"]:
            return lower
        masculine = not adjective and self._strip_masculine(token, lower)
        if masculine and masculine != lower:
            return masculine
        for ends, gives in self._adjective if adjective else self._noun:
            if lower.endswith(ends) and len(lower) > len(ends) + 1:
                return lower[: len(lower) - len(ends)] + gives
        return lower

    def _strip_masculine(self, token: Token, lower: str) -> str:
        """Take the short article off a masculine noun; it looks like a feminine ending: ``Съвета``."""
        if not lower.endswith(self._short) or token.morph.get("Number") == ["Plur"]:
            return lower
        known = self._nominals.base(lower)
        if known and self._nominals.genders[known] == "masculine" and lower[: len(known)] == known:
            return known
        lemma = str(token.lemma_).lower()
        if lemma != lower and lemma in (lower[:-1], lower[:-1] + "й"):
            return lemma
        if lower.endswith(self._short[0]) and _stands_in(token.doc, token.text[:-1]):
            return lower[:-1]
        if lemma != lower and lemma.endswith(self._short) and lower.startswith(lemma):
            return lemma
        morph = token.morph
        if (
            morph.get("Definite") == ["Def"]
            and morph.get("Gender") == ["Masc"]
            and lower.endswith(self._short[0])
        ):
            return lower[:-1]
        return lower

    def _is_people(self, span: Span, first: Token) -> bool:
        """Say whether a person's name is a people or party people: ``Британците``, ``пакистанката``."""
        if len(span) > 1:
            return False
        lower = first.text.lower()
        if first.text == lower or self._states.demonym(lower) is not None or lower.endswith(self._people):
            return True
        plural = first.pos_ == "NOUN" and first.morph.get("Number") == ["Plur"]
        return plural and (first.is_sent_start is True or first.i == 0)

    def _words_of(self, span: Span) -> list[tuple[str, str]]:
        """Return (text, whitespace) of the tokens without line breaks and quotation marks.

        The marks around a name inside the name stay: ``институт „Роберт Кох“``, but not where a number
        follows: ``„Северен поток“ 2``.
        """
        words: list[tuple[str, str]] = []
        inside = self._quoted_part(span)
        for token in span:
            if token.text in self._marks and token.i not in inside:
                if words and token.i + 1 < span.end and span.doc[token.i + 1].text[:1].isalnum():
                    words[-1] = (words[-1][0], " ")
            elif not token.text.isspace():
                words.append((token.text, token.whitespace_))
        return words

    def _quoted_part(self, span: Span) -> tuple[int, ...]:
        """Return the two marks around a name inside the span that belong to it; () where none do."""
        marks = [token.i for token in span if token.text in self._marks]
        if len(marks) != 2 or marks[1] == marks[0] + 1:
            return ()
        follows = span.doc[marks[1] + 1].text if marks[1] + 1 < span.end else ""
        if follows[:1].isdigit() or (marks[0] == span.start and not follows[:1].isalpha()):
            return ()
        return (marks[0], marks[1])


def _stands_in(doc: Doc, word: str) -> bool:
    """Say whether a capitalised word stands in the text: ``Брекзит`` says what ``Брекзита`` is."""
    return len(word) > SHORTEST and word[:1].isupper() and any(token.text == word for token in doc)


def _usual_case(token: Token, base: str) -> str:
    """Return a one-word name with the first letter that it has elsewhere in the text.

    ``брекзит`` is ``Брекзит`` where the text writes so inside of a sentence; ``Коронавирусът`` that begins a
    sentence is ``коронавирус`` where the text never does.
    """
    capital = small = 0
    for other in token.doc:
        if other.lower_ in (base.lower(), token.lower_):
            capital += other.text[0].isupper() and not other.is_sent_start
            small += other.text[0].islower()
    if base[0].islower() and capital:
        return base[:1].upper() + base[1:]
    return base.lower() if small and not capital and base[1:].islower() else base


def _is_definite_adjective(token: Token) -> bool:
    return bool(token.pos_ == "ADJ" and token.morph.get("Definite") == ["Def"])


def _declines(token: Token) -> bool:
    """Say whether a word has forms: no Latin letters, digits or capitals alone."""
    return token.text.isalpha() and not token.text.isascii() and not (token.text.isupper() and len(token) > 1)


def _join(words: list[tuple[str, str]]) -> str:
    return "".join(text + space for text, space in words).strip()


@lru_cache(maxsize=1)
def load_base_forms() -> BaseForms:
    """Read rules and irregular names once."""
    return BaseForms(
        read_toml("gazetteers/articles.toml"), read_jsonl("gazetteers/baseforms.jsonl"), listed=listed_names()
    )


def listed_names() -> Iterator[str]:
    """Yield the names of the gazetteers in base form."""
    for row in read_jsonl("gazetteers/states.jsonl"):
        yield from (row["name"], *row["capitals"])
    for row in read_jsonl("gazetteers/places.jsonl"):
        yield from row["names"]
    for name in ("organisations", "things"):
        yield from (row["name"] for row in read_jsonl(f"gazetteers/{name}.jsonl"))
