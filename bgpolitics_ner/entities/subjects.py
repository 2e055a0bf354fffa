"""Persons that the tagger misses: a proper name that begins a sentence and is its subject.

In `Столтенберг командва НАТО.` the capital proves nothing, and no other sentence has the name, so the tagger
takes a rare name for a word. The front end knows words better. Of such subjects 84 in 97 were persons, and
some of the others are slips of the annotation (SlavicNER, each sentence read as a text of its own).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator

from spacy.tokens import Doc, Token

from bgpolitics_ner.entities.named import NamedSpan
from bgpolitics_ner.entities.nominals import Nominals
from bgpolitics_ner.entities.signals import load_person_names, load_places

ORIGIN = "rule:subject"
SUBJECTS = frozenset(("nsubj", "nsubj:pass"))
SHORTEST = 3


class Subjects:
    """Callable: the persons of a Doc that begin a sentence, given the tokens that stand in other names."""

    def __init__(self, nominals: Nominals) -> None:
        self._nominals = nominals
        given, family = load_person_names()
        self._persons, self._places = given | family, load_places()

    def __call__(self, doc: Doc, named: Collection[int]) -> Iterator[NamedSpan]:
        if not doc.has_annotation("SENT_START"):
            return
        firsts = (sent[0] for sent in doc.sents)
        found = [token for token in firsts if token.i not in named and self._is_person(doc, token)]
        if found:
            seen = Counter(token.lower_ for token in doc)
            for token in found:
                # Where a text has the word elsewhere, too, the tagger has weighed both.
                if seen[token.lower_] == 1 and token.i + 1 not in named:
                    yield NamedSpan(token.i, token.i + 1, "PER", ORIGIN)

    def _is_person(self, doc: Doc, token: Token) -> bool:
        text = token.text
        if token.pos_ != "PROPN" or token.dep_ not in SUBJECTS or token.head.pos_ != "VERB":
            return False
        if len(text) < SHORTEST or not text.istitle() or not text.isalpha() or text[0].isascii():
            return False
        if token.i + 1 < len(doc) and doc[token.i + 1].text[0].isupper():
            return False
        if "Plur" in token.morph.get("Number") or "Def" in token.morph.get("Definite"):
            return False
        known = self._nominals.classes(token.lemma_, text)
        return not known and (text.lower() in self._persons or text not in self._places)
