"""TEI, as of ParlaMint: every utterance ``<u>`` is a text; where there are none, every ``<text>``.

Words and punctuation (``<w>``, ``<pc>``) are put together again by their ``join``; a segment, paragraph or
heading is a paragraph of the text. Notes, and what is no speech (``<kinesic>``, ``<vocal>`` …), are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any
from xml.etree import ElementTree

from bgpolitics_ner.corpus.files import Source
from bgpolitics_ner.corpus.records import Item, Record, Unreadable, read_date

_ID = "{http://www.w3.org/XML/1998/namespace}id"
_BLOCKS = frozenset(("seg", "p", "head", "l", "ab", "item", "div", "sp", "s"))
_PARAGRAPHS = frozenset(("seg", "p", "head", "l", "ab", "item"))
_LEFT_OUT = frozenset((
    "note", "desc", "kinesic", "vocal", "incident", "gap", "linkGrp", "figure", "teiHeader", "fw", "pb", "lb",
))  # fmt: skip
_WORDS = frozenset(("w", "pc"))


def read_tei(stream: IO[bytes], source: Source) -> Iterator[Item]:
    """Yield the texts of a TEI file, one element in memory at a time."""
    reader = _Reader(source)
    try:
        for event, element in ElementTree.iterparse(stream, events=("start", "end")):
            yield from reader.take(event, element)
    except ElementTree.ParseError as error:
        line = error.position[0]
        yield Unreadable(f"{source.name}#{reader.count + 1}", f"{source.path}:{line}", f"not XML: {error}")
        return
    if not reader.count and reader.root != "teiCorpus":
        yield Unreadable(source.stem, source.path, "no <u> and no <text> of TEI in it")


class _Reader:
    def __init__(self, source: Source) -> None:
        self.count, self.root = 0, ""
        self._source = source
        self._date: str | None = None
        self._title: str | None = None
        self._name = source.stem
        self._spoken = False  # whether the present text has utterances

    def take(self, event: str, element: Any) -> Iterator[Item]:
        tag = _tag(element)
        if event == "start":
            self._start(tag, element)
        elif tag == "teiHeader":
            self._read_header(element)
            element.clear()
        elif tag == "u":
            self._spoken = True
            yield self._make(element)
            element.clear()
        elif tag == "text":
            if not self._spoken:
                yield self._make(element)
            element.clear()

    def _start(self, tag: str, element: Any) -> None:
        self.root = self.root or tag
        if tag == "TEI":
            self._name = element.get(_ID) or self._source.stem
        elif tag == "text":
            self._spoken = False

    def _read_header(self, header: Any) -> None:
        """Keep date and title: of the source, of the setting, of the publication; the first there is."""
        self._date = None
        for place in ("sourceDesc", "settingDesc", "publicationStmt"):
            for node in (e for part in header.iter() if _tag(part) == place for e in part.iter()):
                found = node.get("when") or node.get("from") if _tag(node) == "date" else None
                self._date = self._date or read_date(found)[0]
        titles = [e for e in header.iter() if _tag(e) == "title" and e.get("level") != "s"]
        self._title = next((" ".join("".join(e.itertext()).split()) for e in titles), None)

    def _make(self, element: Any) -> Item:
        self.count += 1
        id = element.get(_ID) or f"{self._name}#{self.count}"
        meta = {"title": self._title, "speaker": (element.get("who") or "").removeprefix("#") or None}
        place = f"{self._source.path}:{id}"
        known = {key: value for key, value in meta.items() if value}
        return Record(id, "\n\n".join(_paragraphs(element)), self._date, known, place)


def _tag(element: Any) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _paragraphs(element: Any) -> list[str]:
    pieces: list[str] = []
    _collect(element, pieces)
    return [text for part in "".join(pieces).split("\0") if (text := " ".join(part.split()))]


def _collect(element: Any, pieces: list[str]) -> None:
    """Append the text of an element; a zero byte, which XML cannot hold, ends a paragraph."""
    tag = _tag(element)
    if tag in _LEFT_OUT or not tag:
        return
    if tag in _WORDS:
        pieces.append("".join(element.itertext()).strip() + ("" if element.get("join") == "right" else " "))
        return
    if tag in _PARAGRAPHS:
        pieces.append("\0")
    pieces.append(_words_around(element.text, element))
    for child in element:
        _collect(child, pieces)
        pieces.append(_words_around(child.tail, element))
    if tag in _PARAGRAPHS:
        pieces.append("\0")
    elif tag == "s":
        pieces.append(" ")


def _words_around(text: str | None, element: Any) -> str:
    """Return text between elements; white space between words counts only where nothing says otherwise."""
    if not text or (text.isspace() and any(_tag(child) in _WORDS for child in element)):
        return ""
    return " " if text.isspace() and _tag(element) in _BLOCKS else text
