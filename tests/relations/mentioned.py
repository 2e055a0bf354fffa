"""Docs built by hand that carry mentions and referents, as the relation stage gets them."""

from __future__ import annotations

from spacy.tokens import Doc

from bgpolitics_ner.entities.mention import Cluster, Mention, register_extensions

from .parsed_docs import parse

MEETING = """
    Лукашенко Лукашенко PROPN 3 nsubj
    се се PRON 3 expl
    срещна срещна VERB 0 ROOT VerbForm=Fin|Number=Sing|Person=3
    с с ADP 5 case
    Тръмп Тръмп PROPN 3 iobj
    в в ADP 7 case
    Минск Минск PROPN 3 obl
    . . PUNCT 3 punct
"""


def mark(table: str, names: dict[str, str]) -> Doc:
    """Parse a table and give the tokens in `names` (text → type) one mention and one referent each."""
    register_extensions()
    doc = parse(table)
    doc._.mentions, doc._.referents = [], []
    for token in doc:
        kind = names.get(token.text)
        if kind is not None:
            number = len(doc._.mentions)
            end = token.idx + len(token)
            doc._.mentions.append(
                Mention(token.idx, end, kind, token.i, token.lemma_, 0.9, "test", referent=number)
            )
            doc._.referents.append(Cluster(token.lemma_, kind, [number]))
    return doc


def meeting() -> Doc:
    """„Лукашенко се срещна с Тръмп в Минск.“ with three mentions."""
    return mark(MEETING, {"Лукашенко": "PER", "Тръмп": "PER", "Минск": "LOC"})
