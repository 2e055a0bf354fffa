"""A worker process: reads tasks from standard input, writes what came of them to standard output.

It is started as a new program, not forked, so that no thread or lock of its parent comes with it and no
``if __name__ == "__main__"`` is needed in the user's script. It ends when its parent does.
"""

from __future__ import annotations

import gc
import os
import pickle
import queue
import signal
import struct
import threading
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from bgpolitics_ner.corpus.processor import Failed, Kept, Packed, Processor, Recipe, Work
from bgpolitics_ner.corpus.records import Record
from bgpolitics_ner.errors import BgPoliticsError

_SIZE = struct.Struct("<Q")


@dataclass(frozen=True)
class Task:
    """A chunk to work on; with `alone` it is one record, and the document itself is the answer."""

    work: tuple[Work, ...]
    alone: bool = False


@dataclass(frozen=True)
class Ready:
    """The worker has loaded its model."""


@dataclass(frozen=True)
class Broken:
    """The worker cannot be used: its model does not load."""

    error: Exception


@dataclass(frozen=True)
class Done:
    """A task is done. A worker that is `worn` takes too much memory by now, and is to be replaced."""

    result: Packed | Kept | Failed
    worn: bool = False


class Wear:
    """Notes when a process has grown: vocabularies and caches keep every new word, a long text leaves holes.

    The memory after the first WARM characters is compared with; it may grow by GROWTH. Where the system does
    not tell it (`/proc`), a process is worn after LIFE characters.
    """

    WARM = 200_000
    GROWTH = 1.08
    LIFE = 20_000_000

    def __init__(self, measure: Callable[[], int | None] | None = None) -> None:
        self._measure = measure or resident_memory
        self._characters, self._first = 0, 0

    def add(self, work: Sequence[Work]) -> bool:
        """Note what was worked on, and say whether the process is worn."""
        self._characters += sum(len(item.text) for item in work if isinstance(item, Record))
        if self._characters < self.WARM:
            return False
        now = self._measure()
        if now is None:
            return self._characters >= self.LIFE
        self._first = self._first or now
        return now > self.GROWTH * self._first


def resident_memory() -> int | None:
    """Return the memory of this process in bytes, None where the system does not tell."""
    try:
        with Path("/proc/self/statm").open("rb") as stream:
            return int(stream.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, AttributeError):
        return None


def send(stream: IO[bytes], value: Any) -> None:
    """Write one value to a pipe."""
    data = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(_SIZE.pack(len(data)) + data)
    stream.flush()


def receive(stream: IO[bytes]) -> Any:
    """Read one value from a pipe; raise EOFError where the other side is gone."""
    head = stream.read(_SIZE.size)
    if len(head) < _SIZE.size:
        raise EOFError
    size = _SIZE.unpack(head)[0]
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return pickle.loads(data)


def main() -> None:
    """Work until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all; the parent decides
    source = os.fdopen(os.dup(0), "rb")
    target = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not come between the answers
    recipe: Recipe = receive(source)
    tasks: queue.SimpleQueue[Task] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(source, tasks), daemon=True).start()
    try:
        processor = Processor(recipe)
    except Exception as error:
        _tell(target, Broken(_sendable(error)))
        return
    _freeze()
    _tell(target, Ready())
    wear = Wear()
    while True:
        task = tasks.get()
        result = answer(processor, task)
        worn = wear.add(task.work)
        _tell(target, Done(result, worn))
        if worn:
            return


def _freeze() -> None:
    """Take what is loaded out of the garbage collector's sight.

    It collects all when a quarter more is there than before; with a model that is after a thousand texts. The
    last call tells it how little there is to compare with now.
    """
    gc.collect()
    gc.freeze()
    gc.collect()


def _tell(target: IO[bytes], value: Any) -> None:
    try:
        send(target, value)
    except OSError:  # nobody reads any more
        os._exit(1)


def answer(processor: Processor, task: Task) -> Packed | Kept | Failed:
    """Do one task."""
    results = processor.process(task.work)
    if not task.alone:
        return processor.pack(results)
    (result,) = results
    return result if isinstance(result, Failed) else Kept(result.to_json().encode("utf-8"))


def _listen(source: IO[bytes], tasks: queue.SimpleQueue[Task]) -> None:
    """Take tasks as they come, and end the process at once where there is nobody left to send them."""
    try:
        while True:
            tasks.put(receive(source))
    except BaseException:
        os._exit(1)


def _sendable(error: Exception) -> Exception:
    if isinstance(error, BgPoliticsError):
        return type(error)(str(error))
    return RuntimeError("".join(traceback.format_exception(type(error), error, error.__traceback__)))


if __name__ == "__main__":
    main()
