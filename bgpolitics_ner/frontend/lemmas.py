"""Lemmas from a lexicon: corrects what the statistical lemmatiser guessed."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc, Token

from bgpolitics_ner.errors import ModelError
from bgpolitics_ner.frontend.participles import ParticipleNouns

FORMAT = 1
FILE_NAME = "lemmas.bin"
# Lexicon class of a participle that the treebank tags ADJ and lemmatises as its verb.
PARTICIPLE = "PART"
OPEN_CLASSES = frozenset({"NOUN", "VERB", "ADJ"})
NEIGHBOURS = {"NOUN": ("NOUN", "ADJ", "VERB"), "VERB": ("VERB", PARTICIPLE, "ADJ", "NOUN")}
# Table class of a word ending: ``-ADJ|ското`` holds the edit of nearly all adjectives that end so.
ENDING = "-"
ENDING_SIZES = (6, 5, 4)
# Table class of the endings that participles have; only whether they are there counts.
PARTICIPLE_ENDING = "-?PART"
PARTICIPLE_ENDING_SIZE = 3
MIN_SHARED_END = 5
CACHE_SIZE = 20_000
"""Lemmas that are remembered; at 350 bytes each."""

Edit = tuple[int, str]


def apply_edit(form: str, edit: Edit) -> str:
    """Return the lemma: cut `edit[0]` characters from the end of `form`, add `edit[1]`."""
    return form[: len(form) - edit[0]] + edit[1]


def find_edit(form: str, lemma: str) -> Edit:
    """Return the shortest edit that makes `lemma` of `form` (``градове``, ``град`` → ``(3, "")``)."""
    same = 0
    for left, right in zip(form, lemma, strict=False):
        if left != right:
            break
        same += 1
    return len(form) - same, lemma[same:]


def restore_case(lemma: str, form: str) -> str:
    """Give a lower-case lemma of a name the case of its form (``Конгреса``, ``конгрес`` → ``Конгрес``)."""
    if form.isupper() and len(form) > 1:
        return lemma.upper()
    parts, forms = lemma.split("-"), form.split("-")
    if len(parts) != len(forms):
        return lemma[:1].upper() + lemma[1:] if form[:1].isupper() else lemma
    return "-".join(_match_case(part, piece) for part, piece in zip(parts, forms, strict=True))


def _match_case(part: str, form: str) -> str:
    if form.isupper() and len(form) > 1:
        return part.upper()
    if form[:1].isupper():
        return part[:1].upper() + part[1:]
    return part


class LemmaTable:
    """Compact map (word class, lower-case form) → candidate lemmas, best first.

    Keys are CRC-32 values in one sorted array, values are numbers of suffix edits: about 3 bytes an entry
    on disk and 6 in memory. A form that is not in the table hits a key by chance in 1 of 5,000 look-ups.
    """

    def __init__(
        self,
        entries: Mapping[tuple[str, str], Sequence[Edit]] | None = None,
        *,
        by_features: Mapping[str, Mapping[Edit, int]] | None = None,
        endings: Mapping[str, Mapping[str, int]] | None = None,
        prefixes: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        """`by_features` counts edits and `endings` the last two letters of lemmas, per ``UPOS|features``;
        `prefixes` are those a lemma drops, per class."""
        self.endings = {key: dict(sorted(counts.items())) for key, counts in sorted((endings or {}).items())}
        self.edits: list[Edit] = []
        self.prefixes = {tag: tuple(values) for tag, values in sorted((prefixes or {}).items())}
        numbers = self._number_edits(entries or {}, by_features or {})
        rows = sorted(
            (hash_key(tag, form), rank, numbers[edit])
            for (tag, form), edits in (entries or {}).items()
            for rank, edit in enumerate(edits)
        )
        self._keys = np.array([row[0] for row in rows], dtype=np.uint32)
        self._values = np.array([row[2] for row in rows], dtype=np.uint16)
        self.by_features = {
            features: {numbers[edit]: count for edit, count in sorted(counts.items())}
            for features, counts in sorted((by_features or {}).items())
        }

    def _number_edits(
        self, entries: Mapping[tuple[str, str], Sequence[Edit]], by_features: Mapping[str, Mapping[Edit, int]]
    ) -> dict[Edit, int]:
        used = {edit for edits in entries.values() for edit in edits}
        used.update(edit for counts in by_features.values() for edit in counts)
        self.edits = sorted(used)
        if len(self.edits) > np.iinfo(np.uint16).max:
            raise ModelError(f"lemma table: {len(self.edits)} different edits, at most 65535 fit")
        return {edit: number for number, edit in enumerate(self.edits)}

    def __len__(self) -> int:
        return len(self._keys)

    def find(self, tag: str, form: str) -> list[int]:
        """Return the numbers of the edits for a lower-case form, best first; empty when unknown."""
        key = np.uint32(hash_key(tag, form))
        start = int(self._keys.searchsorted(key))
        stop = start
        while stop < len(self._keys) and self._keys[stop] == key:
            stop += 1
        return [number for number in self._values[start:stop].tolist() if self.edits[number][0] <= len(form)]

    def lemma(self, form: str, number: int) -> str:
        """Return the lemma that edit `number` makes of `form`."""
        return apply_edit(form, self.edits[number])

    def to_bytes(self) -> bytes:
        """Serialise: a JSON line, then the arrays; the same table always gives the same bytes."""
        header = {
            "format": FORMAT,
            "size": len(self._keys),
            "edits": self.edits,
            "prefixes": self.prefixes,
            "by_features": {features: list(counts.items()) for features, counts in self.by_features.items()},
            "endings": self.endings,
        }
        gaps = np.diff(self._keys, prepend=np.uint32(0)).astype("<u4")
        # Byte planes: the high bytes of gaps and numbers are nearly all zero and compress away.
        planes = gaps.view(np.uint8).reshape(-1, 4).T.tobytes()
        planes += self._values.astype("<u2").view(np.uint8).reshape(-1, 2).T.tobytes()
        line = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
        return zlib.compress(line + b"\n" + planes, 9)

    @classmethod
    def from_bytes(cls, data: bytes) -> LemmaTable:
        """Read what `to_bytes` wrote; raise ModelError for another format."""
        try:
            line, _, planes = zlib.decompress(data).partition(b"\n")
            header = json.loads(line)
            known = header["format"]
        except (zlib.error, ValueError, KeyError, TypeError) as error:
            raise ModelError(f"lemma table is damaged ({error}); rebuild or reinstall the model") from error
        if known != FORMAT:
            raise ModelError(f"lemma table has format {known}, this version reads {FORMAT}; update the model")
        table = cls()
        table.edits = [(int(cut), str(add)) for cut, add in header["edits"]]
        table.prefixes = {tag: tuple(values) for tag, values in header["prefixes"].items()}
        table.by_features = {features: dict(counts) for features, counts in header["by_features"].items()}
        table.endings = header["endings"]
        cells = np.frombuffer(planes, np.uint8).reshape(6, header["size"])
        gaps = np.ascontiguousarray(cells[:4].T).view("<u4").ravel()
        table._keys = np.cumsum(gaps, dtype=np.uint32)
        table._values = np.ascontiguousarray(cells[4:].T).view("<u2").ravel().astype(np.uint16)
        return table


def hash_key(tag: str, form: str) -> int:
    """Return the 32-bit table key of a lower-case form of class `tag`."""
    return zlib.crc32(f"{tag}|{form}".encode())


class LemmaCorrector:
    """Component ``bgpolitics_lemmas``: sets ``token.lemma_``; ``bgpolitics_syntax`` before it has guessed.

    Order: what the treebank or the lexicon says for (form, class); among several candidates the one whose
    edit fits the predicted features; else the lemmatiser's guess, in lower case unless the token is a name.
    """

    def __init__(self, vocab: Any, name: str = "bgpolitics_lemmas", *, cache_size: int = CACHE_SIZE) -> None:
        self.vocab = vocab
        self.name = name
        self.table = LemmaTable()
        self._cache_size = cache_size
        self._cache: dict[tuple[int, int, int, int], int] = {}
        self._name_participles = ParticipleNouns(vocab)

    def __call__(self, doc: Doc) -> Doc:
        cache = self._cache
        for token in doc:
            key = (token.orth, token.pos, token.morph.key, token.lemma)
            lemma = cache.get(key)
            if lemma is None:
                if len(cache) >= self._cache_size:
                    cache.clear()
                lemma = cache[key] = self.vocab.strings.add(self._resolve(token))
            token.lemma = lemma
        self._name_participles(doc)
        return doc

    def pipe(self, docs: Iterable[Doc], *, batch_size: int = 128) -> Iterator[Doc]:
        """Correct a stream of Docs."""
        return map(self, docs)

    def _resolve(self, token: Token) -> str:
        return self.resolve(token.text, token.pos_, str(token.morph), token.lemma_)

    def resolve(self, form: str, upos: str, features: str, guess: str) -> str:
        """Return the lemma of `form` (``Избраха``, VERB → ``избера``); `guess` is the lemmatiser's."""
        if upos in ("SPACE", "PUNCT"):
            return form
        lower = form.lower()
        if upos == "PROPN":
            return self._name_lemma(form, lower, features)
        guess = _clean_guess(guess.lower(), lower)
        tags = _tags(upos, features)
        found = self._look_up(lower, tags, f"{upos}|{features}", guess)
        if found or upos not in OPEN_CLASSES:
            return found or guess
        found = self._by_analogy(lower, tags, f"{upos}|{features}", guess)
        # A capitalised noun that no lexicon knows is a name that was tagged as a common word.
        return restore_case(found or guess, form) if upos == "NOUN" else found or guess

    def _look_up(self, lower: str, tags: tuple[str, ...], features: str, guess: str) -> str | None:
        exact = [self.table.lemma(lower, number) for number in self.table.find(features, lower)]
        if exact:
            return guess if guess in exact else exact[0]
        for form in self._bare_forms(lower, tags[0]):
            for tag in tags:
                numbers = self.table.find(tag, form)
                if numbers:
                    # `преговарящият` as a noun keeps its own lemma, not the verb's.
                    noun = tags[0] == "NOUN" and tag == "VERB" and self._is_participle(form)
                    return guess if noun else self._choose(form, numbers, features, guess)
        return None

    def _bare_forms(self, lower: str, tag: str) -> Iterator[str]:
        for prefix in self.table.prefixes.get(tag, ()):
            if lower.startswith(prefix) and len(lower) > len(prefix) + 2:
                yield lower[len(prefix) :]
                if prefix.endswith("-"):
                    return
        yield lower

    def _choose(self, form: str, numbers: list[int], features: str, guess: str) -> str:
        if len(numbers) == 1:
            return self.table.lemma(form, numbers[0])
        edits = self.table.by_features.get(features, {})
        endings = self.table.endings.get(features, {})

        def score(number: int) -> tuple[float, bool]:
            lemma = self.table.lemma(form, number)
            return edits.get(number, 0) * (endings.get(lemma[-2:], 0) + 0.1), lemma == guess

        return self.table.lemma(form, max(numbers, key=score))

    def _by_analogy(self, lower: str, tags: tuple[str, ...], features: str, guess: str) -> str | None:
        """Treat an unknown form like a known one: by its last part (``евродепутата`` like ``депутата``)."""
        if not lower[:1].isalnum() or self._is_lemma(tags[0], guess):
            return None
        for start in range(2, len(lower) - MIN_SHARED_END + 1):
            numbers = self.table.find(tags[0], lower[start:])
            if numbers:
                return lower[:start] + self._choose(lower[start:], numbers, features, guess[start:])
        for size in ENDING_SIZES:
            numbers = self.table.find(ENDING + tags[0], lower[-size:]) if size < len(lower) else []
            if numbers:
                return self.table.lemma(lower, numbers[0])
        return None

    def _is_participle(self, lower: str) -> bool:
        return bool(self.table.find(PARTICIPLE_ENDING, lower[-PARTICIPLE_ENDING_SIZE:]))

    def _is_lemma(self, tag: str, lemma: str) -> bool:
        return any(self.table.edits[number] == (0, "") for number in self.table.find(tag, lemma))

    def _name_lemma(self, form: str, lower: str, features: str) -> str:
        numbers = self.table.find("PROPN", lower)
        # A name declines like its noun only when it carries the article: `Конгреса`, but not `Мира`.
        if not numbers and "Definite=Def" in features:
            numbers = self.table.find("NOUN", lower) or self.table.find("ADJ", lower)
        return restore_case(self.table.lemma(lower, numbers[0]), form) if numbers else form

    def to_bytes(self, **_: Any) -> bytes:
        return self.table.to_bytes()

    def from_bytes(self, data: bytes, **_: Any) -> LemmaCorrector:
        self.table = LemmaTable.from_bytes(data)
        self._cache.clear()
        return self

    def to_disk(self, path: str | Path, **_: Any) -> None:
        """Write the table to ``<path>/lemmas.bin``."""
        folder = Path(path)
        folder.mkdir(parents=True, exist_ok=True)
        temporary = folder / (FILE_NAME + ".tmp")
        temporary.write_bytes(self.to_bytes())
        temporary.replace(folder / FILE_NAME)

    def from_disk(self, path: str | Path, **_: Any) -> LemmaCorrector:
        """Read the table from ``<path>/lemmas.bin``."""
        file = Path(path) / FILE_NAME
        if not file.exists():
            raise ModelError(f"{file} is missing; reinstall the model")
        return self.from_bytes(file.read_bytes())


def _clean_guess(guess: str, lower: str) -> str:
    if lower[:1].isdigit():
        return lower
    if "-" in guess and "-" not in lower:
        return guess.split("-", 1)[0] or lower
    return guess


def _tags(upos: str, features: str) -> tuple[str, ...]:
    """Return the table classes to ask, in order: a mistagged word is often found under a neighbour class."""
    if upos == "ADJ":
        participle = "VerbForm=Part" in features
        return (PARTICIPLE, "VERB", "ADJ", "NOUN") if participle else ("ADJ", PARTICIPLE, "VERB", "NOUN")
    if "VerbForm=Conv" in features:
        return (upos, "VERB")
    return NEIGHBOURS.get(upos, (upos,))


def create_lemmas(nlp: Language, name: str, cache_size: int) -> LemmaCorrector:
    """Factory ``bgpolitics_lemmas``; the table comes with the model folder."""
    return LemmaCorrector(nlp.vocab, name, cache_size=cache_size)


Language.factory(
    "bgpolitics_lemmas",
    assigns=["token.lemma"],
    requires=["token.pos", "token.morph"],
    default_config={"cache_size": CACHE_SIZE},
    func=create_lemmas,
)
