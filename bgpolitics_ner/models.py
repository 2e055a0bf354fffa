"""Finds the trained models that come with the package and reads what they say of themselves.

A model is a spaCy pipeline directory: ``bgpolitics_ner/models/<name>`` in an installed wheel,
``models/<name>`` in a checkout. Its ``meta.json`` and ``CARD.md`` are the only sources of the answers here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bgpolitics_ner.errors import ModelError

DEFAULT_MODEL = "bg_politics"
CODE_LICENCE = "Apache-2.0"

_PACKAGE = Path(__file__).parent


@dataclass(frozen=True)
class ModelInfo:
    """What a model says of itself; `size` is in bytes, `scores` are shares between 0 and 1."""

    name: str
    version: str
    language: str
    stages: tuple[str, ...]
    path: Path
    size: int
    code_licence: str
    weights_licence: str
    description: str = ""
    scores: dict[str, float] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for ``json.dumps``."""
        return {**vars(self), "stages": list(self.stages), "path": str(self.path)}


def model_roots() -> list[Path]:
    """Return the folders that may hold models, the installed wheel's first."""
    return [_PACKAGE / "models", _PACKAGE.parent / "models"]


def find_model(model: str | Path | None = None) -> Path:
    """Return the directory of a model.

    `model` is None for the default model, a name (``"bg_politics"``) or the path of a pipeline directory.
    Raises ModelError that says where was looked and what to do.
    """
    name = DEFAULT_MODEL if model is None else model
    places = [root / name for root in model_roots()]
    if model is not None:
        places.insert(0, Path(model))
    for place in places:
        if (place / "meta.json").is_file():
            return place
    looked = ", ".join(str(place) for place in places)
    if model is None:
        todo = "reinstall bgpolitics-ner, or train the model again as CONTRIBUTING.md says"
    else:
        todo = (
            f"give the path of a spaCy pipeline directory or one of: {_known_names() or 'no model installed'}"
        )
    raise ModelError(f"no model {str(name)!r} (looked for meta.json in {looked}); {todo}")


def list_models() -> list[ModelInfo]:
    """Return all models that come with the package, by name; a name found twice counts once."""
    found: dict[str, ModelInfo] = {}
    for root in model_roots():
        for place in sorted(root.glob("*/meta.json")):
            found.setdefault(place.parent.name, read_model_info(place.parent))
    return [found[name] for name in sorted(found)]


def read_model_info(path: Path) -> ModelInfo:
    """Read ``meta.json`` and the front matter of ``CARD.md``; raise ModelError naming the broken file."""
    place = path / "meta.json"
    try:
        meta = json.loads(place.read_text(encoding="utf-8"))
        card = _read_card(path / "CARD.md")
        return ModelInfo(
            name=path.name,
            version=str(meta.get("version", "")),
            language=str(meta.get("lang", "")),
            stages=tuple(str(stage) for stage in meta.get("pipeline", ())),
            path=path,
            size=sum(file.stat().st_size for file in path.rglob("*") if file.is_file()),
            code_licence=card.get("code_licence", CODE_LICENCE),
            weights_licence=card.get("weights_licence") or str(meta.get("license") or "not stated"),
            description=str(meta.get("description", "")),
            scores=_read_scores(meta.get("performance") or {}),
        )
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise ModelError(f"{place}: {error}; reinstall the model") from error


def _known_names() -> str:
    names = {place.parent.name for root in model_roots() for place in root.glob("*/meta.json")}
    return ", ".join(sorted(names))


def _read_scores(performance: dict[str, Any]) -> dict[str, float]:
    """Keep the single numbers between 0 and 1: losses, speeds and per-type tables stay in the file."""
    return {
        key: float(value)
        for key, value in performance.items()
        if isinstance(value, int | float) and 0 <= value <= 1 and not key.endswith("_loss")
    }


def _read_card(path: Path) -> dict[str, str]:
    """Return the ``key: value`` lines between the two ``---`` lines at the top of a card; {} without them."""
    if not path.is_file():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    if not lines or lines[0].strip() != "---":
        return {}
    pairs: dict[str, str] = {}
    for line in lines[1:]:
        if line.strip() == "---":
            break
        key, _, value = line.partition(":")
        pairs[key.strip()] = value.strip()
    return pairs
