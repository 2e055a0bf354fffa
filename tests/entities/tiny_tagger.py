"""A tagger with random weights."""

from __future__ import annotations

import numpy as np
import spacy
from spacy.language import Language
from spacy.vectors import Vectors

from bgpolitics_ner.entities.crf import make_tags
from bgpolitics_ner.entities.signals import WIDTH
from bgpolitics_ner.entities.tagger import Names, Tagger
from bgpolitics_ner.frontend.network import Array

VECTOR, AFFIX, INPUT, HIDDEN = 4, 3, 6, 5
LABELS = ["PER", "LOC"]


def make_names(seed: int = 0) -> Names:
    """Return random weights for vectors of width 4; they find many names."""
    random = np.random.default_rng(seed)

    def draw(*shape: int) -> Array:
        return random.normal(size=shape).astype(np.float32)

    tags = len(make_tags(LABELS))
    arrays = {
        "affix.table": draw(2, AFFIX), "shape.table": draw(3, INPUT),
        "vector.scale": np.array(1.5, dtype=np.float32),
        "form.weight": draw(AFFIX + VECTOR, INPUT), "form.bias": draw(INPUT),
        "signal.weight": draw(WIDTH, INPUT), "input.gain": draw(INPUT), "input.shift": draw(INPUT),
        "output.weight": draw(2 * HIDDEN, tags), "output.bias": draw(tags),
        "crf.transitions": draw(tags, tags), "crf.start": draw(tags), "crf.end": draw(tags),
    }  # fmt: skip
    for name, width in (("first", INPUT), ("second", 4 * HIDDEN)):
        for side in (0, 1):
            arrays[f"{name}.0.{side}.inputs"] = draw(width, 4 * HIDDEN)
            arrays[f"{name}.0.{side}.recurrent"] = draw(HIDDEN, 4 * HIDDEN)
            arrays[f"{name}.0.{side}.bias"] = draw(4 * HIDDEN)
    arrays["output.bias"][0] -= 8  # fewer words outside
    return Names(arrays, ["-ко", "-ск"], ["Xxx", "xx"], LABELS)


def make_pipeline() -> Language:
    """Return a pipeline of sentence borders at full stops and the tagger."""
    nlp = spacy.blank("bg", config={"nlp": {"tokenizer": {"@tokenizers": "bgpolitics.Tokenizer.v1"}}})
    table = np.random.default_rng(1).normal(size=(50, VECTOR)).astype(np.float32)
    nlp.vocab.vectors = Vectors(
        strings=nlp.vocab.strings, data=table, mode="floret", minn=3, maxn=5, hash_count=2, hash_seed=0
    )
    nlp.add_pipe("sentencizer")
    tagger = nlp.add_pipe("bgpolitics_tagger")
    assert isinstance(tagger, Tagger)
    tagger.set_names(make_names())
    return nlp
