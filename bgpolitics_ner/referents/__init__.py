"""Mentions → referents: coreference, metonymy, office descriptions, pronouns, left-out subjects.

The public names are resolved on first use: how names are compared is wanted without spaCy too.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bgpolitics_ner.referents.component import ReferentResolver, create_referents
    from bgpolitics_ner.referents.implied import implied_subject, members_of, speaker_of
    from bgpolitics_ner.referents.linking import ReferentLinker, create_linking

__all__ = [
    "ReferentLinker",
    "ReferentResolver",
    "create_linking",
    "create_referents",
    "implied_subject",
    "members_of",
    "speaker_of",
]

_HOME = {
    "ReferentLinker": "linking",
    "ReferentResolver": "component",
    "create_linking": "linking",
    "create_referents": "component",
    "implied_subject": "implied",
    "members_of": "implied",
    "speaker_of": "implied",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value
