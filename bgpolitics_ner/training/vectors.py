"""Raw text → floret vectors: subword vectors of a fixed table, small and without unknown words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import regex
import spacy
from spacy.training.initialize import convert_vectors

from bgpolitics_ner.errors import MissingExtraError
from bgpolitics_ner.training.data import find_raw, read_articles, read_lines, read_relations, read_start
from bgpolitics_ner.training.frontend import TRAIN, TREEBANK

_WORD = regex.compile(r"\w+(?:[-’']\w+)*|[^\w\s]")
MIN_WORDS = 4
# Characters taken of a raw file, by a part of its name: laws and classics would drown the news.
LIMITS = {"laws": 12_000_000, "tatoeba": 600_000, "classics": 600_000}
# Parts of the names of files nearest to political news; they are read twice.
TWICE = ("semeval", "parseme", "persuasion", "checkthat")
TEXT_LINE = "# text = "

DIMENSIONS = 96
ROWS = 50_000
EPOCHS = 8


def iterate_lines(data: Path) -> Iterator[str]:
    """Yield tokenised lines: ``raw/*.txt``, each gold text once, the training part of the treebank."""
    for file in find_raw(data):
        text = read_start(file, LIMITS)
        for _ in range(2 if any(part in file.name for part in TWICE) else 1):
            yield from _tokenise(text)
    corpus = [article.document for article in read_articles(data / "slavicner" / "bg.jsonl")]
    for text in dict.fromkeys(document.text for document in corpus + read_relations(data)):
        yield from _tokenise(text)
    for line in read_lines(data / TREEBANK / TRAIN):
        if line.startswith(TEXT_LINE):
            yield from _tokenise(line.removeprefix(TEXT_LINE))


def _tokenise(text: str) -> Iterator[str]:
    for line in text.split("\n"):
        words = _WORD.findall(line)
        if len(words) >= MIN_WORDS:
            yield " ".join(words)


def train_vectors(
    data: Path,
    output: Path,
    *,
    dimensions: int = DIMENSIONS,
    rows: int = ROWS,
    epochs: int = EPOCHS,
    min_count: int = 3,
    threads: int = 1,
) -> Path:
    """Train vectors on a data folder; return `output`, a spaCy pipeline folder that holds nothing else.

    With one thread equal files give equal vectors. Raises MissingExtraError without floret.
    """
    try:
        import floret
    except ImportError as error:
        raise MissingExtraError("floret is not installed: pip install 'bgpolitics-ner[train]'") from error
    output.mkdir(parents=True, exist_ok=True)
    corpus, table = output / "corpus.txt", output / "vectors.floret"
    with corpus.open("w", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in iterate_lines(data))
    model = floret.train_unsupervised(
        str(corpus), model="skipgram", mode="floret", hashCount=2, bucket=rows, minn=3, maxn=5,
        dim=dimensions, minCount=min_count, epoch=epochs, neg=8, thread=threads, lr=0.05, ws=5, verbose=0,
    )  # fmt: skip
    model.save_floret_vectors(str(table))
    nlp = spacy.blank("bg")
    convert_vectors(nlp, table, truncate=0, prune=-1, mode="floret")
    nlp.to_disk(output)
    for path in (corpus, table):
        path.unlink()
    return output
