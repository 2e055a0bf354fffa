"""The mentions and referents that travel on the spaCy Doc between our stages.

``doc._.mentions`` holds every candidate mention in text order, nominal and pronominal ones included;
``doc._.referents`` who they refer to. Which of them enter the Document is decided at its end.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from spacy.tokens import Doc, Span

KNOWN_NAMES = ("._.", "known_names", None, None)
"""Where spaCy keeps ``doc._.known_names`` in ``doc.user_data``; it cannot be carried to a joined Doc."""


@dataclass
class Mention:
    """A candidate mention: character offsets, type and the index of its head token in the Doc.

    `referent` is an index into ``doc._.referents`` once the referents stage has run. `state` is the
    name of the state for an adjective or noun that names one (``руския`` → ``Русия``). `kind` is the key of
    the confidence table for a named mention, "" for the others; `probability` what the tagger gives it, None
    where it does not see it. `subtype` is one of those schema.toml allows.
    """

    start: int
    end: int
    type: str
    head: int
    lemma: str
    confidence: float
    origin: str
    referent: int | None = None
    state: str | None = None
    adjective: bool = False
    kind: str = ""
    probability: float | None = None
    subtype: str | None = None


@dataclass
class Cluster:
    """One referent: `name` in base form, `type`, and the indices of its mentions.

    `link` is its cross-lingual id, `wikidata` its item, once the linking stage has run.
    """

    name: str
    type: str
    mentions: list[int] = field(default_factory=list)
    gender: str = ""
    number: str = ""
    state: str | None = None
    link: str | None = None
    wikidata: str | None = None


def register_extensions() -> None:
    """Declare the Doc and Span extensions once; safe to call again."""
    for name in ("mentions", "referents", "relations", "quotes", "known_names"):
        if not Doc.has_extension(name):
            Doc.set_extension(name, default=None)
    for name in ("probability", "rivals"):
        if not Span.has_extension(name):
            Span.set_extension(name, default=None)
