"""How right the base forms of names are, given the gold mentions: on topics never seen, and held out.

    python benchmarks/baseforms.py DATA [--model MODEL]

DATA holds ``slavicner/bg.jsonl``. The names that are learnt (``gazetteers/baseforms.jsonl``) are learnt anew
for each row, from the other topics or from the articles that are not held out. "copy" takes the form of the
text, "dictionary" the commonest base form of the same name in those other articles, else the form; "rules"
knows no learnt name. The corpus's own scorer compares without regard to capitals; both are printed.
``benchmarks/entities.py`` prints this table too.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from spacy.tokens import Doc, Span

from bgpolitics_ner.models import find_model
from bgpolitics_ner.training.baseforms import (
    TYPES,
    Named,
    analyse,
    learn_base_forms,
    named_mentions,
    rules_only,
)
from bgpolitics_ner.training.data import ENTITIES_HELD_OUT, Article, read_articles, read_split

TOPICS = ("brexit", "covid-19", "nord_stream", "asia_bibi", "ryanair")
Answer = Callable[[Span, str], str]


class Accuracy:
    """Right base forms, exactly and but for capitals, by type."""

    def __init__(self) -> None:
        self.exact: Counter[str] = Counter()
        self.folded: Counter[str] = Counter()
        self.total: Counter[str] = Counter()

    def add(self, answer: Answer, mentions: Iterable[Named]) -> Accuracy:
        """Count the mentions; return itself."""
        for span, kind, lemma in mentions:
            found = answer(span, kind)
            for key in ("all", kind):
                self.total[key] += 1
                self.exact[key] += found == lemma
                self.folded[key] += found.casefold() == lemma.casefold()
        return self

    def share(self, *, folded: bool = False, key: str = "all") -> float:
        """Return the share that is right."""
        return (self.folded if folded else self.exact)[key] / max(1, self.total[key])

    def row(self) -> str:
        """Return the shares: exact, but for capitals, exact by type."""
        types = " ".join(
            f"{self.share(key=kind):7.3f}" if self.total[kind] else f"{'–':>7}" for kind in TYPES
        )
        return f"{self.total['all']:8} {self.share():7.3f} {self.share(folded=True):7.3f} {types}"


def look_up(train: Iterable[Named]) -> Answer:
    """Return the dictionary of the training mentions."""
    seen: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for span, kind, lemma in train:
        seen[kind, span.text][lemma] += 1

    def answer(span: Span, kind: str) -> str:
        found = seen.get((kind, span.text))
        return found.most_common(1)[0][0] if found else str(span.text)

    return answer


def score_part(train: Sequence[Named], test: Sequence[Named]) -> dict[str, Accuracy]:
    """Return the accuracy of each way to make a base form."""
    ways: dict[str, Answer] = {
        "copy": lambda span, kind: str(span.text),
        "dictionary": look_up(train),
        "rules": rules_only(),
        "base form": rules_only(learn_base_forms(train)),
    }
    return {name: Accuracy().add(answer, test) for name, answer in ways.items()}


def print_base_forms(articles: Sequence[Article], docs: Mapping[str, Doc]) -> None:
    """Print the table for Bulgarian articles whose analysis is in `docs`."""
    named = {a.id: list(named_mentions(docs[a.id], a.document)) for a in articles}
    held = read_split(ENTITIES_HELD_OUT)
    parts = {topic: {a.id for a in articles if a.topic == topic} for topic in TOPICS}
    parts["held out"] = {a.id for a in articles if a.id in held}
    print(f"{'scored on':<12} {'':<10} {'mentions':>8} {'exact':>7} {'letters':>7} ", end="")
    print(" ".join(f"{kind:>7}" for kind in TYPES))
    means: defaultdict[str, list[Accuracy]] = defaultdict(list)
    for title, ids in parts.items():
        rows = score_part(
            [m for id, found in named.items() if id not in ids for m in found],
            [m for id in ids for m in named[id]],
        )
        for name, accuracy in rows.items():
            print(f"{title:<12} {name:<10} {accuracy.row()}", flush=True)
            if title in TOPICS:
                means[name].append(accuracy)
    for name, row in means.items():
        exact, folded = (sum(a.share(folded=f) for a in row) / len(row) for f in (False, True))
        print(f"{'mean':<12} {name:<10} {'':>8} {exact:7.3f} {folded:7.3f}")


def main() -> None:
    """Run the script."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--model", help="name or path of a model; the shipped one by default")
    options = parser.parse_args()
    articles = read_articles(options.data / "slavicner" / "bg.jsonl")
    print_base_forms(articles, analyse(find_model(options.model), articles))


if __name__ == "__main__":
    main()
