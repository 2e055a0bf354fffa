"""Documents as text for people: marked spans and tables. Everything is returned, nothing printed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rich import box
from rich.table import Table
from rich.text import Text

from bgpolitics_ner.document import Document, Relation

STYLES = {
    "PER": "bold cyan",
    "LOC": "bold green",
    "ORG": "bold blue",
    "EVT": "bold yellow",
    "PRO": "bold magenta",
    "WEAPON": "bold red",
    "GROUP": "cyan",
    "NOM": "green",
    "PRON": "dim cyan",
}


@dataclass(frozen=True)
class Mark:
    """A span to show as ``[text|LABEL]``; offsets are those of the document."""

    start: int
    end: int
    label: str
    style: str


def mark_text(text: str, marks: Iterable[Mark], *, start: int = 0, end: int | None = None) -> Text:
    """Return ``text[start:end]`` with each mark in brackets, its label behind it; marks may nest.

    ``Лукашенко се срещна с Тръмп`` → ``[Лукашенко|PER] се срещна с [Тръмп|PER]``
    """
    end = len(text) if end is None else end
    inside = [mark for mark in marks if start <= mark.start < mark.end <= end]
    # At one place: first what closes, the inner one before the outer; then what opens, the outer one first.
    events = [(mark.end, 0, -mark.start, -index, mark) for index, mark in enumerate(inside)]
    events += [(mark.start, 1, -mark.end, index, mark) for index, mark in enumerate(inside)]
    result = Text()
    position = start
    open_marks: list[Mark] = []
    for place, kind, _, _, mark in sorted(events, key=lambda event: event[:4]):
        result.append(text[position:place], style=open_marks[-1].style if open_marks else "")
        position = place
        if kind:
            open_marks.append(mark)
            result.append("[", style=mark.style)
        else:
            open_marks.remove(mark)
            result.append(f"|{mark.label}]", style=f"{mark.style} dim")
    result.append(text[position:end])
    return result


def entity_marks(document: Document) -> list[Mark]:
    """Return the document's entities as marks."""
    return [Mark(e.start, e.end, e.type, STYLES.get(e.type, "bold")) for e in document.entities or ()]


def triple_table(document: Document) -> Table:
    """Return the document's triples, each with its evidence: the words that say it and what qualifies it."""
    table = make_table("subject", "relation", "object", "factuality", "evidence")
    for column in (1, 3):
        table.columns[column].no_wrap = True
    relations = {relation.id: relation for relation in document.relations or ()}
    names = referent_names(document)
    for triple in document.triples or ():
        found = [relations[key] for key in triple.relations if key in relations]
        factuality = ", ".join(triple.factuality)
        cells = (
            triple.subject,
            triple.predicate,
            triple.object,
            factuality,
            _describe_evidence(found, names),
        )
        table.add_row(*map(Text, cells))
    return table


def summary(document: Document) -> str:
    """Return the number of things found, as in ``60 entities, 24 relations, 21 triples``."""
    layers = ("entities", "relations", "triples")
    counts = [(layer, getattr(document, layer)) for layer in layers]
    return ", ".join(
        f"{len(items)} {layer}" if items is not None else f"no {layer} layer" for layer, items in counts
    )


def referent_names(document: Document) -> dict[str, str]:
    """Return the name of each referent id."""
    return {referent.id: referent.name for referent in document.referents or ()}


def describe_roles(relation: Relation) -> list[str]:
    """Return the roles of a relation as ``place: Минск``."""
    return [f"{role}: {span.text}" for role, span in sorted(relation.roles.items())]


def make_table(*columns: str) -> Table:
    """Return an empty table in the one style of the command line."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for column in columns:
        table.add_column(Text(column), overflow="fold")
    return table


def _describe_evidence(relations: list[Relation], names: dict[str, str]) -> str:
    """Return as in ``„среща“ 0.81; said by Александър Лукашенко; през 2025 г.; place: Минск``."""
    sources = [names.get(relation.source, relation.source) for relation in relations if relation.source]
    parts = [_describe_trigger(relation) for relation in relations]
    parts += [f"said by {source}" for source in sources]
    parts += [relation.when.text for relation in relations if relation.when]
    parts += [role for relation in relations for role in describe_roles(relation)]
    return _join(parts)


def _describe_trigger(relation: Relation) -> str:
    confidence = "" if relation.confidence is None else f"{relation.confidence:.2f}"
    trigger = f"„{relation.trigger.text}“" if relation.trigger else ""
    return f"{trigger} {confidence}"


def _join(values: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(line for value in values if (line := " ".join(value.split()))))
