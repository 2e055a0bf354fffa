"""Participles that are nouns: „главният преговарящ на ЕС“ is an office, „преговарящите страни“ is not."""

from __future__ import annotations

from typing import Any

from spacy.tokens import Doc

from bgpolitics_ner.knowledge import read_toml

FILE = "nouns.toml"
# Relations to the head in which a word is a noun phrase of its own.
_NOMINAL = frozenset(
    {"nsubj", "nsubj:pass", "obj", "iobj", "obl", "nmod", "appos", "ROOT", "conj", "vocative"}
)
_NO_NOUN_HAS = ("Aspect", "Tense", "VerbForm", "Voice", "Degree")


class ParticipleNouns:
    """Makes nouns of the participles listed in ``nouns.toml`` where the parse says that they stand alone."""

    def __init__(self, vocab: Any) -> None:
        self._lemmas: dict[int, int] = {}
        for row in read_toml(FILE)["noun"]:
            lemma = vocab.strings.add(row["lemma"])
            for form in row["forms"]:
                for spelling in (form, form.capitalize()):
                    self._lemmas[vocab.strings.add(spelling)] = lemma

    def __call__(self, doc: Doc) -> None:
        """Set pos, features and lemma of such words; a Doc without a parse stays as it is."""
        for token in doc:
            lemma = self._lemmas.get(token.orth)
            if lemma is None:
                continue
            if token.pos_ == "ADJ" and token.dep_ in _NOMINAL:
                token.pos_ = "NOUN"
                features = token.morph.to_dict()
                token.set_morph({name: features[name] for name in features if name not in _NO_NOUN_HAS})
            elif token.pos_ == "PROPN" and token.is_lower:
                token.pos_ = "NOUN"
            if token.pos_ == "NOUN":
                token.lemma = lemma
