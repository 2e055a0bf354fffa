"""How far a run is, and what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Phase = Literal["checking", "annotating", "writing"]


@dataclass(frozen=True)
class Progress:
    """A run at one moment. Counts are of the whole run, `words_per_second` is of this session alone.

    `fraction` of the input is done, None where its size is not known; `seconds_left` is guessed from it.
    """

    phase: Phase
    documents: int = 0
    words: int = 0
    triples: int = 0
    failures: int = 0
    seconds: float = 0.0
    words_per_second: float = 0.0
    fraction: float | None = None
    seconds_left: float | None = None


@dataclass(frozen=True)
class Summary:
    """What a run has done, from its beginning. `counts` has all that was counted, by name.

    `failures_file` and `tables` are None where there are none. Places of a run with Ray are strings, since
    they may be URLs. `seconds` and `words_per_second` are of this session; `notices` tell what was not done,
    in words.
    """

    out: Path | str
    failures_file: Path | str | None
    tables: Path | str | None
    counts: Mapping[str, int]
    seconds: float
    words_per_second: float
    notices: tuple[str, ...] = ()

    @property
    def documents(self) -> int:
        """Documents in OUT, annotated or not."""
        return self.counts.get("documents", 0)

    @property
    def failures(self) -> int:
        """Documents that are not in OUT but in the file of failures."""
        return self.counts.get("failures", 0)

    @property
    def words(self) -> int:
        """Words of all documents, counted at white space."""
        return self.counts.get("words", 0)

    @property
    def triples(self) -> int:
        """Triples of all documents."""
        return self.counts.get("triples", 0)

    @property
    def duplicates(self) -> int:
        """Documents marked as near-copies of one before them."""
        return self.counts.get("duplicates", 0)

    @property
    def languages(self) -> dict[str, int]:
        """Documents by language (ISO 639-1), most frequent first; empty where nobody looked."""
        return self._by("language")

    @property
    def problems(self) -> dict[str, int]:
        """Documents that were found not worth annotating, by reason: language, boilerplate, empty."""
        return self._by("problem")

    def _by(self, name: str) -> dict[str, int]:
        found = {key.partition(":")[2]: n for key, n in self.counts.items() if key.startswith(f"{name}:")}
        return dict(Counter(found).most_common())

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, ready for ``json.dumps``."""
        paths = {name: getattr(self, name) for name in ("out", "failures_file", "tables")}
        return {
            **{name: None if path is None else str(path) for name, path in paths.items()},
            "counts": dict(self.counts),
            "seconds": round(self.seconds, 3),
            "words_per_second": round(self.words_per_second, 1),
            "notices": list(self.notices),
        }
