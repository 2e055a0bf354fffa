"""How right the referents are: arguments of the gold relations, gold mentions or predicted ones.

    python benchmarks/referents.py DATA_FOLDER [--model MODEL] [--part train|dev] [--predicted]

DATA_FOLDER holds ``relations/*.jsonl``. A named argument is right where the name of its predicted referent
is the gold name or another gold mention of that referent; an unnamed one where the predicted referent is
unnamed too. Also printed: left-out subjects (pro-drop) by ``implied_subject``, and the CoNLL score (the mean
F1 of MUC, B³ and CEAF-e) over named and nominal mentions, with and without clusters of one mention, and over
all mentions. Predicted nominal mentions count only where they touch a gold one, for gold has only those that
take part in a relation.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Sequence
from pathlib import Path
from typing import Any

import spacy
from spacy.tokens import Doc, DocBin, Token

import bgpolitics_ner.frontend.tokenizer
from bgpolitics_ner.entities.mention import Mention, register_extensions
from bgpolitics_ner.evaluation.coreference import Cluster, CoreferenceScores, score_clusters
from bgpolitics_ner.models import find_model
from bgpolitics_ner.referents import create_referents, implied_subject
from bgpolitics_ner.referents.cues import load_cues
from bgpolitics_ner.referents.gazetteer import load_states
from bgpolitics_ner.referents.text import normalise, same_token

UNNAMED = {"NOM", "GROUP", "PRON"}
TAGGERS = ("bgpolitics_tagger", "ner")
OWN = ("bgpolitics_entities", "bgpolitics_referents", "bgpolitics_linking", "bgpolitics_relations")
SPLIT = Path(__file__).parent / "splits" / "relations-dev.txt"


def read_documents(folder: Path, part: str) -> Iterator[dict[str, Any]]:
    """Yield the gold documents of one part of the split."""
    dev = set(SPLIT.read_text(encoding="utf-8").split())
    for path in sorted((folder / "relations").glob("*.jsonl")):
        for line in path.open(encoding="utf-8"):
            record = json.loads(line)
            if (record["id"] in dev) == (part == "dev"):
                yield record


def head_of(doc: Doc, start: int, end: int) -> Token | None:
    """Return the token of the span whose head is outside of it; None where no token touches the span."""
    span = doc.char_span(start, end, alignment_mode="expand")
    return span.root if span is not None and len(span) else None


def base_form(entity: dict[str, Any], doc: Doc) -> str:
    """Return the gold lemma only where it is a form of the same words: it must not give the referent away."""
    words, lemma = entity["text"].split(), (entity.get("lemma") or "").split()
    if len(words) == len(lemma) and all(
        w[:3].lower() == b[:3].lower() for w, b in zip(words, lemma, strict=True)
    ):
        return " ".join(lemma)
    span = doc.char_span(entity["start"], entity["end"], alignment_mode="expand")
    if span is None:
        return str(entity["text"])
    if entity["type"] in UNNAMED:
        return " ".join(t.lemma_ for t in span)
    return str(entity["text"])


def gold_mentions(doc: Doc, record: dict[str, Any]) -> list[Mention]:
    """Build the mentions of the gold entities; pronouns and adjectives are typed by the parse."""
    cues, states = load_cues(), load_states()
    result = []
    for entity in record["entities"]:
        head = head_of(doc, entity["start"], entity["end"])
        if head is None:
            raise SystemExit(
                f"{record['id']}: no token at {entity['start']}:{entity['end']} {entity['text']!r}"
            )
        kind, text = entity["type"], entity["text"]
        mention = Mention(
            entity["start"], entity["end"], kind, head.i, base_form(entity, doc), 1.0, f"gold:{entity['id']}"
        )
        if kind in UNNAMED and " " not in text:
            state = states.adjective(head.lemma_, text)
            if state and head.pos_ in ("ADJ", "NOUN", "PROPN", "DET"):
                mention.state, mention.adjective, mention.type = state, True, "NOM"
            elif cues.pronoun(text) is not None:
                mention.type = "PRON"
        result.append(mention)
    return sorted(result, key=lambda m: (m.start, m.end))


def aliases(record: dict[str, Any]) -> dict[str, set[str]]:
    """Collect all names of each gold referent: its own, and texts and lemmas of its named mentions."""
    names: dict[str, set[str]] = defaultdict(set)
    for referent in record["referents"]:
        names[referent["id"]].add(normalise(referent["name"]))
    for entity in record["entities"]:
        if entity["type"] not in UNNAMED and entity.get("referent"):
            names[entity["referent"]] |= {normalise(entity["text"]), normalise(entity.get("lemma") or "")}
    return names


def same_name(name: str, gold: set[str]) -> bool:
    """Say whether a name equals one of the gold names up to case, quotes, spaces and the article."""
    key = normalise(name)
    if key in gold:
        return True
    tokens = key.split()
    return any(
        len(tokens) == len(g.split())
        and all(same_token(a, b) for a, b in zip(tokens, g.split(), strict=True))
        for g in gold
    )


class Score:
    """Counts of right answers by a key."""

    def __init__(self) -> None:
        self.right: Counter[str] = Counter()
        self.total: Counter[str] = Counter()

    def add(self, key: str, right: bool) -> None:
        for name in (key, "all"):
            self.total[name] += 1
            self.right[name] += right

    def rows(self) -> Iterator[str]:
        for key in sorted(self.total):
            right, total = self.right[key], self.total[key]
            yield f"  {key:12} {right:5} / {total:5}  {right / total:.3f}"


def match_mention(mentions: list[Mention], entity: dict[str, Any]) -> Mention | None:
    """Return the mention that overlaps the gold entity best (exact first)."""
    best, score = None, 0.0
    for mention in mentions:
        shared = min(mention.end, entity["end"]) - max(mention.start, entity["start"])
        if shared > 0:
            value = shared / (max(mention.end, entity["end"]) - min(mention.start, entity["start"]))
            if value > score:
                best, score = mention, value
    return best


def score_document(
    doc: Doc, record: dict[str, Any], scores: dict[str, Score], verbose: set[str], states: Any
) -> None:
    """Add one document's arguments to the scores; print the misses of the kinds in `verbose`."""
    names = aliases(record)
    referents = {r["id"]: r for r in record["referents"]}
    entities = {e["id"]: e for e in record["entities"]}
    gold_of = {m.origin[5:]: m for m in doc._.mentions if m.origin.startswith("gold:")}
    for relation in record["relations"]:
        for side in ("subject", "object"):
            argument = relation[side]
            referent = referents[argument["referent"]]
            named = referent["type"] not in UNNAMED
            if argument["mention"] is None:
                if side == "subject" and named and relation.get("trigger"):
                    score_implied(doc, relation, names[referent["id"]], scores, verbose, record)
                continue
            entity = entities[argument["mention"]]
            mention = gold_of.get(entity["id"]) if gold_of else match_mention(doc._.mentions, entity)
            if mention is None or mention.referent is None:
                scores["missing"].add(entity["type"], False)
                continue
            cluster = doc._.referents[mention.referent]
            sets = doc.user_data.get("bgpolitics_sets", {}).get(doc._.mentions.index(mention), ())
            answers = [cluster, *(doc._.referents[i] for i in sets)]
            kind = mention.type if gold_of else entity["type"]
            if mention.adjective:
                kind = "ADJ"
            if named:
                right = any(same_name(c.name, names[referent["id"]]) for c in answers)
                scores["named"].add(kind, right)
                strict = {normalise(referent["name"])} | {
                    normalise(e["text"])
                    for e in record["entities"]
                    if e.get("referent") == referent["id"]
                    and e["type"] not in UNNAMED
                    and not states.seat(normalise(e["text"]))
                }
                scores["strict"].add(kind, any(same_name(c.name, strict) for c in answers))
            else:
                right = any(c.type in UNNAMED or same_name(c.name, names[referent["id"]]) for c in answers)
                scores["unnamed"].add(kind, right)
            if not right and (kind in verbose or "ALL" in verbose):
                left = doc.text[max(0, entity["start"] - 110) : entity["start"]].replace("\n", " ¶ ")
                rest = doc.text[entity["end"] : entity["end"] + 60].replace("\n", " ¶ ")
                print(
                    f"{kind} {record['id'][-14:]} gold={referent['name']} got={cluster.name}/{cluster.type}: "
                    f"{left}[{entity['text']}]{rest}"
                )


