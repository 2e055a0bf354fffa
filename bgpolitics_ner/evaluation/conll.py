"""Front ends against a treebank, scored as in the CoNLL 2018 shared task, from raw text.

Zeman et al., "CoNLL 2018 Shared Task: Multilingual Parsing from Raw Text to Universal Dependencies"
(https://aclanthology.org/K18-2001), and the description in its script ``conll18_ud_eval.py``
(https://universaldependencies.org/conll18/evaluation.html):

- Both analyses are of one text. A token or sentence is right where gold has one of the same characters;
  white space does not count.
- Words are aligned where they have the same characters. Inside multiword tokens, where words have no
  characters of their own, they are aligned by the longest common sequence of their forms, case ignored.
- UPOS, XPOS, UFeats, Lemmas, UAS and LAS count the aligned words with the same value. F1 is over all words,
  so a wrong token costs in every row; the accuracy is over aligned words.
- UFeats are the features of the universal inventory of the task, LAS ignores the sub-type of a relation
  (``nsubj:pass`` is ``nsubj``). A head is right where it is aligned with the gold head.
- A gold lemma ``_`` is right with any lemma; otherwise lemmas are the same letter by letter.

One thing differs, and only in what is read as gold: `read_conllu` cleans the lemmas unless told not to, since
the lemmas of the library have no clitic marks and names keep their case.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from bgpolitics_ner.errors import InputError
from bgpolitics_ner.evaluation.score import Score
from bgpolitics_ner.evaluation.treebank import Analysis, Span, Word

METRICS = ("Tokens", "Sentences", "UPOS", "XPOS", "UFeats", "Lemmas", "UAS", "LAS")

# The list of the shared task; later additions to UD are not in it.
UNIVERSAL_FEATURES = frozenset(
    {
        *("Abbr", "Animacy", "Aspect", "Case", "Definite", "Degree", "Evident", "Foreign", "Gender", "Mood"),
        *("Number", "NumType", "Person", "Polarity", "Polite", "Poss", "PronType", "Reflex", "Tense"),
        *("VerbForm", "Voice"),
    }
)
_UNALIGNED = -1

Pair = tuple[int, int]
Positions = Sequence[int]


@dataclass(frozen=True)
class Metric:
    """Right, predicted and gold items; `aligned` is the number of aligned words, None where none are."""

    score: Score
    aligned: int | None = None

    @property
    def accuracy(self) -> float | None:
        """The right share of the aligned words; None where there are none."""
        return self.score.tp / self.aligned if self.aligned else None


@dataclass(frozen=True)
class ConllReport:
    """The metrics by name, in the order of METRICS."""

    metrics: Mapping[str, Metric]

    def to_dict(self) -> dict[str, Any]:
        """Return ``{"metrics": {"Tokens": 99.9, …}}``, F1 in percent with two decimals."""
        return {"metrics": {name: round(100 * m.score.f1, 2) for name, m in self.metrics.items()}}


def score_conllu(gold: Analysis, predicted: Analysis) -> ConllReport:
    """Compare two analyses of one text.

    Raises InputError where they are of different texts, white space ignored.
    """
    if "".join(gold.text.split()) != "".join(predicted.text.split()):
        raise InputError("gold and predictions have different texts")
    places = _count_characters(gold.text), _count_characters(predicted.text)
    pairs = _align(
        _place_words(gold.words, places[0]), _place_words(predicted.words, places[1]), gold, predicted
    )
    sizes = len(predicted.words), len(gold.words)
    right = _count_right(pairs, gold.words, predicted.words)
    metrics = {
        "Tokens": _compare_spans(gold.tokens, predicted.tokens, places),
        "Sentences": _compare_spans(gold.sentences, predicted.sentences, places),
        **{name: Metric(Score(count, *sizes), len(pairs)) for name, count in right.items()},
    }
    return ConllReport({name: metrics[name] for name in METRICS})


def _count_characters(text: str) -> Positions:
    """Return for each offset in a text how many characters stand before it, white space not counted."""
    return [0, *accumulate(not character.isspace() for character in text)]


def _compare_spans(
    gold: Iterable[Span], predicted: Iterable[Span], places: tuple[Positions, Positions]
) -> Metric:
    spans = {(places[0][a], places[0][b]) for a, b in gold}
    found = {(places[1][a], places[1][b]) for a, b in predicted}
    return Metric(Score(len(spans & found), len(found), len(spans)))


def _place_words(words: Iterable[Word], positions: Positions) -> list[Span]:
    return [(positions[word.start], positions[word.end]) for word in words]


def _count_right(pairs: Iterable[Pair], gold: Sequence[Word], predicted: Sequence[Word]) -> dict[str, int]:
    matched = [(gold[g], predicted[p]) for g, p in pairs]
    gold_of: dict[int | None, int | None] = {None: None, **{p: g for g, p in pairs}}
    headed = [(a, b) for a, b in matched if a.head == gold_of.get(b.head, _UNALIGNED)]

    def count(same: Callable[[Word, Word], bool]) -> int:
        return sum(same(a, b) for a, b in matched)

    return {
        "UPOS": count(lambda a, b: a.upos == b.upos),
        "XPOS": count(lambda a, b: a.xpos == b.xpos),
        "UFeats": count(lambda a, b: universal_features(a.feats) == universal_features(b.feats)),
        "Lemmas": count(lambda a, b: a.lemma in ("_", b.lemma)),
        "UAS": len(headed),
        "LAS": sum(a.deprel.split(":")[0] == b.deprel.split(":")[0] for a, b in headed),
    }


def universal_features(feats: str) -> frozenset[str]:
    """Return the universal ones of ``Name=Value|…``; a layered one (``Gender[psor]``) is not among them."""
    return frozenset(pair for pair in feats.split("|") if pair.split("=", 1)[0] in UNIVERSAL_FEATURES)


def _align(
    gold_spans: list[Span], found_spans: list[Span], gold: Analysis, predicted: Analysis
) -> list[Pair]:
    """Return the aligned words as pairs of indices, gold first."""
    sides = ((gold.words, gold_spans), (predicted.words, found_spans))
    areas = _merge(
        span for words, spans in sides for word, span in zip(words, spans, strict=True) if word.part
    )
    free, inside = _divide(gold_spans, areas)
    found_free, found_inside = _divide(found_spans, areas)
    pairs = [(free[span], p) for span, p in found_free.items() if span in free]
    for ours, theirs in zip(inside, found_inside, strict=True):
        forms = [gold.words[g].form.lower() for g in ours], [predicted.words[p].form.lower() for p in theirs]
        pairs += [(ours[g], theirs[p]) for g, p in common_sequence(*forms)]
    return pairs


def _merge(spans: Iterable[Span]) -> list[Span]:
    """Return the spans in order, those that overlap as one."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _divide(spans: Sequence[Span], areas: Sequence[Span]) -> tuple[dict[Span, int], list[list[int]]]:
    """Return the words outside the areas by their span, and those in each area; others touch a border."""
    free: dict[Span, int] = {}
    inside: list[list[int]] = [[] for _ in areas]
    ends = [end for _, end in areas]
    for index, (start, end) in enumerate(spans):
        area = bisect_right(ends, start)
        if area == len(areas) or end <= areas[area][0]:
            free[start, end] = index
        elif areas[area][0] <= start and end <= ends[area]:
            inside[area].append(index)
    return free, inside


def common_sequence(left: Sequence[str], right: Sequence[str]) -> list[Pair]:
    """Return the pairs of indices of a longest common subsequence."""
    lengths = [[0] * (len(right) + 1) for _ in range(len(left) + 1)]
    for a in reversed(range(len(left))):
        for b in reversed(range(len(right))):
            same = lengths[a + 1][b + 1] + 1 if left[a] == right[b] else 0
            lengths[a][b] = max(same, lengths[a + 1][b], lengths[a][b + 1])
    pairs: list[Pair] = []
    a = b = 0
    while a < len(left) and b < len(right):
        if left[a] == right[b]:
            pairs.append((a, b))
            a, b = a + 1, b + 1
        elif lengths[a][b] == lengths[a + 1][b]:
            a += 1
        else:
            b += 1
    return pairs
