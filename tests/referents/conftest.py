"""Docs built by hand: a line a token, „form lemma POS head deprel feats mention“."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import spacy
from spacy.tokens import Doc

from bgpolitics_ner.entities.mention import Cluster, Mention, register_extensions
from bgpolitics_ner.referents import create_referents

NLP = spacy.blank("xx")
RESOLVE = create_referents(NLP, "bgpolitics_referents")


def read_doc(table: str) -> Doc:
    """Build a Doc: an empty line ends a sentence; heads count within the sentence from 1, 0 is its root.

    A last column ``TYPE``, ``TYPE:base form`` or ``ADJ:state`` opens a mention there, ``+`` goes on with
    it, ``+*`` also says that this token is its head.
    """
    words: list[str] = []
    lemmas, tags, heads, deps, feats, starts, marks = [], [], [], [], [], [], []
    for sentence in table.strip().split("\n\n"):
        first = len(words)
        for row in sentence.strip().splitlines():
            form, lemma, tag, head, dep, morph, *mark = row.split(None, 6)
            starts.append(len(words) == first)
            heads.append(first + int(head) - 1 if head != "0" else len(words))
            words.append(form)
            lemmas.append(lemma)
            tags.append(tag)
            deps.append(dep)
            feats.append("" if morph == "_" else morph)
            marks.append(mark[0] if mark else "")
    doc = Doc(
        NLP.vocab,
        words=words,
        lemmas=lemmas,
        pos=tags,
        heads=heads,
        deps=deps,
        morphs=feats,
        sent_starts=starts,
    )
    register_extensions()
    doc._.mentions = _mentions(doc, marks)
    return doc


def _mentions(doc: Doc, marks: list[str]) -> list[Mention]:
    result: list[Mention] = []
    given = False
    for token, mark in zip(doc, marks, strict=True):
        end = token.idx + len(token.text)
        if mark.startswith("+"):
            result[-1].end = end
            if not given:
                result[-1].lemma += f" {token.lemma_}"
            if mark == "+*":
                result[-1].head = token.i
        elif mark:
            kind, _, base = mark.partition(":")
            given = bool(base)
            adjective = kind == "ADJ"
            lemma = base or token.lemma_
            mention = Mention(token.idx, end, "NOM" if adjective else kind, token.i, lemma, 1.0, "test")
            mention.adjective, mention.state = adjective, base if adjective else None
            result.append(mention)
    return result


def resolve(table: str) -> Doc:
    """Build the Doc and run the component."""
    return RESOLVE(read_doc(table))


def names(doc: Doc) -> list[str]:
    """Return the referent's name of each mention, in text order."""
    clusters: list[Cluster] = doc._.referents
    return [clusters[m.referent].name for m in doc._.mentions]


@pytest.fixture
def answers() -> Callable[[str], list[str]]:
    """Table → the referents' names of its mentions."""
    return lambda table: names(resolve(table))