def score_implied(
    doc: Doc,
    relation: dict[str, Any],
    gold: set[str],
    scores: dict[str, Score],
    verbose: set[str],
    record: dict[str, Any],
) -> None:
    """Score the left-out subject of the relation whose trigger is a verb."""
    token = head_of(doc, relation["trigger"]["start"], relation["trigger"]["end"])
    if token is None:
        return
    index = implied_subject(doc, token)
    right = index is not None and same_name(doc._.referents[index].name, gold)
    scores["implied"].add("verb" if token.pos_ in ("VERB", "AUX") else "noun", right)
    if not right and "IMPLIED" in verbose:
        got = doc._.referents[index].name if index is not None else None
        start = relation["sentence"]["start"] if relation.get("sentence") else token.sent.start_char
        print(
            f"IMPLIED {token.text} gold={sorted(gold)} got={got}: "
            f"{doc.text[max(0, start - 150) : token.idx + 100]!r}"
        )


class Clusters:
    """Coreference of all documents by the choice of mentions."""

    def __init__(self) -> None:
        self.scores: dict[str, CoreferenceScores] = {}

    def add(self, doc: Doc, record: dict[str, Any]) -> None:
        """Add one document."""
        gold = [
            ((e["start"], e["end"]), e["type"], e.get("referent") or f"alone {e['id']}")
            for e in record["entities"]
        ]
        ours = [((m.start, m.end), m.type, m.referent) for m in doc._.mentions]
        spans = [place for place, _, _ in gold]
        ours = [
            (place, kind, r)
            for place, kind, r in ours
            if kind not in UNNAMED or any(_touch(place, other) for other in spans)
        ]
        # what is a pronoun is gold's to say; the parse may type it otherwise
        kinds = {place: kind for place, kind, _ in reversed(gold)}
        for title, skip, least in (
            ("named and nominal", {"PRON"}, 1),
            ("the same, no singletons", {"PRON"}, 2),
            ("pronouns too", set(), 1),
            ("the same, no singletons ", set(), 2),
        ):
            sides = [
                _clusters([(p, r) for p, kind, r in side if kinds.get(p, kind) not in skip], least)
                for side in (gold, ours)
            ]
            self.scores[title] = self.scores.get(title, CoreferenceScores()) + score_clusters(*sides)

    def rows(self) -> Iterator[str]:
        """Yield a row for each choice of mentions: precision, recall and F1 of each measure."""
        yield f"{'coreference':26} {'CoNLL':>6} {'MUC':>17} {'B³':>20} {'CEAF-e':>20}"
        for title, scores in self.scores.items():
            rates = " ".join(
                f"{r.precision:6.3f} {r.recall:.3f} {r.f1:.3f} "
                for r in (scores.muc, scores.b3, scores.ceafe)
            )
            yield f"  {title:24} {scores.conll:6.3f} {rates}"


