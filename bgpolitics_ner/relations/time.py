"""Doc → time expressions, which of them dates a relation, and their ISO 8601 values.

The expressions are regular expressions over word classes: ``knowledge/cues/time.toml``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from spacy.tokens import Doc, Span, Token

from bgpolitics_ner.relations.clause import SUBJECTS, VERBAL, lemma_of, read_cues
from bgpolitics_ner.relations.dates import DateReader

_AROUND = 7
_MAX_PLACES = 6
_MAX_SAYING = 4
_CENTURIES = ("19", "20")
_ARGUMENTS = frozenset({"obj", "iobj", "obl", "nmod", "nsubj", "nsubj:pass"})
_EVENT_ARGUMENTS = frozenset({"obj", "nsubj:pass", "obl"})
_MODIFIERS = frozenset({"amod", "acl", "acl:relcl"})
_CLAUSES = frozenset({"ccomp", "xcomp", "csubj", "csubj:pass", "acl"})


@dataclass(frozen=True)
class TimeExpression:
    """A time expression in characters; `root` heads its tokens."""

    start: int
    end: int
    root: Token


def compile_times(tables: dict[str, Any]) -> re.Pattern[str]:
    """Build one pattern from the tables; longer alternatives come first within a class."""
    classes = {
        name: "(?:" + "|".join(sorted(words, key=len, reverse=True)) + ")"
        for name, words in tables["classes"].items()
    }
    classes["year"] = tables["patterns"]["year"]
    whole = "|".join(pattern.format(**classes) for pattern in tables["patterns"]["list"])
    return re.compile(rf"(?<![\w-])(?:{whole})(?![\w-])".replace(" ", r"[ \u00a0]"), re.IGNORECASE)


class TimeRules:
    """Time expressions of one Doc after another; the pattern is built once."""

    def __init__(self) -> None:
        tables = read_cues("time")
        self._pattern = compile_times(tables)
        self._anchors = {word for name in tables["anchors"]["classes"] for word in tables["classes"][name]}
        self._anchors.update(tables["anchors"]["words"])
        self._through = frozenset(tables["through"]["words"])
        self._while = frozenset(tables["while"]["words"])
        self._undated = frozenset(tables["relations"]["undated"])
        self._asking = frozenset(tables["asking"]["words"])
        self._speech_acts = frozenset(read_cues("attribution")["relations"]["speech_acts"])
        self._to, self._that = frozenset(tables["grammar"]["to"]), frozenset(tables["grammar"]["that"])
        self._carriers = read_carriers()
        self._deverbal = tuple(read_cues("factuality")["light-verbs"]["endings"])
        self._dates = DateReader(tables)
        self._last: tuple[Doc, list[TimeExpression]] | None = None

    def find_expressions(self, doc: Doc) -> list[TimeExpression]:
        """Return the Doc's time expressions in text order; the answer for the last Doc is kept."""
        if self._last is None or self._last[0] is not doc:
            found = []
            text = doc.text
            for start, end in self._windows(doc):
                for match in self._pattern.finditer(text, start, end):
                    span = doc.char_span(match.start(), match.end(), alignment_mode="expand")
                    if span is not None and _is_time(span):
                        found.append(TimeExpression(match.start(), match.end(), span.root))
            self._last = (doc, found)
        return self._last[1]

    def _windows(self, doc: Doc) -> list[tuple[int, int]]:
        """Return the stretches around words of time: trying the pattern everywhere would be slow."""
        windows: list[tuple[int, int]] = []
        last = len(doc) - 1
        for token in doc:
            word = token.lower_
            if word in self._anchors or (word[:2] in _CENTURIES and len(word) > 3):
                start = doc[max(0, token.i - _AROUND)].idx
                final = doc[min(last, token.i + _AROUND)]
                end = final.idx + len(final)
                if windows and start <= windows[-1][1]:
                    windows[-1] = (windows[-1][0], end)
                else:
                    windows.append((start, end))
        return windows

    def find_when(
        self, trigger: Token, *, relation: str | None = None, subject: Token | None = None
    ) -> tuple[int, int] | None:
        """Return the characters of the expression that dates the relation, or None.

        `relation` is the relation's type and `subject` the head of its subject, where they are known: offices
        are not dated by the verb beside them, and an act of speech has the time of its speaker's verb of
        saying („Вчера Мей каза, че ЕС трябва …“ is a call of yesterday).
        """
        if relation in self._undated:
            return None
        expressions = self._rank_all(trigger)
        ranked = [(rank, expression) for expression, rank in expressions if rank is not None]
        if not ranked and expressions and subject is not None and relation in self._speech_acts:
            saying = self._saying(trigger, subject)
            if saying is not None:
                places = [saying.i]
                ranks = ((self._rank(places, expression.root), expression) for expression, _ in expressions)
                ranked = [(rank, expression) for rank, expression in ranks if rank is not None]
        if not ranked:
            return None
        best = min(ranked, key=lambda row: row[0])[1]
        return best.start, best.end

    @staticmethod
    def _saying(trigger: Token, subject: Token) -> Token | None:
        """Return the verb above the trigger whose subject is `subject`."""
        node = trigger
        for _ in range(_MAX_SAYING):
            node = node.head
            if node.pos_ in VERBAL and any(
                c.dep_ in SUBJECTS and c in (subject, subject.head) for c in node.children
            ):
                return node
        return None

    def _rank_all(self, trigger: Token) -> list[tuple[TimeExpression, int | None]]:
        """Return the sentence's expressions; the rank is 0 for the nearest, None in other clauses."""
        sent = trigger.sent
        places = self._places(trigger)
        expressions = self.find_expressions(trigger.doc)
        ranked = []
        for number in range(
            bisect_right(expressions, sent.start_char, key=attrgetter("end")), len(expressions)
        ):
            expression = expressions[number]
            if expression.start >= sent.end_char:
                break
            rank = self._rank(places, expression.root)
            if rank is None and trigger.pos_ == "NOUN" and _stands_behind(trigger, expression):
                rank = 3
            if rank is None and (trigger.head.i == expression.root.i or _modifies(expression.root, trigger)):
                rank = 4  # „в петък на среща с Путин …“: the parser hung the meeting on the day
            ranked.append((expression, rank))
        return ranked

    def normalize(self, text: str, date: str | None) -> str | None:
        """Return the ISO 8601 value: a date, month, year, week or interval; None where it has none.

        `date` is the document's date (YYYY-MM-DD); without it „вчера“ or „в сряда“ have no value.
        An open interval is written ``1994/..`` („от 1994 г.“) or ``../2020`` („до 2020 г.“).
        """
        return self._dates.read(text, date)

    def _places(self, trigger: Token) -> list[int]:
        """Return the indices of the words whose time is the trigger's, nearest first."""
        places = [trigger.i]
        node = trigger
        while len(places) < _MAX_PLACES and node.dep_ != "ROOT" and self._shares_time(node):
            node = node.head
            places.append(node.i)
        return places

    def _shares_time(self, node: Token) -> bool:
        """Say whether the word above has the same time: „вчера трябваше да [се срещнат]“."""
        dep, lemma = node.dep_, lemma_of(node.head)
        if dep in _ARGUMENTS and node.pos_ not in VERBAL:
            return lemma not in self._asking and (dep in _EVENT_ARGUMENTS or lemma in self._carriers)
        if dep in ("advmod", "advcl") and node.morph.get("VerbForm") == ["Conv"]:
            return True  # „вчера предупреди, призовавайки …“
        if dep == "conj":
            return not any(child.dep_ in SUBJECTS for child in node.children)
        words = {child.lower_ for child in node.children}
        if dep == "advcl":
            return not words.isdisjoint(self._while)
        if dep in _CLAUSES and not words.isdisjoint(self._to):
            return lemma in self._through or (dep != "ccomp" and lemma not in self._asking)
        return bool(dep == "cop")

    def _rank(self, places: list[int], root: Token) -> int | None:
        """Return how near the expression hangs, or None where it dates something else.

        A parser often hangs an adverb of time on the next noun; then the verb above it counts too.
        """
        governor = root.head
        if any(child.lower_ in self._to and child.i > root.i for child in governor.children):
            governor = governor.head
        for _ in range(4):
            if governor.i in places:
                if any(root.doc[i].lower_ in self._that for i in range(root.i, governor.i)):
                    return None
                return places.index(governor.i) * 2 + int(governor != root.head)
            if governor.pos_ in VERBAL or governor.dep_ == "ROOT" or self._is_event(governor):
                break
            governor = governor.head
        return None

    def _is_event(self, word: Token) -> bool:
        """Say whether the word has a time of its own: a participle or a noun made of a verb."""
        return bool(word.morph.get("VerbForm")) or word.lemma_.endswith(self._deverbal)


