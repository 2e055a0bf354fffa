"""Trains tiny Bulgarian models with the trainers of Stanza and CLASSLA, laid out as their downloads are.

The models are real, small and overtrained: they know data/sentences.conllu by heart and little else.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path

SENTENCES = Path(__file__).parent / "data" / "sentences.conllu"
PACKAGE = "tiny"
STEPS = {"tokenize": 120, "pos": 100, "lemma": 2, "depparse": 60}
VECTOR_SIZE = 8
TOKENIZER = {"hidden_dim": 16, "emb_dim": 16, "lr0": 0.02, "max_seqlen": 120, "batch_size": 8}
TAGGER = {
    "hidden_dim": 32,
    "char_hidden_dim": 16,
    "char_emb_dim": 16,
    "deep_biaff_hidden_dim": 32,
    "word_emb_dim": 16,
    "tag_emb_dim": 16,
    "transformed_dim": 16,
    "num_layers": 1,
    "lr": 0.01,
}
PARSER = {**TAGGER, "deep_biaff_output_dim": 16, "optim": "adam"}
LEMMATIZER = {"hidden_dim": 32, "emb_dim": 16, "pos_dim": 16, "dropout": 0.1, "lr": 0.005}


def train_stanza(folder: Path) -> Path:
    """Train tokenizer, tagger, lemmatiser and parser of Stanza; return the model folder."""
    from stanza.models import lemmatizer, parser, tagger, tokenizer

    work = _prepare(folder, "stanza")
    data = _options(train_file=work / "gold.conllu", eval_file=work / "gold.conllu", shorthand="bg_tiny")
    vectors = {"wordvec_file": work / "vectors.txt", "wordvec_pretrain_file": _file(folder, "pretrain")}
    steps = {"batch_size": 400, "dropout": 0.1, "word_dropout": 0.1}
    tokenizer.main(
        _options(
            txt_file=work / "text.txt", label_file=work / "labels.txt", mwt_json_file=work / "mwt.json",
            dev_txt_file=work / "text.txt", dev_label_file=work / "labels.txt",
            shorthand="bg_tiny", lang="bg", steps=STEPS["tokenize"], eval_steps=STEPS["tokenize"],
            **TOKENIZER, **_target(folder, "tokenize"),
        )
    )  # fmt: skip
    for name, module, size in (("pos", tagger, TAGGER), ("depparse", parser, PARSER)):
        times = {"max_steps": STEPS[name], "eval_interval": STEPS[name] // 2}
        module.main(data + _options(lang="bg", **vectors, **steps, **size, **times, **_target(folder, name)))
    lemmatizer.main(data + _options(num_epoch=STEPS["lemma"], **LEMMATIZER, **_target(folder, "lemma")))
    models = {name: {PACKAGE: _needs_vectors(name)} for name in STEPS}
    packages = {"packages": {"default": dict.fromkeys(STEPS, PACKAGE)}}
    return _finish(folder, {"lang_name": "Bulgarian", **packages, **models, "pretrain": {PACKAGE: {}}})


def train_classla(folder: Path) -> Path:
    """Train tagger, lemmatiser and parser of CLASSLA (its tokenizer has rules); return the model folder."""
    from classla.models import lemmatizer, parser, tagger

    work = _prepare(folder, "classla")
    gold = work / "gold.conllu"
    data = _options(train_file=gold, eval_file=gold, gold_file=gold, output_file=work / "out.conllu")
    vectors = {"wordvec_file": work / "vectors.txt", "pretrain_file": _file(folder, "pretrain")}
    steps = {"batch_size": 400, "dropout": 0.1, "word_dropout": 0.1, "shorthand": "bg_btb"}
    size = {key: value for key, value in PARSER.items() if key != "deep_biaff_output_dim"}
    for name, module in (("pos", tagger), ("depparse", parser)):
        times = {"max_steps": STEPS[name], "eval_interval": STEPS[name] // 2}
        module.main(data + _options(lang="bg", **vectors, **steps, **size, **times, **_target(folder, name)))
    target = {"model_dir": work, "model_file": PACKAGE}
    lemmatizer.main([*data, "--pos", *_options(num_epoch=STEPS["lemma"], **target, **LEMMATIZER)])
    (work / f"{PACKAGE}_lemmatizer.pt").rename(_file(folder, "lemma"))
    models = {name: {PACKAGE: _needs_vectors(name)} for name in ("pos", "lemma", "depparse")}
    tokenizer = {"tokenize": {"standard": {"library": "reldi", "type": "standard"}}}
    default = {**dict.fromkeys(models, PACKAGE), "tokenize": "standard"}
    return _finish(
        folder,
        {"lang_name": "Bulgarian", "default_processors": default, "default_dependencies": {}}
        | tokenizer | models,
    )  # fmt: skip


TRAINERS: dict[str, Callable[[Path], Path]] = {"stanza": train_stanza, "classla": train_classla}


def _prepare(folder: Path, name: str) -> Path:
    """Write what the trainers read: the treebank, its text with one label a character, word vectors."""
    work = folder / "work"
    work.mkdir(parents=True)
    for processor in (*STEPS, "pretrain"):
        _file(folder, processor).parent.mkdir(parents=True, exist_ok=True)
    content = SENTENCES.read_text(encoding="utf-8")
    (work / "gold.conllu").write_text(content, encoding="utf-8")
    (work / "mwt.json").write_text("[]", encoding="utf-8")
    text, labels = _label(content)
    (work / "text.txt").write_text(text, encoding="utf-8")
    (work / "labels.txt").write_text(labels, encoding="utf-8")
    forms = sorted({line.split("\t")[1].lower() for line in content.splitlines() if "\t" in line})
    rng = random.Random(0)
    rows = [" ".join([form, *(f"{rng.uniform(-1, 1):.3f}" for _ in range(VECTOR_SIZE))]) for form in forms]
    (work / "vectors.txt").write_text(
        "\n".join([f"{len(rows)} {VECTOR_SIZE}", *rows]) + "\n", encoding="utf-8"
    )
    return work


def _label(content: str) -> tuple[str, str]:
    """Return the text in paragraphs of five sentences, and its labels: 1 ends a token, 2 a sentence."""
    texts: list[str] = []
    labels: list[str] = []
    for block in content.strip().split("\n\n"):
        rows = [line.split("\t") for line in block.splitlines() if not line.startswith("#")]
        text = label = ""
        for number, row in enumerate(rows):
            last = number == len(rows) - 1
            text += row[1]
            label += "0" * (len(row[1]) - 1) + ("2" if last else "1")
            if not last and "SpaceAfter=No" not in row[9]:
                text, label = text + " ", label + "0"
        texts.append(text)
        labels.append(label)
    groups = range(0, len(texts), 5)
    return (
        "\n\n".join(" ".join(texts[i : i + 5]) for i in groups) + "\n\n",
        "\n\n".join("0".join(labels[i : i + 5]) for i in groups) + "\n\n",
    )


def _needs_vectors(processor: str) -> dict[str, object]:
    vectors = [{"model": "pretrain", "package": PACKAGE}]
    return {"dependencies": vectors} if processor in ("pos", "depparse") else {}


def _finish(folder: Path, language: dict[str, object]) -> Path:
    (folder / "resources.json").write_text(json.dumps({"bg": language}), encoding="utf-8")
    return folder


def _file(folder: Path, processor: str) -> Path:
    return folder / "bg" / processor / f"{PACKAGE}.pt"


def _target(folder: Path, processor: str) -> dict[str, object]:
    path = _file(folder, processor)
    return {"save_dir": path.parent, "save_name": path.name}


def _options(**values: object) -> list[str]:
    return [part for name, value in values.items() for part in (f"--{name}", str(value))]
