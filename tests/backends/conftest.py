"""One annotator for each front end; those of other packages run on tiny models trained here."""

from __future__ import annotations

import importlib.util
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import bgpolitics_ner as bgp
from tests.backends.tiny_models import TRAINERS

FRONTENDS = ("spacy", *TRAINERS)


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The model folder of each package that is installed; it takes half a minute to train one."""
    made: dict[str, Path] = {}
    for name, train in TRAINERS.items():
        if importlib.util.find_spec(name):
            import torch

            torch.set_num_threads(1)
            made[name] = train(tmp_path_factory.mktemp(name))
    return made


@pytest.fixture(scope="session", params=FRONTENDS)
def frontend(request: pytest.FixtureRequest, folders: dict[str, Path]) -> tuple[str, Path | None]:
    """The name of a front end and its model folder."""
    name = request.param
    if name != "spacy" and name not in folders:
        pytest.skip(f"{name} is not installed")
    return name, folders.get(name)


@pytest.fixture(scope="session", params=TRAINERS)
def backend(request: pytest.FixtureRequest, folders: dict[str, Path]) -> tuple[str, Path]:
    """The name of another package and its model folder."""
    if request.param not in folders:
        pytest.skip(f"{request.param} is not installed")
    return request.param, folders[request.param]


@pytest.fixture(scope="session")
def parser(frontend: tuple[str, Path | None]) -> Any:
    """The annotator with one of the front ends, loaded and ready without network."""
    name, folder = frontend
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", _refuse)
        return bgp.load(os.environ.get("BGPOLITICS_MODEL"), frontend=name, frontend_model=folder)


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let every connection fail at once."""
    monkeypatch.setattr(socket.socket, "connect", _refuse)
    yield


def _refuse(*_: Any) -> None:
    raise OSError("the tests are offline")