def _touch(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return max(one[0], other[0]) < min(one[1], other[1])


def _clusters(mentions: list[tuple[tuple[int, int], Any]], least: int) -> list[Cluster]:
    """Return the sets of places of each referent with at least `least` of them; a place counts once."""
    seen: set[tuple[int, int]] = set()
    clusters: dict[Any, set[Hashable]] = defaultdict(set)
    for place, referent in mentions:
        if place not in seen and referent is not None:
            seen.add(place)
            clusters[referent].add(place)
    return [frozenset(c) for c in clusters.values() if len(c) >= least]


def load_docs(args: argparse.Namespace, records: list[dict[str, Any]]) -> list[Doc]:
    """Parse the texts, or read them parsed from the cache."""
    if args.cache and args.cache.exists():
        return list(DocBin().from_disk(args.cache).get_docs(spacy.blank("xx").vocab))
    nlp = spacy.load(find_model(args.model), exclude=OWN if args.predicted else [*OWN, *TAGGERS])
    docs = list(nlp.pipe(r["text"] for r in records))
    if args.cache:
        DocBin(
            attrs=["LEMMA", "POS", "DEP", "HEAD", "MORPH", "SENT_START", "ENT_TYPE", "ENT_IOB"], docs=docs
        ).to_disk(args.cache)
    return docs


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables; `arguments` are those of the command line where None."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--model", help="name or path of a model; the shipped one by default")
    parser.add_argument("--part", choices=("train", "dev"), default="train")
    parser.add_argument("--predicted", action="store_true", help="mentions of the entities component")
    parser.add_argument("--cache", type=Path, help="DocBin of the parsed documents, made when absent")
    parser.add_argument("--misses", nargs="*", default=[], help="mention types whose misses are printed")
    args = parser.parse_args(arguments)

    register_extensions()
    records = list(read_documents(args.data, args.part))
    nlp = spacy.blank("xx")
    nlp.tokenizer = bgpolitics_ner.frontend.tokenizer.Tokenizer(nlp.vocab)
    component = create_referents(nlp, "bgpolitics_referents")
    entities = None
    if args.predicted:
        from bgpolitics_ner.entities import create_entities

        entities = create_entities(nlp, "bgpolitics_entities")
    docs = load_docs(args, records)
    scores: dict[str, Score] = defaultdict(Score)
    clusters = Clusters()
    seconds, tokens = 0.0, 0
    states = load_states()
    for doc, record in zip(docs, records, strict=True):
        if entities is None:
            doc._.mentions = gold_mentions(doc, record)
        else:
            entities(doc)
        start = time.perf_counter()
        component(doc)
        seconds, tokens = seconds + time.perf_counter() - start, tokens + len(doc)
        score_document(doc, record, scores, set(args.misses), states)
        clusters.add(doc, record)
    print(f"{args.part}: {len(docs)} documents, {tokens} tokens, {seconds / tokens * 1e6:.1f} µs per token")
    for key, score in scores.items():
        print(key, *score.rows(), sep="\n")
    print(*clusters.rows(), sep="\n")


if __name__ == "__main__":
    main()
