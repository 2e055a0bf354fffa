"""Doc → who says what: quoted and reported statements with their speakers.

Every reporting word makes a span with a speaker; the source of a relation is the speaker of the
smallest span around its trigger, which is the attribution nearest to it. The words are data:
``knowledge/cues/attribution.toml``.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from operator import attrgetter
from typing import Any

from spacy.tokens import Doc, Span, Token

from bgpolitics_ner.relations.clause import NOMINAL, case_of, lemma_of, read_cues
from bgpolitics_ner.relations.quotes import QuoteSpan, find_quoted, is_speech, leading_up
from bgpolitics_ner.relations.scopes import (
    after_colon,
    before_inverted,
    clause_of,
    cue_after,
    cue_before,
    end_of,
    ends_line,
    find_complement,
    follows_mark,
    line_end,
    line_start,
    previous_sentence,
)
from bgpolitics_ner.relations.speakers import SpeakerFinder

__all__ = ["AttributionRules", "QuoteSpan"]

_NOT_VERBS = frozenset({"PROPN", "NOUN", "ADP", "SCONJ", "PRON", "DET", "NUM"})
_TITLE_WORDS = 9
_NEAR = 25
_SILENCE = 2
_MAX_CACHE = 30_000  # words
_NO_PERSONS = frozenset({"ORG", "PRO", "EVT"})
_NOTHING: frozenset[str] = frozenset()

Reports = dict[int, Token | None]


class AttributionRules:
    """Quotes and sources of one Doc after another; the cue tables are read once."""

    def __init__(self) -> None:
        tables = read_cues("attribution")
        self._speakers = SpeakerFinder(tables)
        self._read_words(tables)
        self.speech_acts = frozenset(tables["relations"]["speech_acts"])
        self._in_passing = frozenset(tables["relations"]["in_passing"])
        according = tables["according"]
        self._owned = {tuple(phrase.split()) for phrase in according["owned"]}
        self._phrases: dict[str, list[tuple[str, ...]]] = {}
        for phrase in sorted(according["phrases"] + according["owned"], key=len, reverse=True):
            words = tuple(phrase.split())
            self._phrases.setdefault(words[0], []).append(words)
        self._kinds: dict[tuple[int, int], str] = {}
        self._last: tuple[Doc, list[QuoteSpan]] | None = None
        self._reach: list[int] = []  # how far the quotes up to this one reach, in characters
        self._cues: dict[int, set[int]] = {}  # the reporting words by the start of their sentence

    def _read_words(self, tables: dict[str, Any]) -> None:
        self._say = frozenset(tables["say"]["words"]), tuple(tables["say"]["stems"])
        self._ask = frozenset(tables["ask"]["words"]), tuple(tables["ask"]["stems"])
        self._not = frozenset(tables["say"]["not"])
        self._statements = frozenset(tables["statement"]["words"])
        self._back = frozenset(tables["back"]["words"])
        self._these = frozenset(tables["back"]["with_noun"])
        self._silent = frozenset(tables["not-a-speaker"]["words"])
        self._passing_on = frozenset(tables["medium"]["verbs"])
        self._reporting = frozenset(tables["medium"]["closing"])
        self._again = frozenset(tables["medium"]["taken_up"])
        grammar = tables["grammar"]
        self._that = frozenset(grammar["that"])
        self._going_on = frozenset(tables["going-on"]["words"])
        self._writer = frozenset(tables["writer"]["words"])
        self._to = frozenset(grammar["to"])
        self._asked = frozenset(grammar["to"] + grammar["asked_for"])
        self._negations = frozenset(grammar["not"])
        self._as_said = frozenset(grammar["as_said"])
        self._owner = frozenset(grammar["owner"])
        self._reflexive = frozenset(grammar["reflexive"])
        self._not_reflexive = frozenset(grammar["not_reflexive"])

    def find_source(
        self, trigger: Token, *, relation: str | None = None, subject: Token | None = None
    ) -> Token | None:
        """Return the head of the mention to whom the statement around `trigger` is attributed, or None.

        With the relation's type and subject head given, facts that are stated in passing (``holds-office``)
        have no source but the medium that reports the sentence, and an act of speech is not its speaker's
        claim: „Порошенко заяви, че проектът вреди“ is Poroshenko's criticism, told by the writer.
        """
        chain = self.find_chain(trigger, relation=relation, subject=subject)
        return chain[0].speaker if chain else None

    def find_cue(
        self, trigger: Token, *, relation: str | None = None, subject: Token | None = None
    ) -> Token | None:
        """Return the reporting word of the nearest attribution, also where its speaker is left out."""
        chain = self.find_chain(trigger, relation=relation, subject=subject)
        return chain[0].cue if chain else None

    def find_chain(
        self, trigger: Token, *, relation: str | None = None, subject: Token | None = None
    ) -> list[QuoteSpan]:
        """Return all attributions around `trigger`, the nearest first („ТАСС предаде, че X каза, че …“)."""
        own = subject if relation in self.speech_acts else None
        at = trigger.idx
        chain = []
        quotes = self.find_quotes(trigger.doc)
        for number in range(bisect_right(quotes, at, key=attrgetter("start")) - 1, -1, -1):
            quote = quotes[number]
            if self._reach[number] <= at:
                break  # neither this one nor any before it reaches so far
            if at < quote.end and trigger not in (quote.cue, quote.speaker) and not _same(quote.speaker, own):
                chain.append(quote)
        chain.reverse()  # of equal ones the first in the text stays first
        chain.sort(key=lambda quote: (quote.end - quote.start, -quote.start))
        return [q for q in chain if self._is_report(q)] if relation in self._in_passing else chain

    def _is_report(self, quote: QuoteSpan) -> bool:
        """Say whether a medium closes the sentence as its own report: „…, предава БТА“.

        Where the sentence has somebody's words too, the medium answers for them, not for who is who.
        """
        if quote.kind != "inverted" or quote.speaker is None or quote.cue is None:
            return False
        if lemma_of(quote.cue) not in self._reporting or len(self._cues[quote.cue.sent.start]) > 1:
            return False
        return quote.speaker.ent_type_ in _NO_PERSONS or lemma_of(quote.speaker) in self._again

    def find_quotes(self, doc: Doc) -> list[QuoteSpan]:
        """Return all attributed stretches of the Doc in text order; the answer for the last Doc is kept."""
        if self._last is None or self._last[0] is not doc:
            quotes = sorted(self._read(doc), key=lambda quote: (quote.start, quote.end))
            self._last = (doc, quotes)
            self._reach = list(accumulate((quote.end for quote in quotes), max))
            self._cues = {}
            for cue in (quote.cue for quote in quotes if quote.cue is not None):
                self._cues.setdefault(cue.sent.start, set()).add(cue.i)
        return self._last[1]

    def _read(self, doc: Doc) -> Iterator[QuoteSpan]:
        reports: Reports = {}
        self._medium: Token | None = None  # the one named last
        for token in doc:
            kind = self._kind(token)
            if kind in ("say", "ask"):
                yield from self._read_report(token, kind, reports)
            elif kind == "statement":
                yield from self._read_statement(token)
            elif kind == "according":
                yield from self._read_according(token)
            elif token.text == ":":
                yield from self._read_title(token)
            elif token.text in "–—-":
                yield from _read_signature(token)
        yield from self._read_quoted(doc, reports)
        yield from self._read_first_person(doc, reports)

    def _kind(self, token: Token) -> str:
        key = (token.lemma, token.lower)
        kind = self._kinds.get(key)
        if kind is None:
            if len(self._kinds) >= _MAX_CACHE:
                self._kinds.clear()
            kind = self._kinds[key] = self._classify(lemma_of(token), token.lower_, token.pos_)
        return kind

    def _classify(self, lemma: str, form: str, pos: str) -> str:
        if form in self._phrases:
            return "according"
        if lemma in self._statements:
            return "statement"
        if pos in _NOT_VERBS or lemma in self._not or (pos == "ADJ" and lemma not in self._say[0]):
            return ""
        for kind, (words, stems) in (("ask", self._ask), ("say", self._say)):
            if lemma in words or form.startswith(stems):
                return kind
        return ""

    # ---- reporting verbs

    def _read_report(self, verb: Token, kind: str, reports: Reports) -> Iterator[QuoteSpan]:
        if not self._reports(verb):
            return
        speaker = self._speakers.find(verb)
        if speaker is not None and speaker.morph.get("Person") in (["1"], ["2"]):
            return
        speaker = self._taken_up(verb, speaker)
        if self._speakers.is_text(speaker) or (speaker is None and self._speakers.is_impersonal(verb)):
            return
        sent = verb.sent
        first = not any(i in reports for i in range(sent.start, verb.i))
        reports[verb.i] = speaker
        asked = self._asked if kind == "ask" else _NOTHING
        goes_on = lemma_of(verb) in self._going_on  # „продължава да …“ tells of no words
        complement = None if goes_on else find_complement(verb, self._that, asked)
        complement = complement or after_colon(verb)
        if complement is not None:
            yield QuoteSpan(*complement, verb, speaker, False, kind)
        if any(child.lower_ in self._as_said for child in verb.children):
            yield QuoteSpan(sent.start_char, sent.end_char, verb, speaker, False, "as said")
        elif first and self._points_back(verb, sent):
            previous = previous_sentence(sent)
            if previous is not None:
                yield QuoteSpan(previous.start_char, previous.end_char, verb, speaker, False, "back")
        elif complement is None or _speaker_follows(verb, speaker):
            start = before_inverted(verb, sent)
            if start is not None:
                yield QuoteSpan(start, verb.idx, verb, speaker, False, "inverted")

    def _taken_up(self, verb: Token, speaker: Token | None) -> Token | None:
        """Return the medium named before („пише The Guardian“) for „изданието“, else the speaker."""
        if speaker is None:
            return None
        if speaker.ent_type_ in _NO_PERSONS and lemma_of(verb) in self._passing_on:
            self._medium = speaker
        elif self._medium is not None and speaker.pos_ == "NOUN" and lemma_of(speaker) in self._again:
            return self._medium
        return speaker

    def _reports(self, verb: Token) -> bool:
        """Say whether the verb tells of somebody's words: not „казвам“, „се моли“ or a bare participle."""
        if verb.morph.get("Person") in (["1"], ["2"]):
            return False
        if lemma_of(verb) in self._not_reflexive and any(c.lower_ in self._reflexive for c in verb.children):
            return False
        if any(child.lower_ in self._negations for child in verb.children):
            return False
        if verb.morph.get("VerbForm") == ["Fin"] or verb.pos_ in ("ADV", "ADJ") or verb.dep_ == "ROOT":
            return True
        return any(c.dep_ in ("aux", "aux:pass", "cop", "ccomp") for c in verb.children)

    def _points_back(self, verb: Token, sent: Span) -> bool:
        """Say whether the sentence begins „Това заяви X“, „За това съобщи X“ or „Това мнение изрази X“."""
        doc = verb.doc
        for i in range(sent.start, min(verb.i, sent.start + 3)):
            word, after = doc[i].lower_, doc[i + 1]
            if word in self._back and after.pos_ not in ("NOUN", "ADJ"):
                return i == sent.start or doc[i - 1].pos_ in ("ADP", "PUNCT", "CCONJ", "ADV")
            if word in self._these and i == sent.start and lemma_of(after) in self._statements:
                return True
        return False

    # ---- „според X“, „мнението на X“, „X: …“

    def _read_according(self, first: Token) -> Iterator[QuoteSpan]:
        doc = first.doc
        for words in self._phrases[first.lower_]:
            end = first.i + len(words)
            if end < len(doc) and all(doc[first.i + k].lower_ == word for k, word in enumerate(words)):
                owned = words in self._owned
                speaker = None if owned else self._speakers.find_after(doc, end, first.sent.end)
                if owned or speaker is not None:
                    start, last = clause_of(first, speaker or doc[end - 1])
                    if first.i == first.sent.start:  # set before all, it holds for all
                        last = max(last, first.sent.end_char)
                    yield QuoteSpan(start, last, first, speaker, False, "according")
                return

    def _read_statement(self, noun: Token) -> Iterator[QuoteSpan]:
        told = noun.head.pos_ == "VERB" and self._kind(noun.head) == "say"
        marks = self._that | self._to if told else self._that  # „изрази готовност да …“
        complement = next(
            (c for c in noun.children if c.dep_ in ("acl", "ccomp") and _has_mark(c, marks)), None
        )
        if complement is None:
            return
        span = complement.left_edge.idx, end_of(complement.right_edge)
        if told and not _has_mark(complement, self._that):
            speaker = self._speakers.find(noun.head)
            yield QuoteSpan(*span, noun, speaker, False, "statement")
            return
        owner = next((c for c in noun.children if c.dep_ == "nmod" and case_of(c) in self._owner), None)
        if owner is None and noun.head.pos_ == "VERB":
            owner = self._speakers.find(noun.head)
        speaker = self._speakers.name_in(owner)
        yield QuoteSpan(*span, noun, speaker, False, "statement")

    def _read_title(self, colon: Token) -> Iterator[QuoteSpan]:
        doc, start = colon.doc, colon.i
        while start > 0 and colon.i - start < _TITLE_WORDS and not ends_line(doc[start - 1]):
            start -= 1
        words = [doc[i] for i in range(start, colon.i)]
        if not words or not (start == 0 or ends_line(doc[start - 1])):
            return
        if any(word.pos_ in ("VERB", "AUX") or lemma_of(word) in self._silent for word in words):
            return
        nouns = [word for word in words if word.pos_ in NOMINAL]
        if nouns:
            top = next((w for w in nouns if not start <= w.head.i < colon.i or w.head == w), nouns[0])
            end = end_of(doc[line_end(doc, colon.i) - 1])
            yield QuoteSpan(colon.idx + 1, end, colon, self._speakers.name_in(top), False, "title")

    # ---- quotation marks

    def _read_quoted(self, doc: Doc, reports: Reports) -> Iterator[QuoteSpan]:
        before: tuple[int, Token] | None = None
        waiting: list[tuple[int, int]] = []
        for first, last in find_quoted(doc):
            if not is_speech(doc, first, last):
                continue
            cue = cue_after(doc, last, reports) or cue_before(doc, first, reports)
            cue = cue or self._cue_next_sentence(doc, last, reports)
            if cue is None and before is not None and first - before[0] < _NEAR:
                cue = before[1]
            if cue is None:
                waiting.append((first, last))
                continue
            for start, end in [*leading_up(waiting, first), (first, last)]:
                yield QuoteSpan(doc[start].idx, end_of(doc[end]), cue, reports[cue.i], True, "quoted")
            before, waiting = (last, cue), []

    def _read_first_person(self, doc: Doc, reports: Reports) -> Iterator[QuoteSpan]:
        """Read what goes on in the first person without marks: „Държим връзка с властите.“

        It is the words of whoever spoke last, at most a few sentences before.
        """
        speaking: Token | None = None
        silent = 0
        for sent in doc.sents:
            cue = next((t for t in reversed(sent) if t.i in reports), None)
            silent = silent + 1 if cue is None else 0
            if silent > _SILENCE:
                speaking = None
            if cue is not None:
                who = reports[cue.i]
                if who is not None and who.ent_type_ not in _NO_PERSONS and who.pos_ != "DET":
                    speaking = cue
            elif speaking is not None and self._is_first_person(sent):
                silent = 0
                yield QuoteSpan(
                    sent.start_char, sent.end_char, speaking, reports[speaking.i], False, "first person"
                )

    def _is_first_person(self, sent: Span) -> bool:
        return any(
            token.morph.get("Person") == ["1"]
            and token.pos_ in ("VERB", "AUX")
            and len(token) > 2
            and lemma_of(token) not in self._writer
            for token in sent
        )

    def _cue_next_sentence(self, doc: Doc, last: int, reports: Reports) -> Token | None:
        i = last + 2
        while i < len(doc) and (doc[i].is_space or doc[i].is_punct):
            i += 1
        if i >= len(doc) or doc[i].lower_ not in self._back:
            return None
        return next((doc[k] for k in range(i, min(i + 5, len(doc))) if k in reports), None)


def _has_mark(clause: Token, words: frozenset[str]) -> bool:
    return any(child.lower_ in words for child in clause.children)


def _read_signature(dash: Token) -> Iterator[QuoteSpan]:
    """Read a headline that ends in its speaker: „САЩ готвят диверсии – Мария Захарова“."""
    doc = dash.doc
    names = doc[dash.i + 1 : line_end(doc, dash.i)]
    if not 1 <= len(names) <= 3 or any(token.pos_ != "PROPN" for token in names):
        return
    start = line_start(doc, dash.i)
    if start < dash.i:
        yield QuoteSpan(doc[start].idx, dash.idx, dash, names[0], False, "signature")


def _speaker_follows(verb: Token, speaker: Token | None) -> bool:
    return speaker is not None and verb.i < speaker.i < verb.i + 8 and follows_mark(verb)


def _same(speaker: Token | None, subject: Token | None) -> bool:
    return (
        speaker is not None
        and subject is not None
        and (speaker == subject or speaker.lemma_ == subject.lemma_)
    )
