"""Why relations are missed or found wrongly: each document-level error gets the first kind that fits.

    python benchmarks/relation_errors.py DATA [--model MODEL] [--part dev|train]

DATA holds ``relations/*.jsonl``. The kinds are found by comparing Documents, so they say where the chain
broke first, not why: nothing here reads the text. Printed are counts only.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bgpolitics_ner.annotator import Annotator, load
from bgpolitics_ner.document import Argument, Document, Relation
from bgpolitics_ner.evaluation.matching import Offsets, any_overlap
from bgpolitics_ner.evaluation.referents import Index, build_index, normalize, refers
from bgpolitics_ner.evaluation.relations import Fact, compare_facts, is_symmetric
from bgpolitics_ner.frontend.orthography import clean
from bgpolitics_ner.training.data import RELATIONS_DEV, choose, read_relations, read_split

SPLITS = Path(__file__).parent / "splits"
RELATIONS = "bgpolitics_relations"

MISSES = {
    "mention": "an argument's words are no mention",
    "referent": "the mention is there, but is taken for somebody else",
    "direction": "the relation is found in that sentence the other way round",
    "type": "another relation of the two is found in that sentence",
    "threshold": "found with prefer=recall only",
    "argument": "the type is found in that sentence with one right argument",
    "word": "no frame and no training document has the trigger",
    "unseen": "the word is known, the arguments are there, nothing is found",
}
ALARMS = {
    "referent": "the words are right, the referent is not",
    "direction": "gold has it the other way round",
    "type": "gold has another relation of the two in that sentence",
    "argument": "gold has the type in that sentence with one of the arguments",
    "sentence": "gold has a relation in that sentence, nothing like this one",
    "nothing": "gold has no relation in that sentence",
}


def same_sentence(one: Relation, other: Relation) -> bool:
    """Tell whether the sentences of two relations overlap."""
    if one.sentence is None or other.sentence is None:
        return False
    return one.sentence.start < other.sentence.end and other.sentence.start < one.sentence.end


def is_same(gold: Index, one: Argument, predicted: Index, other: Argument) -> bool:
    """Tell whether a predicted argument is the gold one: its referent, or words of its mention."""
    key, found = gold.keys[one.referent], predicted.keys[other.referent]
    if refers(gold, key, predicted.names[found], predicted.evidence(other)):
        return True
    return any_overlap(gold.evidence(one), predicted.evidence(other)) if one.mention else False


def likeness(gold: Index, relation: Relation, predicted: Index, guess: Relation) -> tuple[int, int]:
    """Return how many arguments are the same in this order, and in the other."""
    straight = is_same(gold, relation.subject, predicted, guess.subject) + is_same(
        gold, relation.object, predicted, guess.object
    )
    turned = is_same(gold, relation.subject, predicted, guess.object) + is_same(
        gold, relation.object, predicted, guess.subject
    )
    return straight, turned


@dataclass(frozen=True)
class Seen:
    """All mentions of a Doc, also those that a Document leaves out: (place, referent), and who that is."""

    mentions: tuple[tuple[Offsets, int], ...]
    names: tuple[str, ...]

    def spans(self, referent: int) -> list[Offsets]:
        """Return the mentions of a referent."""
        return [span for span, number in self.mentions if number == referent]


def see(nlp: Annotator, text: str) -> Seen:
    """Return the mentions that the stage of relations gets."""
    cleaned = clean(text)
    with nlp.nlp.select_pipes(disable=[RELATIONS]):
        doc = nlp.nlp(cleaned.text)
    found = [(m, m.referent) for m in doc._.mentions if m.referent is not None]
    return Seen(
        mentions=tuple((Offsets(*cleaned.span(m.start, m.end)), referent) for m, referent in found),
        names=tuple(normalize(cluster.name) for cluster in doc._.referents),
    )


def explain_miss(
    gold: Index, fact: Fact, predicted: Index, generous: Index, seen: Seen, known: frozenset[str]
) -> str:
    """Return the kind of a miss, a key of MISSES; `generous` is what is found with prefer=recall."""
    spans = [span for span, _ in seen.mentions]
    sides = [argument for r in fact.relations for argument in (r.subject, r.object) if argument.mention]
    if any(not any_overlap(gold.evidence(side), spans) for side in sides):
        return "mention"
    if not all(is_seen(gold, side, seen) for side in sides):
        return "referent"
    near = [
        (guess, *likeness(gold, relation, predicted, guess))
        for relation in fact.relations
        for guess in predicted.document.relations or ()
        if same_sentence(relation, guess)
    ]
    own = [row for row in near if row[0].type == fact.type]
    if any(straight == 2 for _, straight, _ in own):
        return "referent"
    if any(turned == 2 for _, _, turned in own):
        return "direction"
    if any(2 in row[1:] for row in near):
        return "type"
    if any(m.gold.type == fact.type and m.gold == fact for m in compare_facts(gold, generous).matches):
        return "threshold"
    if any(max(row[1:]) == 1 for row in own):
        return "argument"
    return "unseen" if known & words_of(fact, generous.document) else "word"


def is_seen(gold: Index, side: Argument, seen: Seen) -> bool:
    """Tell whether some mention on the words of an argument has the right referent."""
    here = {referent for span, referent in seen.mentions if any_overlap(gold.evidence(side), [span])}
    key = gold.keys[side.referent]
    return any(refers(gold, key, seen.names[referent], seen.spans(referent)) for referent in here)


def words_of(fact: Fact, document: Document) -> set[str]:
    """Return the lemmas of the gold triggers as the front end sees them."""
    return {
        token.lemma.lower()
        for relation in fact.relations
        if relation.trigger is not None
        for token in document.tokens or ()
        if token.start < relation.trigger.end and relation.trigger.start < token.end
    }


def explain_alarm(gold: Index, predicted: Index, fact: Fact) -> str:
    """Return the kind of a false alarm, a key of ALARMS."""
    near = [
        (relation, *likeness(gold, relation, predicted, guess))
        for guess in fact.relations
        for relation in gold.document.relations or ()
        if same_sentence(relation, guess)
    ]
    own = [row for row in near if row[0].type == fact.type]
    symmetric = is_symmetric(fact.type, gold.schema)
    if any(straight == 2 or (symmetric and turned == 2) for _, straight, turned in own):
        return "referent"
    if any(turned == 2 for _, _, turned in own):
        return "direction"
    if any(2 in row[1:] for row in near):
        return "type"
    if any(max(row[1:]) == 1 for row in own):
        return "argument"
    return "sentence" if near else "nothing"


def known_words(stage: Any) -> frozenset[str]:
    """Return the lemmas that a frame or the classifier takes for a trigger."""
    learnt = stage.classifier.trigger_lexicon if stage.classifier else ()
    return frozenset(stage.matcher.lexicon.by_lemma) | frozenset(learnt)


def predict(nlp: Annotator, gold: Sequence[Document]) -> list[Document]:
    """Annotate the texts of gold documents."""
    items = ({"id": d.id, "text": d.text, **({"date": d.date} if d.date else {})} for d in gold)
    return list(nlp.pipe(items))


def sort_errors(model: str | None, gold: Sequence[Document]) -> Iterator[tuple[str, str]]:
    """Yield ("miss" or "false alarm", kind) for each document-level error."""
    nlp = load(model)
    known = known_words(nlp.nlp.get_pipe(RELATIONS))
    generous = predict(load(model, prefer="recall"), gold)
    for documents in zip(gold, predict(nlp, gold), generous, strict=True):
        theirs, ours, more = map(build_index, documents)
        outcome = compare_facts(theirs, ours)
        seen = see(nlp, documents[0].text)
        for fact in outcome.misses:
            yield "miss", explain_miss(theirs, fact, ours, more, seen, known)
        for fact in outcome.false_alarms:
            yield "false alarm", explain_alarm(theirs, ours, fact)


def main() -> None:
    """Run the script."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--model", help="name or path of a model; the shipped one by default")
    parser.add_argument("--part", choices=("dev", "train"), default="dev")
    options = parser.parse_args()
    held = read_split(RELATIONS_DEV, SPLITS)
    gold = choose(read_relations(options.data), held, inside=options.part == "dev")
    counts = Counter(sort_errors(options.model, gold))
    for title, kinds in (("miss", MISSES), ("false alarm", ALARMS)):
        total = sum(counts[title, kind] for kind in kinds)
        print(f"\n{title}: {total}")
        for kind, what in kinds.items():
            print(f"  {kind:12}{counts[title, kind]:5}{counts[title, kind] / max(1, total):8.1%}  {what}")


if __name__ == "__main__":
    main()
