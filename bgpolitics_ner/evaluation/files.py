"""Reading what is to be scored: Documents from .json and .jsonl, and folders of gold articles."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bgpolitics_ner.document import Document
from bgpolitics_ner.errors import DocumentError, InputError

GOLD = ".gold.json"


def read_documents(path: str | Path) -> list[Document]:
    """Read one Document from ``.json`` or a Document a line from ``.jsonl`` (blank lines allowed).

    Raises InputError naming the file, for JSON Lines also the line; an unknown key is an error too.
    """
    path = Path(path)
    if path.suffix == ".jsonl":
        lines = enumerate(_read_bytes(path).split(b"\n"), 1)
        return [_parse(line, f"{path}:{number}") for number, line in lines if line.strip()]
    if path.suffix == ".json":
        return [_parse(_read_bytes(path), str(path))]
    raise InputError(f"{path}: expected a .json file (one Document) or .jsonl (one Document a line)")


@dataclass(frozen=True)
class GoldFile:
    """An article and its gold: ``NAME.txt`` and ``NAME.gold.json``."""

    name: str
    text: Path
    gold: Path

    def read(self) -> Document:
        """Return the gold Document; raise InputError where its text is not that of the ``.txt``."""
        document = _parse(_read_bytes(self.gold), str(self.gold))
        if document.text.encode("utf-8") != _read_bytes(self.text):
            raise InputError(
                f"{self.gold}: its text is not the content of {self.text}; offsets would not fit"
            )
        return document


def find_gold(folder: str | Path) -> list[GoldFile]:
    """Pair every ``NAME.txt`` with its ``NAME.gold.json`` in `folder`, by name.

    Raises InputError where either half is missing and where the folder holds no pair at all.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise InputError(f"{folder}: not a folder; expected one with NAME.txt and NAME{GOLD}")
    texts = {path.name.removesuffix(".txt"): path for path in folder.glob("*.txt")}
    golds = {path.name.removesuffix(GOLD): path for path in folder.glob(f"*{GOLD}")}
    for path in (texts[name] for name in sorted(set(texts) - set(golds))):
        raise InputError(f"{path}: no {path.stem}{GOLD} beside it; add the gold or move the text away")
    for name in sorted(set(golds) - set(texts)):
        raise InputError(f"{golds[name]}: no {name}.txt beside it; add the text that the gold annotates")
    if not texts:
        raise InputError(f"{folder}: no NAME.txt with NAME{GOLD} in it")
    return [GoldFile(name, texts[name], golds[name]) for name in sorted(texts)]


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error


def _parse(data: bytes, place: str) -> Document:
    try:
        return Document.from_json(data)
    except DocumentError as error:
        raise InputError(f"{place}: {error}") from error
