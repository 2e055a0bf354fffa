"""The front end's one learned stage: sentences, tags, features, lemma guesses and dependencies of a Doc."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from spacy.attrs import DEP, HEAD, LEMMA, MORPH, ORTH, POS, SENT_START, TAG
from spacy.language import Language
from spacy.symbols import IDS
from spacy.tokens import Doc
from spacy.util import minibatch
from spacy.vocab import Vocab

from bgpolitics_ner.errors import ModelError
from bgpolitics_ner.frontend.features import FeatureReader, InflectionTable, spell_plain
from bgpolitics_ner.frontend.lemmas import Edit, apply_edit
from bgpolitics_ner.frontend.network import Array, Indices
from bgpolitics_ner.frontend.packing import pack_files, unpack_files
from bgpolitics_ner.frontend.parsing import ParserNetwork
from bgpolitics_ner.frontend.remembered import Rows

FORMAT = 1
WEIGHTS = "weights.npz"
VOCABULARY = "vocabulary.json"
SPACE, SPACE_TAG = "SPACE", "_SP"
ROOT = "ROOT"
LOOSE = "dep"
"""The relation of what has no place of its own in the tree: white space, a word left without a head."""
# In Universal Dependencies a clause has one subject and one object at most.
EXCLUSIVE = (("nsubj", "nsubj:pass", "csubj", "csubj:pass"), ("obj",))
MAX_FORMS = 12_000
"""Word forms whose representations are kept; at 1 kB each."""
BATCH_SIZE = 64

_SPACE = -1


@dataclass
class Syntax:
    """What the network is made of: weights by name (float32), and what its numbers stand for.

    `tags` are triples UPOS, XPOS, FEATS; `edits` make a lemma of a lower-case form.
    """

    arrays: dict[str, Array]
    words: list[str]
    affixes: list[str]
    table: InflectionTable
    tags: list[tuple[str, str, str]]
    edits: list[Edit]
    labels: list[str]
    network: ParserNetwork = field(init=False, repr=False)
    read_features: FeatureReader = field(init=False, repr=False)

    def __post_init__(self) -> None:
        numbers = {label: number for number, label in enumerate(self.labels)}
        exclusive = [[numbers[label] for label in group if label in numbers] for group in EXCLUSIVE]
        self.network = ParserNetwork(self.arrays, exclusive)
        self.read_features = FeatureReader(self.words, self.affixes, self.table)

    def to_disk(self, folder: Path) -> None:
        """Write ``weights.npz`` (half precision) and ``vocabulary.json``."""
        folder.mkdir(parents=True, exist_ok=True)
        header = {
            "format": FORMAT, "words": self.words, "affixes": self.affixes,
            "tags": self.tags, "edits": self.edits, "labels": self.labels,
            "classes": self.table.classes, "sets": self.table.sets,
        }  # fmt: skip
        line = json.dumps(header, ensure_ascii=False, separators=(",", ":"))
        (folder / VOCABULARY).write_text(line + "\n", encoding="utf-8")
        stored: dict[str, Any] = {name: array.astype(np.float16) for name, array in self.arrays.items()}
        stored.update(self.table.to_arrays())
        np.savez_compressed(folder / WEIGHTS, **stored)

    @classmethod
    def from_disk(cls, folder: Path) -> Syntax:
        """Read what `to_disk` wrote; raise ModelError where it is missing, damaged or of another format."""
        try:
            header = json.loads((folder / VOCABULARY).read_text(encoding="utf-8"))
            with np.load(folder / WEIGHTS) as stored:
                arrays = {name: stored[name] for name in stored.files}
            if header["format"] != FORMAT:
                raise ModelError(
                    f"{folder} has format {header['format']}, this version reads {FORMAT}; update the model"
                )
            return cls(
                arrays={n: a.astype(np.float32) for n, a in arrays.items() if a.dtype == np.float16},
                words=header["words"],
                affixes=header["affixes"],
                table=InflectionTable.from_arrays(arrays, header["classes"], header["sets"]),
                tags=[(upos, xpos, feats) for upos, xpos, feats in header["tags"]],
                edits=[(int(cut), str(add)) for cut, add in header["edits"]],
                labels=header["labels"],
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelError(f"{folder}: the parser cannot be read ({error}); reinstall the model") from error


class SyntaxParser:
    """Component ``bgpolitics_syntax``: sets sentences, tag, pos, morph, lemma (a guess), head and dep.

    ``doc.tensor`` gets what the encoder knows of each token, zeros for white space; shape (tokens, S).
    Borders that ``bgpolitics_boundaries`` set before are kept. White space belongs to the word before it.
    """

    def __init__(self, vocab: Vocab, name: str = "bgpolitics_syntax") -> None:
        self.vocab = vocab
        self.name = name
        self._syntax: Syntax | None = None
        self._forms: dict[int, int] = {}
        self._rows = Rows(0)
        self._lemmas: dict[tuple[int, int], int] = {}

    @property
    def syntax(self) -> Syntax:
        """The trained network; raises ModelError before one is set or read."""
        if self._syntax is None:
            raise ModelError(f"component {self.name!r} has no weights; load a trained model")
        return self._syntax

    def set_syntax(self, syntax: Syntax) -> None:
        """Take a trained network; raise ModelError where the word vectors have another width."""
        expected = self._vector_width(syntax)
        if int(self.vocab.vectors.shape[1]) != expected:
            raise ModelError(
                f"the parser was trained with word vectors of width {expected}, this pipeline has "
                f"{self.vocab.vectors.shape[1]}; use the vectors that the model came with"
            )
        self._syntax = syntax
        strings = self.vocab.strings
        self._tag_rows = np.array(
            [
                [strings.add(xpos), IDS[upos], self.vocab.morphology.add(feats)]
                for upos, xpos, feats in [*syntax.tags, (SPACE, SPACE_TAG, "")]
            ],
            dtype=np.uint64,
        )
        self._labels = np.array([strings.add(label) for label in syntax.labels], dtype=np.uint64)
        self._space_label = strings.add(LOOSE)
        self._root_label = strings.add(ROOT)
        self._forget()

    @staticmethod
    def _vector_width(syntax: Syntax) -> int:
        known = sum(int(syntax.arrays[f"{name}.table"].shape[1]) for name in ("word", "affix", "class"))
        return int(syntax.arrays["input.weight"].shape[0]) - known

    @property
    def labels(self) -> tuple[str, ...]:
        """The dependency labels."""
        return tuple(self._syntax.labels) if self._syntax else ()

    def __call__(self, doc: Doc) -> Doc:
        self._annotate([doc])
        return doc

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = BATCH_SIZE) -> Iterator[Doc]:
        """Parse a stream of Docs; `batch_size` Docs go through the network together."""
        for docs in minibatch(stream, batch_size):
            self._annotate(docs)
            yield from docs

    def _annotate(self, docs: Sequence[Doc]) -> None:
        syntax = self.syntax
        cells = [doc.to_array([ORTH, SENT_START]).reshape(len(doc), 2) for doc in docs]
        self._learn(np.concatenate([column[:, 0] for column in cells]).tolist())
        kept = [self._find_words(column[:, 0]) for column in cells]
        sizes = [len(words) for words in kept]
        orths = np.concatenate([column[words, 0] for column, words in zip(cells, kept, strict=True)])
        if not len(orths):
            for doc in docs:
                self._write(doc, np.zeros(0, dtype=np.int64), _NOTHING)
            return
        words, rows = self._look_up(orths.tolist())
        preset = np.concatenate(
            [column[words_, 1] for column, words_ in zip(cells, kept, strict=True)]
        ).astype(np.int64)
        odds = syntax.network.split(words, sizes, rows)
        odds[preset == 1] = np.inf
        odds[preset == -1] = -np.inf
        starts = odds > 0
        firsts = np.cumsum([0, *sizes[:-1]])
        starts[firsts[np.asarray(sizes) > 0]] = True
        found = syntax.network.analyse(words, odds, starts, rows)
        lemmas = self._guess_lemmas(orths.tolist(), found.edits.tolist())
        for doc, first, here in zip(docs, firsts.tolist(), kept, strict=True):
            part = slice(first, first + len(here))
            columns = np.empty((len(here), 6), dtype=np.uint64)
            columns[:, :3] = self._tag_rows[found.tags[part]]
            columns[:, 3] = lemmas[part]
            heads = found.heads[part] - first
            columns[:, 4] = (here[heads] - here).astype(np.uint64)
            roots = heads == np.arange(len(here))
            columns[:, 5] = np.where(roots, self._root_label, self._labels[found.labels[part]])
            self._write(doc, here, columns)
            doc.tensor = np.zeros((len(doc), found.states.shape[1]), dtype=np.float32)
            doc.tensor[here] = found.states[part]

    def _write(self, doc: Doc, words: Indices, columns: np.ndarray[Any, np.dtype[np.uint64]]) -> None:
        if not len(doc):
            return
        rows = np.empty((len(doc), 6), dtype=np.uint64)
        if len(words) < len(doc):
            places = np.arange(len(doc))
            rows[:, :3] = self._tag_rows[-1]
            rows[:, 3] = doc.to_array(ORTH)
            before = np.searchsorted(words, places, side="right") - 1
            first = int(words[0]) if len(words) else 0
            heads = np.where(before >= 0, words[before] if len(words) else 0, first)
            rows[:, 4] = (heads - places).astype(np.uint64)
            rows[:, 5] = self._space_label
            if not len(words):
                rows[0, 5] = self._root_label
        rows[words] = columns
        doc.from_array([TAG, POS, MORPH, LEMMA, HEAD, DEP], rows)

    def _find_words(self, orths: np.ndarray[Any, np.dtype[np.uint64]]) -> Indices:
        """Return the indices of the tokens that are no white space."""
        known = self._forms
        numbers = np.fromiter((known[orth] for orth in orths.tolist()), np.int64, len(orths))
        return np.flatnonzero(numbers != _SPACE)

    def _learn(self, orths: Sequence[int]) -> None:
        """Represent the word forms not seen before; those of a batch together, which is faster."""
        strings, known = self.vocab.strings, self._forms
        forms = {orth: strings[orth] for orth in dict.fromkeys(orths) if orth not in known}
        new = {orth: form for orth, form in forms.items() if not form.isspace()}
        self._forms.update(dict.fromkeys(forms.keys() - new.keys(), _SPACE))
        if not new:
            return
        read, plain = self.syntax.read_features, [spell_plain(form) for form in new.values()]
        vectors = np.asarray(self.vocab.vectors.get_batch(plain), dtype=np.float32)
        rows = self.syntax.network.represent([read(form) for form in plain], vectors)
        self._forms.update(zip(new, self._rows.add(rows), strict=True))

    def _look_up(self, orths: Sequence[int]) -> tuple[Array, Indices]:
        """Return the table of representations and the row of each word in it."""
        table, rows = self._rows.values, np.array([self._forms[orth] for orth in orths], dtype=np.int64)
        if self._rows.count > MAX_FORMS:
            self._forget()
        return table, rows

    def _forget(self) -> None:
        self._forms = {}
        self._rows = self._rows.emptied(self.syntax.network.width)
        self._lemmas = {}

    def _guess_lemmas(
        self, orths: Sequence[int], edits: Sequence[int]
    ) -> np.ndarray[Any, np.dtype[np.uint64]]:
        cache, strings, known = self._lemmas, self.vocab.strings, self.syntax.edits
        found = np.empty(len(orths), dtype=np.uint64)
        for place, key in enumerate(zip(orths, edits, strict=True)):
            lemma = cache.get(key)
            if lemma is None:
                lower = strings[key[0]].lower()
                edit = known[key[1]]
                guess = apply_edit(lower, edit) if edit[0] <= len(lower) else lower
                lemma = cache[key] = strings.add(guess or lower)
            found[place] = lemma
        return found

    def to_bytes(self, **_: Any) -> bytes:
        """Return what `to_disk` writes as one string of bytes; spaCy needs it to pickle a pipeline."""
        return pack_files(self.syntax.to_disk)

    def from_bytes(self, data: bytes, **_: Any) -> SyntaxParser:
        """Read what `to_bytes` made."""
        unpack_files(data, self.from_disk)
        return self

    def to_disk(self, path: str | Path, **_: Any) -> None:
        """Write weights and vocabulary."""
        self.syntax.to_disk(Path(path))

    def from_disk(self, path: str | Path, **_: Any) -> SyntaxParser:
        """Read weights and vocabulary; the pipeline's vectors must have been read before."""
        self.set_syntax(Syntax.from_disk(Path(path)))
        return self


_NOTHING = np.empty((0, 6), dtype=np.uint64)


def create_syntax(nlp: Language, name: str) -> SyntaxParser:
    """Factory ``bgpolitics_syntax``; the weights come with the model folder."""
    return SyntaxParser(nlp.vocab, name)


Language.factory(
    "bgpolitics_syntax",
    assigns=[
        "token.is_sent_start",
        "token.tag",
        "token.pos",
        "token.morph",
        "token.lemma",
        "token.head",
        "token.dep",
    ],
    func=create_syntax,
)
