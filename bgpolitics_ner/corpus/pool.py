"""The worker processes as their parent sees them: who works on what, since when, and what if one dies.

A chunk whose worker dies is given to another one once more, as it is: so a worker that was killed from
outside changes nothing. If that one dies too, or the chunk takes longer than the time for one document, its
records are tried one by one, each as a task of its own; one that fails then is given up.
"""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import IO, Any, cast

from bgpolitics_ner.corpus.processor import Failed, Kept, Packed, Recipe, Work
from bgpolitics_ner.corpus.records import Record
from bgpolitics_ner.corpus.worker import Broken, Done, Ready, Task, receive, send
from bgpolitics_ner.errors import ModelError

_START = "import sys; sys.path[:] = {path!r}; from bgpolitics_ner.corpus.worker import main; main()"
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
_ATTEMPTS = 2
_GRACE = 5.0  # seconds for a process to end after its last word
_STARTS = 3
"""So many workers in a row may die while they load the model."""


@dataclass
class _Job:
    """A task and what it is part of: a whole chunk, one record of it (`position`), or its packing."""

    chunk: int
    task: Task
    attempts: int = 0
    position: int | None = None


@dataclass
class _Apart:
    """A chunk whose records are tried one by one, and what came of them so far."""

    found: list[Work | None]
    open: int = field(default=0)


class _Worker:
    """One process, a thread that writes to it and one that reads: so neither side waits for a full pipe."""

    def __init__(self, recipe: Recipe, events: queue.SimpleQueue[tuple[_Worker, Any]]) -> None:
        environment = {**os.environ, **dict.fromkeys(_THREADS, "1")}
        command = [sys.executable, "-c", _START.format(path=sys.path)]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
        )
        self.job: _Job | None = None
        self.since = time.monotonic()
        self.ready = False
        self.late = False
        self._outbox: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._outbox.put(recipe)
        for target, pipe in ((self._write, self.process.stdin), (self._read, self.process.stdout)):
            threading.Thread(target=target, args=(cast(IO[bytes], pipe), events), daemon=True).start()

    def give(self, job: _Job) -> None:
        self.job, self.since = job, time.monotonic()
        self._outbox.put(job.task)

    def kill(self) -> None:
        self.process.kill()

    def end(self) -> int:
        """Wait for a process that says nothing more, and return its status."""
        try:
            self.process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            self.kill()
        self._outbox.put(None)
        return self.process.wait()

    def _write(self, pipe: IO[bytes], events: queue.SimpleQueue[tuple[_Worker, Any]]) -> None:
        try:
            with pipe:
                while (value := self._outbox.get()) is not None:
                    send(pipe, value)
        except OSError:
            pass  # the reader sees the end too, and tells

    def _read(self, pipe: IO[bytes], events: queue.SimpleQueue[tuple[_Worker, Any]]) -> None:
        with pipe:
            try:
                while True:
                    events.put((self, receive(pipe)))
            except Exception:
                events.put((self, None))


