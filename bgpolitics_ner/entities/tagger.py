"""The spaCy component ``bgpolitics_tagger``: sets ``doc.ents``, each with its probability."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from spacy.attrs import ORTH, SENT_START
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import minibatch

from bgpolitics_ner.entities.crf import make_tags
from bgpolitics_ner.entities.headlines import Headlines
from bgpolitics_ner.entities.known import KnownNames
from bgpolitics_ner.entities.mention import register_extensions
from bgpolitics_ner.entities.signals import SignalReader
from bgpolitics_ner.entities.tagging import FormReader, TaggerNetwork, Text
from bgpolitics_ner.errors import ModelError
from bgpolitics_ner.frontend.features import spell_plain
from bgpolitics_ner.frontend.network import Array
from bgpolitics_ner.frontend.packing import pack_files, unpack_files
from bgpolitics_ner.frontend.remembered import Rows

FORMAT = 1
WEIGHTS = "weights.npz"
VOCABULARY = "vocabulary.json"
MAX_FORMS = 12_000
"""Word forms whose representations are kept; at 1 kB each."""
BATCH_SIZE = 64
MAX_TOKENS = 12_000
"""The most tokens, about, that go through the network together."""


@dataclass
class Names:
    """What the tagger is made of: weights by name (float32), and what its numbers stand for."""

    arrays: dict[str, Array]
    affixes: list[str]
    shapes: list[str]
    labels: list[str]
    network: TaggerNetwork = field(init=False, repr=False)
    read: FormReader = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.network = TaggerNetwork(self.arrays, make_tags(self.labels))
        self.read = FormReader(self.affixes, self.shapes)

    def to_disk(self, folder: Path) -> None:
        """Write ``weights.npz`` (half precision) and ``vocabulary.json``."""
        folder.mkdir(parents=True, exist_ok=True)
        header = {
            "format": FORMAT, "affixes": self.affixes, "shapes": self.shapes, "labels": self.labels,
        }  # fmt: skip
        line = json.dumps(header, ensure_ascii=False, separators=(",", ":"))
        (folder / VOCABULARY).write_text(line + "\n", encoding="utf-8")
        stored: dict[str, Any] = {name: array.astype(np.float16) for name, array in self.arrays.items()}
        np.savez_compressed(folder / WEIGHTS, **stored)

    @classmethod
    def from_disk(cls, folder: Path) -> Names:
        """Read what `to_disk` wrote; raise ModelError where it is missing, damaged or of another format."""
        try:
            header = json.loads((folder / VOCABULARY).read_text(encoding="utf-8"))
            if header["format"] != FORMAT:
                raise ModelError(
                    f"{folder} has format {header['format']}, this version reads {FORMAT}; update the model"
                )
            with np.load(folder / WEIGHTS) as stored:
                arrays = {name: stored[name].astype(np.float32) for name in stored.files}
            return cls(arrays, header["affixes"], header["shapes"], header["labels"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelError(f"{folder}: the tagger cannot be read ({error}); reinstall the model") from error


class Tagger:
    """Component ``bgpolitics_tagger``; needs sentence starts and the pipeline's word vectors.

    Sets ``doc.ents``, ``span._.probability`` of each, ``span._.rivals`` of doubtful ones, and
    ``doc._.known_names`` for the stage behind it.
    """

    def __init__(self, nlp: Language, name: str = "bgpolitics_tagger") -> None:
        register_extensions()
        self.vocab = nlp.vocab
        self.name = name
        self._names: Names | None = None
        self._known = KnownNames(nlp.make_doc)
        self._signals = SignalReader(nlp.make_doc)
        self._headlines = Headlines(self._known.spellings())
        self._forms: dict[int, int] = {}
        self._rows = Rows(0)

    @property
    def names(self) -> Names:
        """The trained network; raises ModelError before one is set or read."""
        if self._names is None:
            raise ModelError(f"component {self.name!r} has no weights; load a trained model")
        return self._names

    def set_names(self, names: Names) -> None:
        """Take a trained network; raise ModelError where the word vectors have another width."""
        width = int(self.vocab.vectors.shape[1])
        if width != names.network.vector_width:
            raise ModelError(
                f"the tagger was trained with word vectors of width {names.network.vector_width}, this "
                f"pipeline has {width}; use the vectors that the model came with"
            )
        self._names = names
        self._forget()

    @property
    def labels(self) -> tuple[str, ...]:
        """The types of names."""
        return tuple(self._names.labels) if self._names else ()

    def __call__(self, doc: Doc) -> Doc:
        self._annotate([doc])
        return doc

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = BATCH_SIZE) -> Iterator[Doc]:
        """Tag a stream of Docs; up to `batch_size` Docs go through the network together."""
        for docs in minibatch(stream, batch_size):
            for some in _portions(docs):
                self._annotate(some)
            yield from docs

    def _annotate(self, docs: Sequence[Doc]) -> None:
        full = [doc for doc in docs if len(doc)]
        for doc in docs:
            doc._.known_names = []
        if not full:
            return
        network = self.names.network
        self._learn(orth for doc in full for orth in doc.to_array(ORTH).tolist())
        texts = [self._read(doc) for doc in full]
        for doc, spans in zip(full, network.tag(self._rows.values, texts), strict=True):
            found = [Span(doc, span.start, span.end, label=span.label) for span in spans]
            doc.ents = found
            for entity, span in zip(found, spans, strict=True):
                entity._.probability = span.odds
                if span.rivals:
                    entity._.rivals = span.rivals
        if self._rows.count > MAX_FORMS:
            self._forget()

    def _read(self, doc: Doc) -> Text:
        # No Token objects: making them costs more than all the rest.
        cells = doc.to_array([ORTH, SENT_START]).reshape(len(doc), 2)
        orths, strings = cells[:, 0].tolist(), self.vocab.strings
        words = [strings[orth] for orth in orths]
        starts = sorted({0, *np.flatnonzero(cells[:, 1] == 1).tolist()})
        usual = self._headlines(doc, words, starts)
        if usual is not words:
            words, orths = usual, [strings.add(word) for word in usual]
            self._learn(orths)
        known = self._known.find(words)
        doc._.known_names = known
        forms = np.array([self._forms[orth] for orth in orths], dtype=np.int64)
        return Text(forms, self._signals(words, starts, known), starts)

    def _learn(self, orths: Iterable[int]) -> None:
        """Add the word forms not seen before to the table; those of a batch together, which is faster."""
        new = [orth for orth in dict.fromkeys(orths) if orth not in self._forms]
        if new:
            names, strings = self.names, self.vocab.strings
            plain = [spell_plain(strings[orth]) for orth in new]
            vectors = np.asarray(self.vocab.vectors.get_batch(plain), dtype=np.float32)
            affixes, shapes = zip(*map(names.read, plain), strict=True)
            rows = names.network.represent(affixes, shapes, vectors)
            self._forms.update(zip(new, self._rows.add(rows), strict=True))

    def _forget(self) -> None:
        self._forms = {}
        self._rows = self._rows.emptied(self.names.network.width)
        self._signals.forget()

    def to_bytes(self, **_: Any) -> bytes:
        """Return what `to_disk` writes as one string of bytes; spaCy needs it to pickle a pipeline."""
        return pack_files(self.names.to_disk)

    def from_bytes(self, data: bytes, **_: Any) -> Tagger:
        """Read what `to_bytes` made."""
        unpack_files(data, self.from_disk)
        return self

    def to_disk(self, path: str | Path, **_: Any) -> None:
        """Write weights and vocabulary."""
        self.names.to_disk(Path(path))

    def from_disk(self, path: str | Path, **_: Any) -> Tagger:
        """Read weights and vocabulary; the pipeline's vectors must have been read before."""
        self.set_names(Names.from_disk(Path(path)))
        return self


def _portions(docs: Sequence[Doc]) -> Iterator[list[Doc]]:
    """Yield the Docs in groups of about MAX_TOKENS tokens; bounds the memory."""
    some: list[Doc] = []
    for doc in docs:
        if some and sum(map(len, some)) + len(doc) > MAX_TOKENS:
            yield some
            some = []
        some.append(doc)
    if some:
        yield some


@Language.factory("bgpolitics_tagger", assigns=["doc.ents"], requires=["token.is_sent_start"])
def create_tagger(nlp: Language, name: str) -> Tagger:
    """Factory of the component; the weights come with the model folder."""
    return Tagger(nlp, name)
