"""Makes models of spaCy, Stanza and CLASSLA of the usual size that know next to nothing, to time them.

How fast a model is depends on its size, not on what it knows, with two exceptions: a tokenizer that finds no
sentences, and a lemmatiser that never ends a word, would be slow for no good reason. So all are trained for
some steps on a few hundred sentences of a treebank. They have no character language models;
Stanza's default package has them and is slower.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from itertools import islice
from pathlib import Path
from typing import Any

SENTENCES = 300
STEPS = {"tokenize": 150, "pos": 10, "lemma": 15, "depparse": 10}
NER_STEPS = 20
VECTOR_SIZE = 100
"""As the word2vec vectors that Stanza has for Bulgarian."""


def make(name: str, treebank: Path, folder: Path) -> Path:
    """Return the folder with the models of a package, made now if they are not there."""
    if not (folder / "done").exists():
        if name == "spacy":
            _make_spacy(treebank, folder)
        else:
            trainer = _trainers(treebank, folder)
            trainer.TRAINERS[name](folder)
            if name == "stanza":
                _add_ner(treebank, folder)
        (folder / "done").touch()
    return folder


def _trainers(treebank: Path, folder: Path) -> Any:
    """Return the trainers that the tests have for tiny models, told to make larger ones."""
    path = Path(__file__).parents[1] / "tests" / "backends" / "tiny_models.py"
    spec = importlib.util.spec_from_file_location("tiny_models", path)
    assert spec is not None and spec.loader is not None
    module: Any = importlib.util.module_from_spec(spec)
    sys.modules["tiny_models"] = module
    spec.loader.exec_module(module)
    folder.mkdir(parents=True)
    sample = folder / "sample.conllu"
    sample.write_text("\n\n".join(_sentences(treebank)) + "\n\n", encoding="utf-8")
    module.SENTENCES, module.STEPS, module.VECTOR_SIZE = sample, STEPS, VECTOR_SIZE
    module.TOKENIZER, module.TAGGER, module.PARSER, module.LEMMATIZER = {}, {}, {}, {}
    return module


def _sentences(treebank: Path) -> list[str]:
    blocks = treebank.read_text(encoding="utf-8").strip().split("\n\n")
    return list(islice(blocks, SENTENCES))


def _words(block: str) -> list[list[str]]:
    return [line.split("\t") for line in block.splitlines() if line[:1].isdigit() and "-" not in line[:4]]


def _add_ner(treebank: Path, folder: Path) -> None:
    from stanza.models import ner_tagger

    rows = [
        [{"text": word[1], "ner": "B-PER" if word[3] == "PROPN" else "O"} for word in _words(block)]
        for block in _sentences(treebank)
    ]
    data, target = folder / "work" / "ner.json", folder / "bg" / "ner"
    data.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    target.mkdir()
    pretrain = folder / "bg" / "pretrain" / "tiny.pt"
    options = {
        "train_file": data, "eval_file": data, "shorthand": "bg_tiny", "max_steps": NER_STEPS,
        "eval_interval": NER_STEPS, "wordvec_pretrain_file": pretrain, "word_emb_dim": VECTOR_SIZE,
        "save_dir": target, "save_name": "tiny.pt",
    }  # fmt: skip
    ner_tagger.main([part for name, value in options.items() for part in (f"--{name}", str(value))])
    resources = json.loads((folder / "resources.json").read_text(encoding="utf-8"))
    language = resources["bg"]
    language["packages"]["default"]["ner"] = "tiny"
    language["ner"] = {"tiny": {"dependencies": [{"model": "pretrain", "package": "tiny"}]}}
    (folder / "resources.json").write_text(json.dumps(resources), encoding="utf-8")


def _make_spacy(treebank: Path, folder: Path) -> None:
    """Make a pipeline laid out as spaCy's own ``_md`` ones: 96 wide, 4 deep, with vectors of 300 numbers."""
    import numpy
    import spacy
    from spacy.tokens import Doc
    from spacy.training import Example

    nlp = spacy.blank("bg")
    forms = sorted({word[1] for block in _sentences(treebank) for word in _words(block)})
    numbers = numpy.random.default_rng(0).normal(size=(20_000, 300)).astype("float32")
    nlp.vocab.vectors = spacy.vectors.Vectors(data=numbers, keys=[nlp.vocab.strings.add(f) for f in forms])
    tok2vec = {
        "@architectures": "spacy.Tok2Vec.v2",
        "embed": {
            "@architectures": "spacy.MultiHashEmbed.v2", "width": 96, "include_static_vectors": True,
            "attrs": ["NORM", "PREFIX", "SUFFIX", "SHAPE", "SPACY", "IS_SPACE"],
            "rows": [5000, 1000, 2500, 2500, 50, 50],
        },
        "encode": {
            "@architectures": "spacy.MaxoutWindowEncoder.v2", "width": 96, "depth": 4, "window_size": 1,
            "maxout_pieces": 3,
        },
    }  # fmt: skip
    listener = {"@architectures": "spacy.Tok2VecListener.v1", "width": 96, "upstream": "tok2vec"}
    nlp.add_pipe("tok2vec", config={"model": tok2vec})
    for name in ("tagger", "morphologizer", "parser", "trainable_lemmatizer", "ner"):
        nlp.add_pipe(name, config={"model": {"tok2vec": tok2vec if name == "ner" else listener}})
    examples = []
    for block in _sentences(treebank):
        rows = _words(block)
        heads = [int(row[6]) - 1 if row[6] != "0" else i for i, row in enumerate(rows)]
        doc = Doc(
            nlp.vocab, words=[r[1] for r in rows], lemmas=[r[2] for r in rows], pos=[r[3] for r in rows],
            tags=[r[4] for r in rows], morphs=["" if r[5] == "_" else r[5] for r in rows], heads=heads,
            deps=[r[7] for r in rows], ents=["B-PER" if r[3] == "PROPN" else "O" for r in rows],
        )  # fmt: skip
        examples.append(Example(Doc(nlp.vocab, words=[r[1] for r in rows]), doc))
    optimizer = nlp.initialize(lambda: examples)
    for first in range(0, len(examples), 50):
        nlp.update(examples[first : first + 50], sgd=optimizer, drop=0.1)
    nlp.to_disk(folder)
