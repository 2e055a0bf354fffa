"""A data folder with a few sentences in the layout of the real one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import spacy
from spacy.vectors import Vectors

TREEBANK = """\
# text = Президентът се срещна с Тръмп.
1	Президентът	президент	NOUN	Ncmsf	Definite=Def|Gender=Masc|Number=Sing	3	nsubj	_	_
2	се	се	PRON	Ppxta	Case=Acc|PronType=Prs|Reflex=Yes	3	expl	_	_
3	срещна	срещна-(се)	VERB	Vpptf-o3s	Aspect=Perf|VerbForm=Fin	0	root	_	_
4	с	с	ADP	R	_	5	case	_	_
5	Тръмп	тръмп	PROPN	Npmsi	Gender=Masc|Number=Sing	3	obl	_	SpaceAfter=No
6	.	.	PUNCT	punct	_	3	punct	_	_

# text = Лукашенко пристигна в Минск.
1	Лукашенко	лукашенко	PROPN	Npmsi	Gender=Masc|Number=Sing	2	nsubj	_	_
2	пристигна	пристигна	VERB	Vpptf-o3s	Aspect=Perf|VerbForm=Fin	0	root	_	_
3	в	в	ADP	R	_	4	case	_	_
4	Минск	минск	PROPN	Npmsi	Gender=Masc|Number=Sing	2	obl	_	SpaceAfter=No
5	.	.	PUNCT	punct	_	2	punct	_	_

# text = Той критикува НАТО.
1	Той	аз	PRON	Ppetds3m	Case=Nom|Number=Sing|Person=3|PronType=Prs	2	nsubj	_	_
2	критикува	критикувам	VERB	Vpptf-o3s	Aspect=Imp|VerbForm=Fin	0	root	_	_
3	НАТО	нато	PROPN	Npnsi	Number=Sing	2	obj	_	SpaceAfter=No
4	.	.	PUNCT	punct	_	2	punct	_	_

"""
MEETING = "Лукашенко се срещна с Тръмп в Минск."
TOPICS = {"bg": "talks", "ru": "talks", "uk": "covid-19"}


def make_record(key: str, *, relations: bool, topic: str | None = None) -> dict[str, Any]:
    """Return a gold document about a meeting; `topic` is the key that is not part of the format."""
    names = {"Лукашенко": "PER", "Тръмп": "PER", "Минск": "LOC"}
    entities = [
        {
            "id": f"m{i}", "start": MEETING.index(name), "end": MEETING.index(name) + len(name),
            "text": name, "type": kind, "referent": f"r{i}",
        }
        for i, (name, kind) in enumerate(names.items())
    ]  # fmt: skip
    record: dict[str, Any] = {
        "id": key,
        "text": MEETING,
        "entities": entities,
        "referents": [{"id": f"r{i}", "name": n, "type": k} for i, (n, k) in enumerate(names.items())],
    }
    if relations:
        start = MEETING.index("срещна")
        record["relations"] = [
            {
                "id": "x1",
                "type": "meets-with",
                "subject": {"mention": "m0", "referent": "r0"},
                "object": {"mention": "m1", "referent": "r1"},
                "trigger": {"start": start, "end": start + 6, "text": "срещна"},
                "sentence": {"start": 0, "end": len(MEETING)},
            }
        ]
    return {**record, "topic": topic} if topic else record


def write_records(path: Path, records: list[dict[str, Any]]) -> None:
    """Write a record a line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), encoding="utf-8")


def add_official(corpus: Path, place: str, text: str, rows: str = "") -> None:
    """Put an article into a checkout of SlavicNER, and into its list of training articles."""
    topic, language, name = place.split("/")
    for folder, ending, content in (("raw", "txt", text), ("ner", "tsv", rows)):
        file = corpus / folder / topic / language / f"{name}.{ending}"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
    with (corpus / "SPLIT_cross-topic_train.txt").open("a", encoding="utf-8") as listing:
        listing.write(f"raw/{place}.txt\n")


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder: a treebank of three sentences, two articles with relations, lexicons, raw text."""
    folder = tmp_path_factory.mktemp("data")
    for name in ("ud-btb", "raw", "lexicons/hunspell-bg", "lexicons/btb-wordnet"):
        (folder / name).mkdir(parents=True)
    for part in ("train", "dev"):
        (folder / "ud-btb" / f"bg_btb-ud-{part}.conllu").write_text(TREEBANK, encoding="utf-8")
    (folder / "raw" / "checkthat.txt").write_text("Той критикува НАТО.\n\nДа. Не.\n", encoding="utf-8")
    (folder / "raw" / "tatoeba_full.txt").write_text("Той пристигна в Минск днес.\n", encoding="utf-8")
    affixes = "SET UTF-8\nSFX A Y 1\nSFX A 0 ът .\n"
    (folder / "lexicons" / "hunspell-bg" / "bg_BG.aff").write_text(affixes, encoding="utf-8")
    (folder / "lexicons" / "hunspell-bg" / "bg_BG.dic").write_text("1\nсъюз/A\n", encoding="utf-8")
    wordnet = "eng-30-1-n\tbul:lemma\tсъюз\n"
    (folder / "lexicons" / "btb-wordnet" / "wn-data-bul.tab").write_text(wordnet, encoding="utf-8")
    for language, topic in TOPICS.items():
        records = [make_record(f"{language}{i}", relations=False, topic=topic) for i in (1, 2)]
        write_records(folder / "slavicner" / f"{language}.jsonl", records)
    for name in ("slavicner", "war"):
        write_records(folder / "relations" / f"{name}.jsonl", [make_record(name, relations=True)])
    return folder


@pytest.fixture(scope="session")
def splits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Lists that hold out one article each."""
    folder = tmp_path_factory.mktemp("splits")
    (folder / "relations-dev.txt").write_text("slavicner\n", encoding="utf-8")
    (folder / "entities-heldout.txt").write_text("bg2\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def vectors(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Random floret vectors of 8 dimensions."""
    nlp = spacy.blank("bg")
    table = np.random.default_rng(0).normal(size=(50, 8)).astype(np.float32)
    nlp.vocab.vectors = Vectors(
        strings=nlp.vocab.strings, data=table, mode="floret", minn=3, maxn=5, hash_count=2, hash_seed=0
    )
    folder = tmp_path_factory.mktemp("vectors")
    nlp.to_disk(folder)
    return folder
