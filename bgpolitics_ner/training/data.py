"""Gold documents from JSON Lines → Documents and spaCy reference Docs."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from spacy.tokens import Doc
from spacy.util import filter_spans

from bgpolitics_ner.document import Document
from bgpolitics_ner.errors import DocumentError, InputError

# Files of relation gold under ``relations/``, in the order in which they are read.
RELATION_FILES = ("slavicner.jsonl", "war.jsonl")
# The named types a tagger learns; the other types come from rules.
TAGGED = ("PER", "LOC", "ORG", "EVT", "PRO", "WEAPON")
# Lists of held-out ids; they come with a checkout, not with the wheel.
SPLITS = Path(__file__).parents[2] / "benchmarks" / "splits"
RELATIONS_DEV = "relations-dev.txt"
# Left out of a training made for the generalisation score: a topic, a part of the texts on the war.
RELATIONS_TOPIC = "relations-topic.txt"
RELATIONS_WAR = "relations-war.txt"
ENTITIES_HELD_OUT = "entities-heldout.txt"


@dataclass(frozen=True)
class Article:
    """A gold Document, its language and the `topic` under which its corpus files it, None without one."""

    document: Document
    topic: str | None = None
    language: str = "bg"

    @property
    def id(self) -> str:
        """The id of the Document."""
        return self.document.id


def read_articles(path: Path, language: str = "bg") -> list[Article]:
    """Read a Document a line; the key ``topic``, which is not part of the format, is taken off.

    Raises InputError naming file and line.
    """
    articles = []
    for number, line in enumerate(_read(path).split("\n"), 1):
        if line.strip():
            try:
                values = json.loads(line)
                topic = values.pop("topic", None) if isinstance(values, dict) else None
                articles.append(Article(Document.from_dict(values), topic, language))
            except (ValueError, DocumentError) as error:
                raise InputError(f"{path}:{number}: {error}") from error
    return articles


def read_relations(data: Path) -> list[Document]:
    """Return the Documents with gold relations of a data folder."""
    return [a.document for name in RELATION_FILES for a in read_articles(data / "relations" / name)]


def read_split(name: str, folder: Path | None = None) -> frozenset[str]:
    """Return the ids listed in a split file; `folder` is None for the one of the checkout."""
    path = (folder or SPLITS) / name
    if not path.is_file():
        raise InputError(f"{path}: no such list of held-out documents; train in a checkout, which has them")
    return frozenset(_read(path).split())


def choose(documents: Iterable[Document], ids: Collection[str], *, inside: bool) -> list[Document]:
    """Return the Documents whose id is in `ids`, or with ``inside=False`` the others."""
    return [document for document in documents if (document.id in ids) == inside]


def tag_names(document: Document, doc: Doc) -> int:
    """Set ``doc.ents`` to the named mentions; return how many had to be widened to whole tokens.

    `doc` has the text of the Document. Of overlapping mentions the longest stays: a tagger gives one label to
    a token.
    """
    spans, widened = [], 0
    for entity in document.entities or ():
        if entity.type in TAGGED:
            span = doc.char_span(entity.start, entity.end, label=entity.type)
            if span is None:
                widened += 1
                span = doc.char_span(entity.start, entity.end, label=entity.type, alignment_mode="expand")
            if span is not None:
                spans.append(span)
    doc.ents = filter_spans(spans)
    return widened


def read_lines(path: Path) -> Iterator[str]:
    """Yield the lines of a UTF-8 file without their ends."""
    yield from _read(path).split("\n")


def find_raw(data: Path, names: Collection[str] = ("",)) -> list[Path]:
    """Return the files of raw text with one of `names` in their own; raise InputError where there is none."""
    files = [
        file for file in sorted((data / "raw").glob("*.txt")) if any(name in file.name for name in names)
    ]
    if not files:
        raise InputError(f"{data / 'raw'}: no .txt file; give the folder that holds raw/")
    return files


def read_start(file: Path, limits: Mapping[str, int]) -> str:
    """Return the text of a file, at most as many characters as `limits` has for a part of its name."""
    text = "\n".join(read_lines(file))
    return text[: next((size for part, size in limits.items() if part in file.name), None)]


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read ({error}); is the data folder the right one?") from error
