"""Annotates a corpus on this machine, so that nothing is lost or done twice, whatever happens on the way.

The records are read in chunks, which worker processes annotate; finished chunks are collected in the order
of the input and sealed as shards (`shards`), which are joined to the output at the end (`merge`). What a
chunk is and what comes of it depends on the input alone, so a run that was broken off and continued writes
the same bytes as one that was not.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from bgpolitics_ner.corpus.documents import read_document_lines
from bgpolitics_ner.corpus.durable import LOCK, clear_removed, explained, locked, remove_folder
from bgpolitics_ner.corpus.files import Digest, Listing
from bgpolitics_ner.corpus.interrupts import Interrupted, Interrupts
from bgpolitics_ner.corpus.manifest import NAME, Identity, Manifest, check_same
from bgpolitics_ner.corpus.merge import Places, finish, merge
from bgpolitics_ner.corpus.plan import Existing, Plan, ShardSize, check_tables, make_plan
from bgpolitics_ner.corpus.pool import Pool
from bgpolitics_ner.corpus.processor import Packed
from bgpolitics_ner.corpus.progress import Phase, Progress, Summary
from bgpolitics_ner.corpus.readers import read_sources
from bgpolitics_ner.corpus.records import Columns
from bgpolitics_ner.corpus.shards import ShardWriter, check_shards
from bgpolitics_ner.corpus.stream import (
    ChunkSize,
    WorkChunk,
    keep_annotated,
    make_chunks,
    with_unique_ids,
)
from bgpolitics_ner.errors import InputError, OutputError

TIMEOUT = 600.0
"""Seconds for one document. The longest that is read takes about a minute."""

ENGINES = ("local", "ray")

_WAIT = 0.2  # seconds between looks at signals and late workers
_WINDOW = 8  # chunks for each worker that may be begun before an older one is done
_WINDOW_BYTES = 256 << 20

Report = Callable[[Progress], None]


def annotate_corpus(
    inputs: str | Path | Sequence[str | Path],
    out: str | Path,
    *,
    tables: str | Path | None = None,
    table_format: str = "parquet",
    engine: str = "local",
    address: str | None = None,
    jobs: int | None = None,
    existing: Existing = "refuse",
    timeout: float | None = TIMEOUT,
    input_format: str | None = None,
    text_column: str | None = None,
    id_column: str | None = None,
    date_column: str | None = None,
    all_languages: bool = False,
    languages: bool | None = None,
    duplicates: bool | None = None,
    progress: Report | None = None,
    annotator: str | None = None,
    chunk: ChunkSize | None = None,
    shard: ShardSize | None = None,
    **options: Any,
) -> Summary:
    """Annotate files of any number and size into one file of Documents, and return what was done.

    `inputs` are files, folders, glob patterns, or ``-``; `corpus.files` tells what they may be. `out` ends in
    ``.jsonl``, ``.jsonl.gz``, ``.jsonl.zst`` or ``.parquet``; `tables` is a folder for flat tables. Further
    `options` are those of `load`. `jobs` processes annotate, each with the model in memory; one by default.

    With ``engine="ray"`` a Ray cluster annotates: the one at `address`, or a new one on this machine; `jobs`
    is the most workers then, by default as many as there is room for. `out` and `tables` are folders in which
    Parquet files are written, paths or URLs (``s3://…``), and Parquet files at URLs can be read.

    Where there is an output or unfinished work already, `existing` says what to do: ``refuse``; ``resume``
    what was broken off; ``overwrite``; or ``retry``, which annotates the documents that failed once more and
    puts them in their places. A document fails that cannot be read, raises an error, takes longer than
    `timeout` seconds, or ends its process; it stands in ``OUT.failures.jsonl``.

    Texts that are not Bulgarian, boilerplate or empty are noted as such and not annotated, or with
    `all_languages` annotated nevertheless. Near-copies of an article before are marked `duplicate_of`. Where
    the packages for that are not installed it is left out, which the summary tells; `languages` and
    `duplicates` demand it (True) or leave it out (False).

    `annotator` (``module:function``) names a function that returns something with a `pipe` like that of an
    Annotator, to be used in its place. `progress` is called a few times a second.

    Raises InputError, OutputError, ModelError or MissingExtraError for what makes the run impossible, and
    Interrupted on SIGINT or SIGTERM; what was done by then is kept, and `existing="resume"` goes on there.
    """
    named = [str(name) for name in ([inputs] if isinstance(inputs, str | Path) else inputs)]
    columns = Columns(text_column, id_column, date_column)
    if engine not in ENGINES:
        raise InputError(f"the engine is {' or '.join(ENGINES)}, not {engine!r}")
    if engine == "ray":
        from bgpolitics_ner.corpus.ray_runner import annotate_on_ray

        return annotate_on_ray(
            named, str(out), tables=None if tables is None else str(tables), table_format=table_format,
            workers=jobs, existing=existing, timeout=timeout, input_format=input_format, columns=columns,
            all_languages=all_languages, languages=languages, duplicates=duplicates,
            progress=progress or (lambda _: None), annotator=annotator, chunk=chunk or ChunkSize(),
            options=options, address=address,
        )  # fmt: skip
    plan = make_plan(
        listing=Listing(named, input_format),
        columns=columns,
        places=Places(Path(out), None if tables is None else Path(tables), table_format),
        existing=existing,
        jobs=1 if jobs is None else jobs,
        timeout=timeout,
        all_languages=all_languages,
        languages=languages,
        duplicates=duplicates,
        annotator=annotator,
        options=options,
        chunk=chunk or ChunkSize(),
        shard=shard or ShardSize(),
    )
    with Interrupts() as interrupts:
        return _Run(plan, interrupts, progress or (lambda _: None)).run()


class _Run:
    def __init__(self, plan: Plan, interrupts: Interrupts, report: Report) -> None:
        self._plan, self._interrupts, self._report = plan, interrupts, report
        self._places = plan.places
        self._begun = time.monotonic()
        self._annotating = self._begun
        self._counts: Counter[str] = Counter()
        self._before: Counter[str] = Counter()  # what was done in earlier sessions
        self._read_before = 0
        self._position = 0
        self._digest = Digest("", 0, None)

    def run(self) -> Summary:
        # Refuse before the input is read, which may take long.
        self._check_places()
        clear_removed(self._places.parts)
        self._digest = self._plan.check_input(lambda: self._tick("checking"))
        identity = self._plan.identity(self._digest)
        if self._is_whole(identity):
            return self._summary(self._read_whole()["counts"])
        with explained(str(self._places.parts), "continue with --resume"), locked(self._places.parts):
            manifest = self._open(identity)
            if manifest.merged is None:
                try:
                    self._annotate(manifest)
                except Exception:
                    if not manifest.shards:  # there is nothing to continue
                        remove_folder(self._places.parts)
                    raise
                merge(self._places, manifest, self._plan.recipe.ending, lambda: self._tick("writing"))
            else:
                finish(self._places, manifest)
        return self._summary((manifest.merged or {})["counts"])

    # What is there already

    def _check_places(self) -> None:
        places, existing = self._places, self._plan.existing
        if existing == "overwrite":
            return
        unfinished, done = places.parts.exists(), places.out.exists()
        if existing == "refuse":
            if unfinished:
                raise OutputError(f"{places.parts} has unfinished work: --resume continues it, --overwrite "
                                  "begins anew")  # fmt: skip
            if done:
                raise OutputError(f"{places.out} exists; --overwrite writes it anew, --retry-failures tries "
                                  "what failed")  # fmt: skip
            check_tables(places)
        if not unfinished and done and not places.manifest.is_file():
            raise OutputError(f"{places.out} exists, but not {places.manifest}, so nobody can say what it is "
                              "of; --overwrite writes it anew")  # fmt: skip
        if existing == "retry" and not unfinished and not done:
            raise OutputError(f"{places.out} does not exist, so nothing of it has failed")

    def _read_whole(self) -> dict[str, Any]:
        try:
            data: dict[str, Any] = json.loads(self._places.manifest.read_bytes())
        except (OSError, ValueError) as error:
            raise OutputError(f"{self._places.manifest} cannot be read: {error}; --overwrite") from error
        return data

    def _is_whole(self, identity: Identity) -> bool:
        """Say whether there is nothing to do; refuse to touch the output of another run."""
        places, existing = self._places, self._plan.existing
        if existing not in ("resume", "retry") or places.parts.exists() or not places.out.exists():
            return False
        whole = self._read_whole()
        check_same(whole["identity"], identity, places.out)
        return existing == "resume" or not whole["counts"].get("failures")

    def _open(self, identity: Identity) -> Manifest:
        places = self._places
        path = places.parts / NAME
        if self._plan.existing == "overwrite":
            _empty(places.parts)
        elif path.exists():
            manifest = Manifest.read(path)
            if self._plan.existing == "retry" and not manifest.retry:
                raise OutputError(f"{places.parts} has unfinished work: first continue it with --resume")
            check_same(manifest.identity, identity, places.parts)
            check_shards(places.parts, manifest)
            return manifest
        return Manifest.create(path, identity, retry=self._plan.existing == "retry")

    # Annotating

    def _annotate(self, manifest: Manifest) -> None:
        for shard in manifest.shards:
            self._before.update(shard.counts)
        self._counts = self._before.copy()
        writer = ShardWriter(self._places.parts, manifest)
        chunks = self._chunks(manifest)
        try:
            first = next(chunks, None)
            self._read_before, self._annotating = self._position, time.monotonic()
            if first is not None:
                self._work(chain([first], chunks), writer, first.number)
            writer.seal()
        except BaseException:
            writer.discard()
            raise
        finally:
            chunks.close()

    def _chunks(self, manifest: Manifest) -> Generator[WorkChunk, None, None]:
        """Yield the chunks that are not done yet; raise OutputError where the input is not what it was."""
        plan = self._plan
        meter = plan.meter
        items = with_unique_ids(read_sources(plan.listing, plan.columns, meter))
        chunks = make_chunks(items, plan.chunk, lambda: meter.bytes)
        if manifest.retry:
            failed = _read_failed(self._places.failures)
            chunks = keep_annotated(chunks, failed, read_document_lines(self._places.out))
        for shard in manifest.shards:
            digest = hashlib.blake2b(digest_size=16)
            for _ in range(shard.chunks):
                self._tick("checking")
                chunk = next(chunks, None)
                digest.update(b"" if chunk is None else chunk.digest)
                self._position = meter.bytes
            if digest.hexdigest() != shard.digest:
                raise OutputError(f"the input is not what was read for {self._places.parts}; continue with "
                                  "the same, or begin anew: --overwrite")  # fmt: skip
        yield from chunks

    def _work(self, chunks: Iterator[WorkChunk], writer: ShardWriter, following: int) -> None:
        """Annotate the chunks, of which `following` is the number of the first."""
        plan = self._plan
        open_: dict[int, WorkChunk] = {}
        done: dict[int, Packed] = {}
        sealed = time.monotonic()
        more = True
        with Pool(plan.recipe, plan.jobs, plan.timeout) as pool:
            while more or open_:
                self._stop_if_told(writer)
                while more and pool.has_room() and self._has_window(open_, done):
                    chunk = next(chunks, None)
                    more = chunk is not None
                    if chunk is not None:
                        open_[chunk.number] = chunk
                        pool.submit(chunk.number, chunk.work)
                if open_:
                    done.update(pool.collect(_WAIT))
                while following in done:
                    self._keep(open_.pop(following), done.pop(following), writer)
                    following += 1
                if writer.bytes >= plan.shard.bytes or time.monotonic() - sealed >= plan.shard.seconds:
                    writer.seal()
                    sealed = time.monotonic()
                self._tell("annotating")

    def _has_window(self, open_: Mapping[int, WorkChunk], done: Mapping[int, Packed]) -> bool:
        """Say whether more may be begun while an old chunk takes its time and newer ones wait for it."""
        waiting = sum(len(packed.piece) + len(packed.rows) for packed in done.values())
        return len(open_) < _WINDOW * self._plan.jobs and waiting < _WINDOW_BYTES

    def _keep(self, chunk: WorkChunk, packed: Packed, writer: ShardWriter) -> None:
        writer.add(packed, first=chunk.first, items=len(chunk.work), digest=chunk.digest)
        self._counts.update(packed.counts)
        self._position = chunk.position

    def _stop_if_told(self, writer: ShardWriter | None = None) -> None:
        if self._interrupts.number is None:
            return
        if writer is not None:
            writer.seal()
        number = self._interrupts.number
        done = self._counts["documents"] + self._counts["failures"]
        raise Interrupted(
            f"stopped after {done:,} documents, which are kept; the same command with --resume goes on",
            number,
        )

    # Telling

    def _tick(self, phase: Phase) -> None:
        self._stop_if_told()
        self._tell(phase)

    def _tell(self, phase: Phase) -> None:
        counts, now = self._counts, time.monotonic()
        spent = now - self._annotating
        total = self._digest.bytes
        fraction = min(1.0, self._position / total) if total else None
        left = None
        if total and self._position > self._read_before:
            left = spent * max(0, total - self._position) / (self._position - self._read_before)
        self._report(
            Progress(
                phase=phase,
                documents=counts["documents"],
                words=counts["words"],
                triples=counts["triples"],
                failures=counts["failures"],
                seconds=now - self._begun,
                words_per_second=self._speed(spent),
                fraction=fraction,
                seconds_left=left,
            )
        )

    def _speed(self, seconds: float) -> float:
        return (self._counts["words"] - self._before["words"]) / seconds if seconds > 0 else 0.0

    def _summary(self, counts: dict[str, int]) -> Summary:
        notices = list(self._plan.notices)
        if self._plan.listing.skipped:
            notices.append(
                f"{self._plan.listing.skipped:,} files of unknown kind in the folders were left out"
            )
        now = time.monotonic()
        return Summary(
            out=self._places.out,
            failures_file=self._places.failures if counts.get("failures") else None,
            tables=self._places.tables,
            counts=counts,
            seconds=now - self._begun,
            words_per_second=self._speed(now - self._annotating),
            notices=tuple(notices),
        )


def _read_failed(path: Path) -> set[int]:
    try:
        with path.open("rb") as stream:
            return {json.loads(line)["index"] for line in stream}
    except (OSError, ValueError, KeyError) as error:
        raise OutputError(f"{path} cannot be read: {error}; --overwrite annotates all anew") from error


def _empty(folder: Path) -> None:
    """Remove what is in a folder of unfinished work; the manifest first: without it the rest is nothing."""
    (folder / NAME).unlink(missing_ok=True)
    for path in folder.iterdir():
        if path.is_dir():
            remove_folder(path)
        elif path.name != LOCK:
            path.unlink()
