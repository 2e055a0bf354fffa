"""What qualifies a relation: factuality, source, hearsay and time."""

from __future__ import annotations

from spacy.tokens import Doc, Token

from bgpolitics_ner.entities.mention import Cluster, Mention
from bgpolitics_ner.relations.arguments import ArgumentResolver
from bgpolitics_ner.relations.attribution import AttributionRules, QuoteSpan
from bgpolitics_ner.relations.clause import case_of, read_cues
from bgpolitics_ner.relations.combine import FoundRelation
from bgpolitics_ner.relations.evidential import EvidentialRules
from bgpolitics_ner.relations.factuality import FactualityRules
from bgpolitics_ner.relations.time import TimeRules
from bgpolitics_ner.schema import load_schema

_SHORT_NAME = 3
_LONGEST_OWNER = 8


class Qualifier:
    """The rules, built once for all Docs."""

    def __init__(self) -> None:
        self._factuality = FactualityRules()
        self._attribution = AttributionRules()
        self._evidential = EvidentialRules()
        self._time = TimeRules()

    def find_quotes(self, doc: Doc) -> list[QuoteSpan]:
        """Return all attributed stretches of the Doc in text order."""
        return self._attribution.find_quotes(doc)

    def qualify(self, doc: Doc, relation: FoundRelation, resolver: ArgumentResolver) -> Token | None:
        """Set factuality, source, hearsay, time; return the word that gave the factuality, where one did."""
        trigger, kind = doc[relation.trigger], relation.relation
        mention = relation.subject_mention
        subject = None if mention is None else doc[doc._.mentions[mention].head]
        relation.factuality, cue = self._factuality.assess_with_cue(trigger, relation=kind)
        relation.source = self._source(relation, trigger, subject, resolver)
        relation.hearsay = relation.source is None and self._evidential.is_renarrated(trigger)
        relation.when = self._time.find_when(trigger, relation=kind, subject=subject)
        return cue

    def _source(
        self, relation: FoundRelation, trigger: Token, subject: Token | None, resolver: ArgumentResolver
    ) -> int | None:
        kind = relation.relation
        own = relation.subject if kind in self._attribution.speech_acts else None
        for quote in self._attribution.find_chain(trigger, relation=kind, subject=subject):
            referent = find_speaker(trigger.doc, quote, resolver)
            if referent is None or referent != own:  # who accuses is not the source of the accusation
                return referent
        return None


def find_speaker(doc: Doc, quote: QuoteSpan, resolver: ArgumentResolver) -> int | None:
    """Return the referent index of who speaks; one without a name is named as fully as the sentence does."""
    if quote.speaker is not None:
        index = resolver.resolve(quote.speaker)
        if index is None:
            return None
        mention: Mention = doc._.mentions[index]
        if mention.referent is not None and mention.head == quote.speaker.i:
            name_fully(doc._.referents[mention.referent], quote.speaker)
        return mention.referent
    return None if quote.cue is None else resolver.left_out(quote.cue)


def name_fully(referent: Cluster, speaker: Token) -> None:
    """Give an unnamed speaker the name with its complement: „говорителка на френското министерство“."""
    prepositions = read_cues("attribution")["owner-in-name"]["words"]
    name = referent.name.split()
    if load_schema().entities[referent.type].named or len(name) > _SHORT_NAME:
        return
    if not set(name).isdisjoint(prepositions):
        return
    owner = _owner(speaker) if speaker.morph.get("Number") == ["Sing"] else None
    if owner is not None:
        kept = [word for word in name if word != owner[0].lower_]
        referent.name = " ".join((*kept, prepositions[0], owner[1]))
        return
    for child in speaker.children:
        if child.i > speaker.i and child.dep_ == "nmod" and case_of(child) in prepositions:
            first, last = speaker.i + 1, child.right_edge.i + 1
            words = [speaker.doc[i] for i in range(first, last)]
            stop = next((n for n, word in enumerate(words) if word.is_punct or word.is_space), len(words))
            if case_of(child) == words[0].lower_ and stop <= _LONGEST_OWNER:
                referent.name += " " + speaker.doc[first : first + stop].text
            return


def _owner(noun: Token) -> tuple[Token, str] | None:
    """Return the possessive pronoun beside the noun and whom it means („неин говорител“)."""
    doc = noun.doc
    beside = {child.i for child in noun.children if child.pos_ in ("DET", "PRON", "ADJ")}
    for mention in doc._.mentions or ():
        if mention.type == "PRON" and mention.head in beside and mention.referent is not None:
            referent: Cluster = doc._.referents[mention.referent]
            if load_schema().entities[referent.type].named and not case_of(doc[mention.head]):
                return doc[mention.head], referent.name
    return None
