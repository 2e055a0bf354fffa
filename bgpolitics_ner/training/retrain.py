"""The relation classifier on other gold: which documents, and where the result goes. Needs torch."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from bgpolitics_ner.annotator import load_pipeline
from bgpolitics_ner.document import Document
from bgpolitics_ner.errors import InputError
from bgpolitics_ner.relations.own import OwnFrames
from bgpolitics_ner.training.assemble import assemble
from bgpolitics_ner.training.classifier import RELATIONS, train_relations
from bgpolitics_ner.training.data import RELATIONS_DEV, choose, read_articles, read_relations, read_split
from bgpolitics_ner.training.folders import replacing
from bgpolitics_ner.training.relations import Settings

NOTE = """
## Trained again

The relation classifier was trained again on {count} documents by `bgpolitics train relations`. The scores are
those of the model before.
"""


def read_gold(data: Path | None, gold: Path | None, leave_out: Iterable[Path] = ()) -> list[Document]:
    """Return the documents to train on: of a data folder without those held out, and of a file of one's own.

    A document of `gold` takes the place of one of `data` with the same id. The files `leave_out` list ids of
    more documents that are not to be trained on.
    """
    documents = [] if data is None else choose(read_relations(data), read_split(RELATIONS_DEV), inside=False)
    if gold is not None:
        documents += [article.document for article in read_articles(gold)]
    ids = frozenset[str]().union(*(read_split(file.name, file.parent) for file in leave_out))
    documents = choose(documents, ids, inside=False)
    if not any(document.relations for document in documents):
        raise InputError(f"{gold or data}: no gold relations in it: nothing to train on")
    return list({document.id: document for document in documents}.values())


def train_part(
    frontend: Path,
    entities: Path,
    documents: Sequence[Document],
    output: Path,
    *,
    own: OwnFrames | None = None,
) -> Path:
    """Train on what the trained parts make of the documents; write the classifier alone to `output`."""
    nlp = assemble(frontend, entities)
    if own is not None:
        nlp.get_pipe(RELATIONS).add_frames(own)
    train_relations(nlp, documents).to_disk(output)
    return output


def retrain(
    model: Path,
    documents: Sequence[Document],
    output: Path,
    *,
    own: OwnFrames | None = None,
    settings: Settings | None = None,
    discount: float = 0.0,
) -> Path:
    """Train on what the model in `model` makes of the documents; write a copy of it with the new classifier.

    `discount` is for documents that the shipped frames were written on (`training.calibration`).
    The copy takes the place of a model that stands in `output`. Raises InputError where something else does,
    ModelError where `model` cannot be loaded.
    """
    if output.exists() and not (output / "meta.json").is_file():
        raise InputError(
            f"{output}: there is something that is no model; choose another folder with --output"
        )
    nlp = load_pipeline(model)
    if own is not None:
        nlp.get_pipe(RELATIONS).add_frames(own)
    classifier = train_relations(nlp, documents, settings, discount=discount)
    with replacing(output) as folder:
        shutil.copytree(model, folder)
        classifier.to_disk(folder / RELATIONS)
        meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
        meta["performance"] = {}  # measured with the other classifier
        (folder / "meta.json").write_text(json.dumps(meta, ensure_ascii=False, indent=2), encoding="utf-8")
        with (folder / "CARD.md").open("a", encoding="utf-8") as card:
            card.write(NOTE.format(count=len(documents)))
    return output
