"""Units on a Ray cluster, by Ray Data: an actor a worker, as many as there is room for, retried if lost."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from bgpolitics_ner.corpus.extras import import_extra
from bgpolitics_ner.corpus.unit_worker import Job, Order, UnitWorker, finish_unit
from bgpolitics_ner.corpus.units import Unit, dump_units, load_units
from bgpolitics_ner.errors import BgPoliticsError, InputError


@contextmanager
def connected(address: str | None) -> Iterator[None]:
    """Connect to a cluster: the one this process uses already, the one at `address`, or a new local one."""
    ray = import_extra("ray", extra="ray")
    if ray.is_initialized():
        yield
        return
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # it would report to its makers
    more = {} if address or os.environ.get("RAY_ADDRESS") else {"include_dashboard": False}
    try:
        ray.init(address=address, log_to_driver=False, logging_level="warning", **more)
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise InputError(f"no Ray cluster at {address}: {error}") from error
    try:
        yield
    finally:
        ray.shutdown()


class _Actor:
    """A worker as Ray Data knows it: made once, called with one unit after another."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._worker: UnitWorker | None = None

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        if self._worker is None:
            self._worker = UnitWorker(self._job)
        orders = map(_read_order, batch["unit"], batch["failed"])
        return {"counts": [json.dumps(self._worker.annotate(order)) for order in orders]}


def annotate_units(
    job: Job, orders: Sequence[Order], workers: int | None
) -> Generator[dict[str, int], None, None]:
    """Yield the counts of each unit as they are done, by at most `workers` actors; None: no limit."""
    if not orders:
        return
    data = _data()
    most = min(workers or len(orders), len(orders))
    items = [{"unit": _to_row(order.unit), "failed": json.dumps(order.failed)} for order in orders]
    rows = data.from_items(items, override_num_blocks=len(items))
    # Ray starts an actor that is lost anew and gives its unit to another one, as often as it takes: a text
    # cannot end an actor, only the process below it, which its pool sees.
    annotated = rows.map_batches(
        _Actor, fn_constructor_args=(job,), batch_size=1, concurrency=(1, most), num_cpus=1
    )
    for row in _rows_of(annotated):
        yield json.loads(row["counts"])


def finish_units(
    job: Job, units: Sequence[Unit], copies: Mapping[int, Mapping[int, str]]
) -> Generator[str, None, None]:
    """Put the files of all units in place; `copies` by number of the unit, then as `finish_unit` has them."""

    def finish(batch: dict[str, Any]) -> dict[str, Any]:
        for text, marks in zip(batch["unit"], batch["copies"], strict=True):
            finish_unit(job, _from_row(text), {int(i): id for i, id in json.loads(marks).items()})
        return {"done": batch["unit"]}

    if not units:
        return
    rows = [{"unit": _to_row(u), "copies": json.dumps(copies.get(u.number, {}))} for u in units]
    data = _data()
    made = data.from_items(rows, override_num_blocks=len(rows)).map_batches(finish, batch_size=1)
    for row in _rows_of(made):
        yield row["done"]


def _rows_of(dataset: Any) -> Iterator[dict[str, Any]]:
    """Yield rows as they are made; an error of this package is raised as it was, not as Ray wraps it."""
    try:
        yield from dataset.iter_rows()
    except Exception as error:
        raise _cause_of(error) from error


def _data() -> Any:
    data = import_extra("ray.data", extra="ray")
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    context = data.DataContext.get_current()
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    return data


def _to_row(unit: Unit) -> str:
    return dump_units([unit]).decode("utf-8")


def _read_order(unit: Any, failed: Any) -> Order:
    numbers = json.loads(str(failed))
    return Order(_from_row(unit), None if numbers is None else tuple(numbers))


def _from_row(text: Any) -> Unit:
    return load_units(str(text).encode("utf-8"))[0]


def _cause_of(error: BaseException) -> BaseException:
    """Return the error of this package that Ray has wrapped, if there is one."""
    found: BaseException | None = error
    while found is not None:
        inner = getattr(found, "cause", None)
        if isinstance(found, BgPoliticsError) and type(found).__module__.startswith("bgpolitics_ner"):
            return type(found)(str(found).splitlines()[0]) if inner is not None else found
        found = inner if isinstance(inner, BaseException) else found.__cause__
    return error
