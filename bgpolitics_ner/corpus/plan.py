"""What a run is to do, put together and checked before it begins, and what makes it the same run again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any, Literal

import bgpolitics_ner
from bgpolitics_ner.corpus.extras import import_extra
from bgpolitics_ner.corpus.files import Digest, Listing, Meter, digest_inputs
from bgpolitics_ner.corpus.manifest import Identity, digest_file, digest_folder
from bgpolitics_ner.corpus.merge import Places, old_tables
from bgpolitics_ner.corpus.processor import Recipe
from bgpolitics_ner.corpus.readers import check_sources
from bgpolitics_ner.corpus.records import Columns
from bgpolitics_ner.corpus.stream import ChunkSize
from bgpolitics_ner.corpus.writers import output_ending
from bgpolitics_ner.errors import InputError, MissingExtraError, OutputError
from bgpolitics_ner.models import find_model

Existing = Literal["refuse", "resume", "overwrite", "retry"]
EXISTING = ("refuse", "resume", "overwrite", "retry")
LOAD_OPTIONS: Mapping[str, Any] = {
    "model": None,
    "frontend": "spacy",
    "frontend_model": None,
    "kb": None,
    "frames": None,
    "prefer": "balanced",
    "min_confidence": 0.0,
}
"""The options of `bgpolitics_ner.load` and their defaults; here again because importing `load` takes a
second, and this process annotates nothing."""
TABLE_FORMATS = ("parquet", "csv")


@dataclass(frozen=True)
class ShardSize:
    """When a shard is sealed: so many seconds or bytes after it was begun. That much a crash can cost."""

    seconds: float = 30.0
    bytes: int = 128 << 20


@dataclass(frozen=True)
class Plan:
    """One run. `existing` says what is done where there is an output or work in progress already."""

    listing: Listing
    columns: Columns
    places: Places
    recipe: Recipe
    existing: Existing
    jobs: int
    timeout: float | None
    chunk: ChunkSize
    shard: ShardSize
    notices: tuple[str, ...]
    meter: Meter = field(default_factory=Meter)

    def check_input(self, tick: Callable[[], None]) -> Digest:
        """Read the input once, before anything is annotated; `tick` is called now and then."""
        check_sources(self.listing, self.columns)
        return digest_inputs(self.listing, tick)

    def identity(self, digest: Digest) -> Identity:
        """Return all that decides what is in the output, as plain values."""
        recipe = self.recipe
        return {
            "version": bgpolitics_ner.__version__,
            "packages": {name: metadata.version(name) for name in _packages(recipe)},
            "model": _model_digest(recipe),
            "options": _option_digests(recipe),
            "input": digest.value,
            "files": digest.files,
            "columns": vars(self.columns),
            "output": recipe.ending,
            "tables": recipe.tables,
            "languages": recipe.screen,
            "duplicates": recipe.sign,
            "all languages": recipe.all_languages,
            "chunk": vars(self.chunk),
        }


def make_plan(
    *,
    listing: Listing,
    columns: Columns,
    places: Places,
    existing: Existing,
    jobs: int,
    timeout: float | None,
    all_languages: bool,
    languages: bool | None,
    duplicates: bool | None,
    annotator: str | None,
    options: Mapping[str, Any],
    chunk: ChunkSize,
    shard: ShardSize,
) -> Plan:
    """Check what can be checked at once and return the plan; raise the error that says what is wrong."""
    if existing not in EXISTING:
        raise InputError(f"existing is one of {', '.join(EXISTING)}, not {existing!r}")
    if jobs < 1 or (timeout is not None and timeout <= 0):
        raise InputError("jobs is at least 1, and a timeout more than 0 seconds")
    if places.table_format not in TABLE_FORMATS:
        raise InputError(f"the tables are {' or '.join(TABLE_FORMATS)}, not {places.table_format!r}")
    _check_output(places)
    recipe, notices = make_recipe(
        options=options, annotator=annotator, ending=output_ending(places.out), all_languages=all_languages,
        languages=languages, duplicates=duplicates, tables=places.tables is not None,
    )  # fmt: skip
    return Plan(listing, columns, places, recipe, existing, jobs, timeout, chunk, shard, notices)


def make_recipe(
    *,
    options: Mapping[str, Any],
    annotator: str | None,
    ending: str,
    all_languages: bool,
    languages: bool | None,
    duplicates: bool | None,
    tables: bool,
) -> tuple[Recipe, tuple[str, ...]]:
    """Return what workers have to know, and what is left out because a package is missing."""
    notices: list[str] = []
    screen = _has("py3langid", languages, "languages are not looked at", notices)
    sign = _has("rensa", duplicates, "near-copies are not looked for", notices)
    recipe = Recipe(
        options=_chosen(options) if annotator is None else dict(options),
        annotator=annotator, ending=ending,
        all_languages=all_languages, screen=screen, sign=sign, tables=tables,
    )  # fmt: skip
    return recipe, tuple(notices)


def _has(package: str, wanted: bool | None, without: str, notices: list[str]) -> bool:
    """Say whether a package is to be used; where it is missing and was not asked for, that is a notice."""
    if wanted is False:
        return False
    try:
        import_extra(package)
    except MissingExtraError as error:
        if wanted:
            raise
        notices.append(f"{without}: {error}")
        return False
    return True


def _chosen(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options that are not as they are anyway."""
    unknown = next((name for name in options if name not in LOAD_OPTIONS), None)
    if unknown is not None:
        raise TypeError(f"neither annotate_corpus() nor load() has an option {unknown!r}")
    return {name: value for name, value in options.items() if value != LOAD_OPTIONS[name]}


def _check_output(places: Places) -> None:
    if places.out.is_dir():
        raise OutputError(f"{places.out} is a folder; the output is one file")
    if not places.out.parent.is_dir():
        raise OutputError(f"{places.out.parent}: no such folder; make it first")
    if places.tables is not None:
        import_extra("pyarrow")
        if places.tables.exists() and not places.tables.is_dir():
            raise OutputError(f"{places.tables} is a file; tables go to a folder")


def check_tables(places: Places) -> None:
    """Raise OutputError where there are tables already."""
    old = old_tables(places.tables) if places.tables is not None else []
    if old:
        raise OutputError(f"{old[0]} exists; choose another folder for the tables, or --overwrite")


def _packages(recipe: Recipe) -> list[str]:
    names = ["spacy", "numpy"]
    names += ["py3langid"] if recipe.screen else []
    names += ["rensa"] if recipe.sign else []
    frontend = recipe.options.get("frontend")
    return names + ([frontend] if frontend in ("stanza", "classla") else [])


def _model_digest(recipe: Recipe) -> str:
    if recipe.annotator is not None:
        return recipe.annotator
    return digest_folder(find_model(recipe.options.get("model")))


def _option_digests(recipe: Recipe) -> dict[str, Any]:
    """Return the options, with what is in files in the place of their names."""
    result: dict[str, Any] = {}
    for name, value in sorted(recipe.options.items()):
        if name == "model" or value is None:
            continue
        if name in ("kb", "frames"):
            value = _digest_of(Path(value))
        elif name == "frontend_model":
            value = digest_folder(Path(value))
        result[name] = value
    return result


def _digest_of(path: Path) -> str:
    try:
        return digest_file(path)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from error
