"""Makes models of spaCy, Stanza and CLASSLA of the usual size that know next to nothing, to time them.

How fast a model is depends on its size, not on what it knows, with two exceptions: a tokenizer that finds no
sentences, and a lemmatiser that never ends a word, would be slow for no good reason. So all are trained for
some steps on a few hundred sentences of a treebank.

Stanza's default package for Bulgarian reads a character language model in pos, depparse and ner, not in
tokenize and lemma (``stanza/resources``: `default_packages.default_charlms`, `prepare_resources`); that is
``stanza``. Its package ``default_fast`` does without; that is ``stanza-fast``.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from itertools import islice
from pathlib import Path
from typing import Any

SENTENCES = 300
FEW = 20  # of them to look at how well a slow model does
STEPS = {"tokenize": 150, "pos": 10, "lemma": 15, "depparse": 10}
NER_STEPS = 20
CHARLM_STEPS = 2  # with charlm each takes seconds, and what they learn changes no time
VECTOR_SIZE = 100
"""As the word2vec vectors that Stanza has for Bulgarian."""
CHARLM = {"char_emb_dim": 100, "char_hidden_dim": 1024, "char_num_layers": 1, "char_dropout": 0.05,
          "char_unit_dropout": 1e-5, "char_rec_dropout": 0.0}  # fmt: skip
"""The defaults of `stanza.models.charlm`, with which Stanza's own are made."""
DIRECTIONS = ("forward", "backward")


def make(name: str, treebank: Path, folder: Path) -> Path:
    """Return the folder with the models of a package, made now if they are not there."""
    if not (folder / "done").exists():
        if name == "spacy":
            _make_spacy(treebank, folder)
        else:
            trainer = _trainers(treebank, folder)
            trainer.TRAINERS[name.partition("-")[0]](folder)
            if name == "stanza":
                _add_charlms(folder)
            if name.startswith("stanza"):
                _add_ner(treebank, folder, charlm=name == "stanza")
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


def _blocks(treebank: Path) -> list[str]:
    return treebank.read_text(encoding="utf-8").strip().split("\n\n")


def _sentences(treebank: Path) -> list[str]:
    return _blocks(treebank)[:SENTENCES]


def _words(block: str) -> list[list[str]]:
    return [line.split("\t") for line in block.splitlines() if line[:1].isdigit() and "-" not in line[:4]]


def _add_charlms(folder: Path) -> None:
    """Make the character language models, untrained, and tagger and parser anew with them."""
    import torch
    from stanza.models import parser, tagger
    from stanza.models.common.char_model import CharacterLanguageModel, build_charlm_vocab

    torch.manual_seed(0)
    characters = {"char": build_charlm_vocab(str(folder / "work" / "text.txt"))}
    for direction in DIRECTIONS:
        model = CharacterLanguageModel(CHARLM, characters, is_forward_lm=direction == "forward")
        model.save(str(_charlm(folder, direction)))
    gold, few = folder / "work" / "gold.conllu", folder / "work" / "few.conllu"
    few.write_text("\n\n".join(islice(_blocks(gold), FEW)) + "\n\n", encoding="utf-8")
    for name, module in (("pos", tagger), ("depparse", parser)):
        options = {
            "train_file": gold, "eval_file": few, "shorthand": "bg_tiny", "lang": "bg", "batch_size": 400,
            "wordvec_pretrain_file": folder / "bg" / "pretrain" / "tiny.pt", "max_steps": CHARLM_STEPS,
            "eval_interval": CHARLM_STEPS, "save_dir": folder / "bg" / name, "save_name": "tiny.pt",
        }  # fmt: skip
        (folder / "bg" / name / "tiny_checkpoint.pt").unlink(missing_ok=True)  # it would go on with that
        module.main([*_arguments(options), *_charlm_arguments(folder)])
    resources = _read_resources(folder)
    for name in ("pos", "depparse"):
        resources["bg"][name]["tiny"]["dependencies"] += _charlm_dependencies()
    resources["bg"] |= {f"{direction}_charlm": {"tiny": {}} for direction in DIRECTIONS}
    _write_resources(folder, resources)


def _charlm(folder: Path, direction: str) -> Path:
    return folder / "bg" / f"{direction}_charlm" / "tiny.pt"


def _charlm_arguments(folder: Path) -> list[str]:
    files = {f"charlm_{direction}_file": _charlm(folder, direction) for direction in DIRECTIONS}
    return ["--charlm", *_arguments({"charlm_shorthand": "bg_tiny", **files})]


def _charlm_dependencies() -> list[dict[str, str]]:
    return [{"model": f"{direction}_charlm", "package": "tiny"} for direction in DIRECTIONS]


def _arguments(options: dict[str, Any]) -> list[str]:
    return [part for name, value in options.items() for part in (f"--{name}", str(value))]


def _read_resources(folder: Path) -> Any:
    return json.loads((folder / "resources.json").read_text(encoding="utf-8"))


def _write_resources(folder: Path, resources: Any) -> None:
    (folder / "resources.json").write_text(json.dumps(resources), encoding="utf-8")


def _add_ner(treebank: Path, folder: Path, *, charlm: bool) -> None:
    from stanza.models import ner_tagger

    rows = [
        [{"text": word[1], "ner": "B-PER" if word[3] == "PROPN" else "O"} for word in _words(block)]
        for block in _sentences(treebank)
    ]
    data, few, target = folder / "work" / "ner.json", folder / "work" / "few.json", folder / "bg" / "ner"
    data.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    few.write_text(json.dumps(rows[:FEW], ensure_ascii=False), encoding="utf-8")
    target.mkdir()
    steps = CHARLM_STEPS if charlm else NER_STEPS
    options = {
        "train_file": data, "eval_file": few, "shorthand": "bg_tiny", "max_steps": steps,
        "eval_interval": steps, "wordvec_pretrain_file": folder / "bg" / "pretrain" / "tiny.pt",
        "word_emb_dim": VECTOR_SIZE, "save_dir": target, "save_name": "tiny.pt",
    }  # fmt: skip
    ner_tagger.main([*_arguments(options), *(_charlm_arguments(folder) if charlm else ())])
    resources = _read_resources(folder)
    needs = [{"model": "pretrain", "package": "tiny"}, *(_charlm_dependencies() if charlm else ())]
    resources["bg"]["packages"]["default"]["ner"] = "tiny"
    resources["bg"]["ner"] = {"tiny": {"dependencies": needs}}
    _write_resources(folder, resources)


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
