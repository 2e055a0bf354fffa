"""Front end, lemma table, tagger, our stages and the classifier → one pipeline folder with its card."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from spacy.language import Language

import bgpolitics_ner.entities
import bgpolitics_ner.frontend
import bgpolitics_ner.referents.component
import bgpolitics_ner.referents.linking
import bgpolitics_ner.relations  # noqa: F401  the four imports register the components
from bgpolitics_ner import __version__
from bgpolitics_ner.entities.tagger import Names
from bgpolitics_ner.errors import ModelError
from bgpolitics_ner.models import DEFAULT_MODEL
from bgpolitics_ner.referents.linking import FILE as NAMES_FILE
from bgpolitics_ner.relations.classifier import RelationClassifier
from bgpolitics_ner.training.card import write_card
from bgpolitics_ner.training.folders import load_part, replacing

DESCRIPTION = "Entities, referents and typed, qualified relations in Bulgarian political news."
LICENCE = "CC-BY-NC-SA-3.0"


def assemble(
    frontend: Path, entities: Path, *, names: Path | None = None, relations: Path | None = None
) -> Language:
    """Join the trained parts.

    `relations` is the classifier's folder, None for the frames alone; `names` the folder of what the linker
    learnt, None for the gazetteers alone.
    """
    nlp = load_part(frontend)
    nlp.add_pipe("bgpolitics_tagger").set_names(Names.from_disk(entities))
    for stage in ("entities", "referents", "linking", "relations"):
        nlp.add_pipe(f"bgpolitics_{stage}")
    if names is not None:
        if not (names / NAMES_FILE).is_file():
            raise ModelError(f"{names}: no learnt names; run `bgpolitics train kb` first")
        nlp.get_pipe("bgpolitics_linking").from_disk(names)
    if relations is not None:
        nlp.get_pipe("bgpolitics_relations").set_classifier(RelationClassifier.from_disk(relations))
    return nlp


def save(nlp: Language, output: Path, *, performance: Mapping[str, Any] | None = None) -> None:
    """Write the pipeline, ``meta.json`` and ``CARD.md`` to `output`, in place of what was there.

    Left out are words and paths of the training that nothing reads at run time; the vectors, which front end
    and tagger share, are written once.
    """
    nlp.meta.update(
        name=DEFAULT_MODEL, version=__version__, description=DESCRIPTION, license=LICENCE,
        performance=dict(performance or {}),
    )  # fmt: skip
    nlp.config["paths"] = dict.fromkeys(nlp.config["paths"])
    minutes = nlp.meta.get("training", {}).get("minutes")
    with replacing(output) as folder:
        nlp.to_disk(folder)
        strings = json.dumps(needed_strings(nlp), ensure_ascii=False)
        (folder / "vocab" / "strings.json").write_text(strings, encoding="utf-8")
        write_card(folder / "CARD.md", performance or {}, minutes=minutes)


def needed_strings(nlp: Language) -> list[str]:
    """Return the strings that components name by hash only: their labels."""
    return sorted({label for labels in nlp.pipe_labels.values() for label in labels})
