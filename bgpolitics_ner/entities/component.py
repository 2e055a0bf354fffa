"""The spaCy component ``bgpolitics_entities``: fills ``doc._.mentions`` in text order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

from spacy.language import Language
from spacy.tokens import Doc, Span

from bgpolitics_ner.entities.baseform import BaseForms, load_base_forms
from bgpolitics_ner.entities.candidates import Candidate, CandidateFinder
from bgpolitics_ner.entities.confidence import Confidence, kind_of, load_confidence
from bgpolitics_ner.entities.joins import Joiner
from bgpolitics_ner.entities.known import KnownNames
from bgpolitics_ner.entities.mention import Mention, register_extensions
from bgpolitics_ner.entities.named import Cleaner, NamedSpan, merge
from bgpolitics_ner.entities.nominals import Nominals, load_nominals
from bgpolitics_ner.entities.states import States, load_states
from bgpolitics_ner.entities.subjects import Subjects
from bgpolitics_ner.entities.subtypes import load_subtypes, share
from bgpolitics_ner.entities.weapons import WeaponMatcher
from bgpolitics_ner.knowledge import read_toml


class Entities:
    """Callable component; needs lemmas, tags, dependencies and ``doc.ents``."""

    def __init__(
        self,
        tokenize: Callable[[str], Doc],
        *,
        states: States | None = None,
        nominals: Nominals | None = None,
        base_forms: BaseForms | None = None,
        confidence: Confidence | None = None,
    ) -> None:
        register_extensions()
        self._states = states or load_states()
        nominals = nominals or load_nominals()
        self._base_forms = base_forms or load_base_forms()
        self._confidence = confidence or load_confidence()
        self._clean = Cleaner(nominals, self._confidence)
        self._weapons = WeaponMatcher(tokenize, nominals)
        self._tokenize = tokenize
        self._join = Joiner(read_toml("gazetteers/joins.toml"))
        self._subtype = load_subtypes()
        self._subjects = Subjects(nominals)
        self._find = CandidateFinder(self._states, nominals)

    def __call__(self, doc: Doc) -> Doc:
        tagged = self._clean(doc)
        joined = self._join(doc, tagged)
        # The tagger hands on what it has found; without one the names are looked for here.
        known = doc._.known_names if doc._.known_names is not None else self._known(doc)
        spans = merge([*joined, *tagged], self._weapons(doc), known)
        inside = {i for span in spans for i in range(span.start, span.end)}
        subjects = list(self._subjects(doc, inside))
        if subjects:
            inside.update(span.start for span in subjects)
            spans = sorted([*spans, *subjects], key=lambda span: span.start)
        mentions = [*self._named(doc, spans), *self._unnamed(doc, inside)]
        mentions.sort(key=lambda m: (m.start, -m.end))
        doc._.mentions = mentions
        return doc

    @cached_property
    def _known(self) -> KnownNames:
        return KnownNames(self._tokenize)

    def pipe(self, stream: Iterable[Doc], batch_size: int = 64) -> Iterator[Doc]:
        """Process a stream; `batch_size` is spaCy's and has no effect here."""
        for doc in stream:
            yield self(doc)

    def _named(self, doc: Doc, spans: list[NamedSpan]) -> Iterator[Mention]:
        lemmas = [s.base or self._base_forms(doc[s.start : s.end], s.label) for s in spans]
        subtypes = share(
            [self._subtype(doc, s.start, s.end, s.label, x) for s, x in zip(spans, lemmas, strict=True)],
            [(s.label, x) for s, x in zip(spans, lemmas, strict=True)],
        )
        for span, lemma, subtype in zip(spans, lemmas, subtypes, strict=True):
            tokens = doc[span.start : span.end]
            text = tokens.text
            state = self._states.name(lemma) or self._states.name(text)
            kind = kind_of(span.label, listed=span.listed, tagged=span.probability is not None)
            yield Mention(
                start=tokens.start_char,
                end=tokens.end_char,
                type=span.label,
                head=_head(tokens),
                lemma=lemma,
                confidence=self._confidence(kind, span.probability),
                origin=span.origin,
                state=state.state if state and span.label in ("LOC", "ORG") else None,
                kind=kind,
                probability=span.probability,
                subtype=subtype,
            )

    def _unnamed(self, doc: Doc, inside: set[int]) -> Iterator[Mention]:
        for found in self._find(doc, inside):
            yield Mention(
                start=found.start,
                end=found.end,
                type=found.type,
                head=found.head,
                lemma=self._description(doc, found),
                confidence=self._confidence(_row(found)),
                origin=found.rule,
                state=found.state.state if found.state else None,
                adjective=found.state is not None,
            )

    def _description(self, doc: Doc, found: Candidate) -> str:
        if found.state:
            return str(found.state.state)
        start, end = found.inner or (found.start, found.end)
        if found.type == "PRON":
            return str(doc[found.head].text).lower()
        return self._base_forms.phrase(doc, start, end, found.head)


def _head(span: Span) -> int:
    """Return the syntactic head of a name; never a quotation mark."""
    root = span.root
    if root.text[0].isalnum():
        return int(root.i)
    return int(next((token.i for token in span if token.text[0].isalnum()), root.i))


def _row(found: Candidate) -> str:
    if found.state:
        return "rule:state-adjective.weak" if found.state.weak else "rule:state-adjective"
    return found.type


@Language.factory(
    "bgpolitics_entities",
    assigns=["doc._.mentions"],
    requires=["token.lemma", "token.pos", "token.dep", "doc.ents"],
)
def create_entities(nlp: Language, name: str) -> Entities:
    """Factory of the component for ``nlp.add_pipe("bgpolitics_entities")``."""
    return Entities(nlp.make_doc)
