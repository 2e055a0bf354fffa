"""Annotates a corpus on a Ray cluster: the same documents and tables as on one machine, in Parquet parts.

The input is cut into units (`units`). Ray Data gives them to actors, each of which keeps a model in memory
(`unit_worker`), starts more actors while there is room, and gives the unit of a worker that was lost to
another one. What was made of a unit goes from the worker straight to the file system of the output; this
process sees counts only. What needs all documents (ids that occur twice, near-copies) is done here, before
and after.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from bgpolitics_ner.corpus.durable import explained
from bgpolitics_ner.corpus.extras import import_extra
from bgpolitics_ner.corpus.files import Digest, Listing, Source
from bgpolitics_ner.corpus.interrupts import Interrupted, Interrupts
from bgpolitics_ner.corpus.manifest import Identity, check_same
from bgpolitics_ner.corpus.merge import Places
from bgpolitics_ner.corpus.places import Place
from bgpolitics_ner.corpus.plan import EXISTING, TABLE_FORMATS, Existing, Plan, ShardSize, make_recipe
from bgpolitics_ner.corpus.progress import Phase, Progress, Summary
from bgpolitics_ner.corpus.ray_engine import annotate_units, connected, finish_units
from bgpolitics_ner.corpus.records import Columns
from bgpolitics_ner.corpus.stream import ChunkSize
from bgpolitics_ner.corpus.tables import TABLE_NAMES
from bgpolitics_ner.corpus.unit_worker import (
    DONE,
    FAILURES,
    IDS,
    SIGNATURES,
    Job,
    Order,
    read_results,
)
from bgpolitics_ner.corpus.units import (
    UNIT,
    Unit,
    describe_sources,
    dump_units,
    list_sources,
    load_units,
    make_units,
)
from bgpolitics_ner.corpus.writers import ENDINGS
from bgpolitics_ner.errors import InputError, OutputError

_PARTS, _MANIFEST, _FAILURES, _UNITS = ".parts", "manifest.json", "failures.jsonl", "units.jsonl"
_STAGE = "input"

Report = Callable[[Progress], None]


@dataclass(frozen=True)
class RayPlan:
    """One run. At most `workers` actors annotate, None: as many as the cluster has or gets."""

    inputs: tuple[str, ...]
    input_format: str | None
    job: Job
    existing: Existing
    workers: int | None
    unit: int
    address: str | None
    notices: tuple[str, ...]

    @property
    def parts(self) -> Place:
        return self.job.parts


def annotate_on_ray(
    inputs: Sequence[str],
    out: str,
    *,
    tables: str | None,
    table_format: str,
    workers: int | None,
    existing: Existing,
    timeout: float | None,
    input_format: str | None,
    columns: Columns,
    all_languages: bool,
    languages: bool | None,
    duplicates: bool | None,
    progress: Report,
    annotator: str | None,
    chunk: ChunkSize,
    options: Mapping[str, Any],
    address: str | None,
    unit: int = UNIT,
) -> Summary:
    """Annotate with Ray; the options are those of `annotate_corpus`, which calls it with ``engine="ray"``.

    `out` and `tables` are folders, paths or URLs, that all machines see. `unit` is how many records a worker
    takes at once.
    """
    os.environ.setdefault("RAY_ENABLE_AUTO_CONNECT", "0")  # a run that was stopped shall not start a cluster
    import_extra("ray", extra="ray")
    import_extra("pyarrow")
    _check(out, workers=workers, timeout=timeout, existing=existing, table_format=table_format)
    recipe, notices = make_recipe(
        options=options, annotator=annotator, ending=".parquet", all_languages=all_languages,
        languages=languages, duplicates=duplicates, tables=tables is not None,
    )  # fmt: skip
    place = Place(out)
    job = Job(
        recipe, columns, chunk, timeout, place / _PARTS, place, None if tables is None else Place(tables),
        table_format,
    )  # fmt: skip
    plan = RayPlan(tuple(inputs), input_format, job, existing, workers, unit, address, notices)
    with Interrupts() as interrupts, explained(out, "continue with --resume"):
        return _Run(plan, interrupts, progress).run()


def _check(out: str, *, workers: int | None, timeout: float | None, existing: str, table_format: str) -> None:
    if existing not in EXISTING:
        raise InputError(f"existing is one of {', '.join(EXISTING)}, not {existing!r}")
    if (workers is not None and workers < 1) or (timeout is not None and timeout <= 0):
        raise InputError("jobs is at least 1, and a timeout more than 0 seconds")
    if table_format not in TABLE_FORMATS:
        raise InputError(f"the tables are {' or '.join(TABLE_FORMATS)}, not {table_format!r}")
    if out.lower().endswith(ENDINGS):
        raise OutputError(
            f"{out}: with Ray the output is a folder of Parquet files; name it without an ending"
        )


class _Raising(Interrupts):
    """Raises Interrupted at a signal, so that nobody waits for a unit; what is finished is on the disk."""

    def __enter__(self) -> _Raising:
        super().__enter__()
        return self

    def _note(self, number: int, frame: FrameType | None) -> None:
        super()._note(number, frame)
        raise Interrupted("stopped", number)


@dataclass
class _Run:
    plan: RayPlan
    interrupts: Interrupts
    report: Report
    counts: Counter[str] = field(default_factory=Counter)
    before: int = 0  # words of earlier sessions
    done: int = 0
    done_before: int = 0
    total: int = 0
    begun: float = field(default_factory=time.monotonic)
    annotating: float = field(default_factory=time.monotonic)

    def run(self) -> Summary:
        job, parts = self.plan.job, self.plan.parts
        self._check_place()
        sources = list_sources(self.plan.inputs, self.plan.input_format)
        identity = self._identity(describe_sources(sources))
        whole = self._whole()
        if whole is not None and not parts.exists():
            check_same(whole["identity"], identity, Path(str(job.out)))
            if self.plan.existing == "resume" or not whole["counts"].get("failures"):
                return self._summary(whole["counts"])
        if self.plan.existing == "overwrite":
            _empty(job)
        retry = self._open(identity)
        units = self._units(sources)
        with connected(self.plan.address), _Raising() as self.interrupts:
            try:
                self._annotate(units, retry)
                copies = self._find_copies(units)
                self._finish(units, copies)
            except Interrupted:
                self._tick("annotating")  # says what was done
                raise
        self.counts["duplicates"] = sum(map(len, copies.values()))
        return self._close(units, identity)

    # What is there already

    def _check_place(self) -> None:
        job, parts = self.plan.job, self.plan.parts
        if self.plan.existing == "retry" and not parts.exists() and not (job.out / _MANIFEST).exists():
            raise OutputError(f"{job.out} has no finished run, so nothing of it has failed")
        if self.plan.existing != "refuse":
            return
        if parts.exists():
            raise OutputError(f"{parts} has unfinished work: --resume continues it, --overwrite begins anew")
        if job.out.names():
            raise OutputError(f"{job.out} is not empty; --overwrite writes it anew")
        for name in TABLE_NAMES if job.tables is not None else ():
            assert job.tables is not None
            files = [job.tables / f"{name}.{format}" for format in TABLE_FORMATS]
            if (job.tables / name).names() or any(file.exists() for file in files):
                raise OutputError(f"{job.tables} has tables; choose another folder for them, or --overwrite")

    def _whole(self) -> dict[str, Any] | None:
        place = self.plan.job.out / _MANIFEST
        if self.plan.existing == "overwrite" or not place.exists():
            return None
        data: dict[str, Any] = json.loads(place.read())
        return data

    def _identity(self, files: list[list[Any]]) -> Identity:
        job, plan = self.plan.job, self.plan
        local = Plan(
            Listing(plan.inputs), job.columns, Places(Path("out.parquet")), job.recipe, plan.existing, 1,
            job.timeout, job.chunk, ShardSize(), plan.notices,
        )  # fmt: skip
        same = local.identity(Digest("", len(files), None))
        return json.loads(json.dumps({**same, "input": files, "unit": plan.unit}))  # type: ignore[no-any-return]

    def _open(self, identity: Identity) -> bool:
        """Begin or continue the work in progress; say whether it tries again what failed."""
        place, retry = self.plan.parts / _MANIFEST, self.plan.existing == "retry"
        if place.exists():
            found = json.loads(place.read())
            if retry and not found["retry"]:
                raise OutputError(f"{self.plan.parts} has unfinished work: first continue it with --resume")
            check_same(found["identity"], identity, Path(str(self.plan.parts)))
            return bool(found["retry"])
        self.plan.parts.make()
        place.write(_json({"identity": identity, "retry": retry}))
        return retry

    def _units(self, sources: Sequence[Source]) -> list[Unit]:
        parts, plan = self.plan.parts, self.plan
        place = parts / _UNITS
        if place.exists():
            return load_units(place.read())
        stage = parts / _STAGE
        units = make_units(sources, plan.job.columns, stage, plan.unit, lambda: self._tick("checking"))
        place.write(dump_units(units))
        return units

    # Work

    def _annotate(self, units: list[Unit], retry: bool) -> None:
        job = self.plan.job
        finished = {name for name in self.plan.parts.names() if (self.plan.parts / name / DONE).exists()}
        todo = [unit for unit in units if unit.key not in finished]
        for unit in units:
            if unit.key in finished:
                self.counts.update(json.loads((self.plan.parts / unit.key / DONE).read()))
        self.before, self.total = self.counts["words"], len(units)
        self.done = self.done_before = len(units) - len(todo)
        self.annotating = time.monotonic()
        orders = self._orders(todo) if retry and todo else [Order(unit) for unit in todo]
        for counts in self._wait_for(annotate_units(job, orders, self.plan.workers), "annotating"):
            self.counts.update(counts)
            self.done += 1

    def _orders(self, units: list[Unit]) -> list[Order]:
        """Return the units with the numbers of the records in them that failed; the others are kept."""
        lines = (self.plan.job.out / _FAILURES).read().splitlines()
        failed = sorted(json.loads(line)["index"] for line in lines)
        return [
            Order(
                unit,
                tuple(failed[bisect_left(failed, unit.first) : bisect_left(failed, unit.first + unit.rows)]),
            )
            for unit in units
        ]

    def _finish(self, units: list[Unit], copies: Mapping[int, Mapping[int, str]]) -> None:
        job = self.plan.job
        job.out.make()
        for name in TABLE_NAMES if job.tables is not None else ():
            assert job.tables is not None
            (job.tables / name).make()
            for file in (job.tables / name).names():
                if not file.endswith(job.table_format):  # the same table in another format
                    (job.tables / name / file).remove()
        for _ in self._wait_for(finish_units(job, units, copies), "writing"):
            pass

    def _wait_for(self, results: Generator[Any, None, None], phase: Phase) -> Iterator[Any]:
        """Yield results and tell about them; whatever happens, Ray is told to stop before it is left."""
        with closing(results):
            self._tick(phase)
            for result in results:
                yield result
                self._tick(phase)

    def _find_copies(self, units: list[Unit]) -> dict[int, dict[int, str]]:
        """Return for each unit the originals of its near-copies, by number of the document in it."""
        if not self.plan.job.recipe.sign or not self.counts["documents"]:
            return {}
        import numpy as np

        from bgpolitics_ner.corpus.duplicates import VALUES, find_duplicates

        with tempfile.TemporaryDirectory(prefix="bgpolitics-") as folder:
            joined = Path(folder) / SIGNATURES
            with joined.open("wb") as target:
                for data in read_results(self.plan.parts, units, SIGNATURES):
                    self._tick("writing")
                    target.write(data)
            signatures = np.memmap(joined, dtype="<u4", mode="r").reshape(-1, VALUES)
            originals = {i: first for i, first in enumerate(find_duplicates(signatures)) if first is not None}
        wanted = set(originals.values())
        names: dict[int, str] = {}
        result: dict[int, dict[int, str]] = {}
        start = 0
        for unit, data in zip(units, read_results(self.plan.parts, units, IDS), strict=True):
            ids = [id for line in data.splitlines() for id in json.loads(line)]
            names.update({start + i: id for i, id in enumerate(ids) if start + i in wanted})
            found = {i: names[originals[start + i]] for i in range(len(ids)) if start + i in originals}
            if found:
                result[unit.number] = found
            start += len(ids)
        return result

    def _close(self, units: list[Unit], identity: Identity) -> Summary:
        job = self.plan.job
        failures = job.out / _FAILURES
        if self.counts["failures"]:
            failures.write(b"".join(read_results(self.plan.parts, units, FAILURES)))
        else:
            failures.remove()
        counts = dict(sorted(self.counts.items()))
        (job.out / _MANIFEST).write(_json({"identity": identity, "counts": counts}))
        self.plan.parts.remove()
        return self._summary(counts)

    # Telling

    def _tick(self, phase: Phase) -> None:
        if self.interrupts.number is not None:
            raise Interrupted(
                f"stopped after {self.done:,} of {self.total:,} parts, which are kept; the same command with "
                "--resume goes on",
                self.interrupts.number,
            )
        now, counts = time.monotonic(), self.counts
        new, spent = self.done - self.done_before, now - self.annotating
        self.report(
            Progress(
                phase=phase, documents=counts["documents"], words=counts["words"], triples=counts["triples"],
                failures=counts["failures"], seconds=now - self.begun,
                words_per_second=(counts["words"] - self.before) / spent if spent > 0 else 0.0,
                fraction=self.done / self.total if self.total else None,
                seconds_left=spent * (self.total - self.done) / new if new else None,
            )
        )  # fmt: skip

    def _summary(self, counts: Mapping[str, int]) -> Summary:
        job, now = self.plan.job, time.monotonic()
        return Summary(
            out=str(job.out),
            failures_file=str(job.out / _FAILURES) if counts.get("failures") else None,
            tables=None if job.tables is None else str(job.tables),
            counts=counts,
            seconds=now - self.begun,
            words_per_second=(self.counts["words"] - self.before) / max(now - self.annotating, 1e-9),
            notices=self.plan.notices,
        )


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode("utf-8") + b"\n"


def _empty(job: Job) -> None:
    """Remove what an earlier run wrote, and nothing else."""
    for name in sorted(job.out.names()):
        if name in (_PARTS, _MANIFEST, _FAILURES) or (name.startswith("part-") and name.endswith(".parquet")):
            (job.out / name).remove()
    for table in TABLE_NAMES if job.tables is not None else ():
        assert job.tables is not None
        (job.tables / table).remove()
        for format in TABLE_FORMATS:
            (job.tables / f"{table}.{format}").remove()