class Pool:
    """Works on chunks with some worker processes. Use it as a context manager.

    `timeout` is in seconds, for one document; None: no limit.
    """

    def __init__(self, recipe: Recipe, jobs: int, timeout: float | None = None) -> None:
        self._recipe, self._jobs, self._timeout = recipe, jobs, timeout
        self._events: queue.SimpleQueue[tuple[_Worker, Any]] = queue.SimpleQueue()
        self._workers: list[_Worker] = []
        self._waiting: deque[_Job] = deque()
        self._apart: dict[int, _Apart] = {}
        self._done: list[tuple[int, Packed]] = []
        self._deaths = 0  # while loading, in a row

    def __enter__(self) -> Pool:
        self._workers = [_Worker(self._recipe, self._events) for _ in range(self._jobs)]
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.kill()
        for worker in self._workers:
            worker.end()

    @property
    def pids(self) -> list[int]:
        """The process ids of the workers."""
        return [worker.process.pid for worker in self._workers]

    def has_room(self) -> bool:
        """Say whether another chunk may be given: as many may wait as there are workers."""
        return len(self._waiting) < self._jobs

    def submit(self, chunk: int, work: Sequence[Work]) -> None:
        """Give a chunk to work on."""
        self._waiting.append(_Job(chunk, Task(tuple(work))))
        self._dispatch()

    def collect(self, wait: float) -> Iterator[tuple[int, Packed]]:
        """Yield the chunks that are done, in whatever order, after waiting for one at most `wait` seconds.

        Raises what a worker says that cannot load its model.
        """
        try:
            self._handle(*self._events.get(timeout=wait))
            while True:
                self._handle(*self._events.get_nowait())
        except queue.Empty:
            pass
        self._stop_late()
        self._dispatch()
        done, self._done = self._done, []
        yield from done

    def _dispatch(self) -> None:
        for worker in self._workers:
            if self._waiting and worker.job is None and worker.ready:
                worker.give(self._waiting.popleft())

    def _handle(self, worker: _Worker, value: Any) -> None:
        if worker not in self._workers:
            return
        if value is None:
            self._bury(worker)
        elif isinstance(value, Broken):
            raise value.error
        elif isinstance(value, Ready):
            worker.ready, self._deaths = True, 0
        elif isinstance(value, Done):
            job, worker.job = worker.job, None
            if value.worn:
                worker.kill()
                worker.end()
                self._replace(worker)
            if job is not None:
                self._take(job, value.result)

    def _take(self, job: _Job, value: Packed | Kept | Failed) -> None:
        if isinstance(value, Packed):
            self._done.append((job.chunk, value))
            return
        apart = self._apart[job.chunk]
        apart.found[cast(int, job.position)] = value
        apart.open -= 1
        if not apart.open:
            found = cast("list[Work]", self._apart.pop(job.chunk).found)
            self._waiting.appendleft(_Job(job.chunk, Task(tuple(found))))

    def _stop_late(self) -> None:
        """Kill the workers that take too long; their end comes as an event."""
        now = time.monotonic()
        for worker in self._workers:
            if self._timeout and worker.job and not worker.late and now - worker.since > self._timeout:
                worker.late = True
                worker.kill()

    def _bury(self, worker: _Worker) -> None:
        status = worker.end()
        if not worker.ready:
            self._deaths += 1
            if self._deaths >= _STARTS:
                raise ModelError(f"{_STARTS} worker processes ended while loading the model: {_say(status)}")
        self._replace(worker)
        if worker.job is not None:
            self._retry(worker.job, worker.late, status)

    def _replace(self, worker: _Worker) -> None:
        self._workers[self._workers.index(worker)] = _Worker(self._recipe, self._events)

    def _retry(self, job: _Job, late: bool, status: int) -> None:
        """Try a task again in the way that comes next, or give its record up."""
        job.attempts += 1
        (first, *others) = job.task.work
        if job.position is not None or (not others and (late or job.attempts >= _ATTEMPTS)):
            self._give_up(job, first, late, status)
        elif not late and job.attempts < _ATTEMPTS:
            self._waiting.appendleft(job)
        else:
            self._take_apart(job, status)

    def _give_up(self, job: _Job, record: Work, late: bool, status: int) -> None:
        if not isinstance(record, Record):
            raise ModelError(f"worker processes end while they pack what is done: {_say(status)}")
        if late:
            kind, reason = "timeout", f"took longer than {self._timeout:g} s"
        else:
            kind, reason = "died", f"the worker process ended: {_say(status)}"
        failed = Failed(record.id, record.place, kind, reason)
        if job.position is None:
            self._waiting.appendleft(_Job(job.chunk, Task((failed,))))
        else:
            self._take(job, failed)

    def _take_apart(self, job: _Job, status: int) -> None:
        work = job.task.work
        records = [i for i, item in enumerate(work) if isinstance(item, Record)]
        if not records:
            raise ModelError(f"worker processes end while they pack what is done: {_say(status)}")
        found: list[Work | None] = [None if isinstance(item, Record) else item for item in work]
        self._apart[job.chunk] = _Apart(found, len(records))
        tasks = (_Job(job.chunk, Task((work[i],), alone=True), position=i) for i in reversed(records))
        self._waiting.extendleft(tasks)


def _say(status: int) -> str:
    if status >= 0:
        return f"exit status {status}"
    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = f"signal {-status}"
    return f"{name}, as when memory runs out" if name == "SIGKILL" else name