def read_carriers() -> frozenset[str]:
    """Return the verbs that only carry a noun („проведе среща“), shared with the factuality rules."""
    rules = read_cues("factuality").values()
    return frozenset(word for rule in rules if rule["at"] == "carrier" for word in rule["words"])


def _is_time(span: Span) -> bool:
    """Refuse a name („Тереза Май“), a dateline („Лондон, 8 февруари /БТА/“), a remark in brackets."""
    doc, first = span.doc, span.start
    before = doc[first - 1] if first else None
    if before is not None and before.text in "(/":
        return False
    if len(span) == 1 and before is not None and span.text[0].isupper() and before.text[0].isupper():
        return False
    after = doc[span.end] if span.end < len(doc) else None
    return not (span.text[0].isdigit() and after is not None and after.text in "/|")


def _modifies(root: Token, noun: Token) -> bool:
    """Say whether it dates a participle or clause on the noun: „сключеният вчера договор“."""
    node = root.head
    for _ in range(3):
        if node.head.i == noun.i:
            return node.dep_ in _MODIFIERS and noun.pos_ == "NOUN"
        if node.dep_ not in ("xcomp", "ccomp"):
            return False
        node = node.head
    return False


def _stands_behind(noun: Token, expression: TimeExpression) -> bool:
    """Say whether the expression follows the noun's phrase at once („излизането от ЕС през март“)."""
    last = noun.right_edge
    return noun.idx < expression.start and expression.start - (last.idx + len(last)) in (0, 1)
