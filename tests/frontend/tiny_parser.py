"""A parser network of random weights: it says nonsense, but as a trained one does."""

from __future__ import annotations

import numpy as np
import spacy
from spacy.language import Language
from spacy.vectors import Vectors

from bgpolitics_ner.frontend.features import InflectionTable
from bgpolitics_ner.frontend.syntax import Syntax

WORDS = ["президентът", "се", "срещна"]
AFFIXES = ["-а", "-и", "-т", "с-", "=Xxx"]
TAGS = [("NOUN", "Ncmsf", "Definite=Def"), ("VERB", "Vpptf", "VerbForm=Fin"), ("PUNCT", "punct", "")]
EDITS = [(0, ""), (2, ""), (1, "я")]
LABELS = ["nsubj", "obj", "punct", "root"]
SIZES = {"word": 3, "affix": 4, "class": 2, "vector": 8}
WIDTH, HIDDEN, STATES = 6, 4, 3


def make_syntax(seed: int = 0) -> Syntax:
    """Return a network with random weights and word vectors of 8 dimensions."""
    chance = np.random.default_rng(seed)
    table = InflectionTable({"съюзът": {"A:>ът"}, "заяви": {"Q:я>и"}})

    def draw(*shape: int) -> np.ndarray:
        return chance.normal(size=shape).astype(np.float32)

    arrays = {
        "word.table": draw(len(WORDS) + 1, SIZES["word"]),
        "affix.table": draw(len(AFFIXES), SIZES["affix"]),
        "class.table": draw(len(table.classes), SIZES["class"]),
        "vector.scale": np.array(1.0, dtype=np.float32),
        "input.weight": draw(sum(SIZES.values()), WIDTH),
        "input.gain": np.ones(WIDTH, dtype=np.float32),
        "edge": draw(2, WIDTH),
        "tag.layer": np.array(1.0, dtype=np.float32),
        "tag.states": draw(2 * HIDDEN, 5),
        "tag.words": draw(WIDTH, 5),
        "tag.output": draw(5, len(TAGS)),
        "lemma.output": draw(5, len(EDITS)),
        "arc.bilinear": draw(4, 4),
        "label.bilinear": draw(len(LABELS), 4, 4),
        "split.weight": draw(2 * HIDDEN, 1),
        "state.mean": draw(2 * HIDDEN),
        "state.projection": draw(2 * HIDDEN, STATES),
    }
    for name, size in (("arc", 4), ("label", 3)):
        for end in ("dependent", "head"):
            arrays[f"{name}.{end}"] = draw(2 * HIDDEN, size)
            arrays[f"{name}.{end}_bias"] = draw(size)
    biases = {
        "input.bias": WIDTH,
        "input.shift": WIDTH,
        "tag.bias": 5,
        "arc.bilinear_bias": 4,
        "split.bias": 1,
    }
    biases |= {"tag.output_bias": len(TAGS), "lemma.output_bias": len(EDITS)}
    arrays |= {name: draw(size) for name, size in biases.items()}
    for prefix, layers in (("encoder", 2), ("splitter", 1)):
        for layer in range(layers):
            for side in (0, 1):
                key = f"{prefix}.{layer}.{side}"
                arrays[f"{key}.inputs"] = draw(2 * HIDDEN if layer else WIDTH, 4 * HIDDEN)
                arrays[f"{key}.recurrent"] = draw(HIDDEN, 4 * HIDDEN)
                arrays[f"{key}.bias"] = draw(4 * HIDDEN)
    return Syntax(arrays, WORDS, AFFIXES, table, TAGS, EDITS, LABELS)


def make_pipeline(seed: int = 0) -> Language:
    """Return tokenizer, border rules and the random network in a pipeline."""
    nlp = spacy.blank("bg", config={"nlp": {"tokenizer": {"@tokenizers": "bgpolitics.Tokenizer.v1"}}})
    table = np.random.default_rng(seed).normal(size=(50, SIZES["vector"])).astype(np.float32)
    nlp.vocab.vectors = Vectors(
        strings=nlp.vocab.strings, data=table, mode="floret", minn=3, maxn=5, hash_count=2, hash_seed=0
    )
    nlp.add_pipe("bgpolitics_boundaries")
    nlp.add_pipe("bgpolitics_syntax").set_syntax(make_syntax(seed))
    return nlp
