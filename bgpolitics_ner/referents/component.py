"""The spaCy component: ``doc._.mentions`` → ``doc._.referents`` and the mentions' referents."""

from __future__ import annotations

from spacy.language import Language
from spacy.tokens import Doc

from bgpolitics_ner.entities.mention import register_extensions
from bgpolitics_ner.referents.cues import load_cues
from bgpolitics_ner.referents.gazetteer import load_organisations, load_states
from bgpolitics_ner.referents.resolver import DATA, SETS, Resolution


class ReferentResolver:
    """Resolves mentions to referents; needs the parse and ``doc._.mentions``."""

    def __init__(self, name: str) -> None:
        register_extensions()
        self.name = name
        self._cues = load_cues()
        self._states = load_states()
        self._organisations = load_organisations()

    def __call__(self, doc: Doc) -> Doc:
        """Set ``doc._.referents`` and the `referent` of every mention; no mentions give no referents."""
        if doc._.mentions is None:
            doc._.mentions = []
        resolution = Resolution(doc, self._cues, self._states, self._organisations)
        resolution.run()
        doc._.referents = resolution.reading.clusters
        doc.user_data[DATA] = resolution
        doc.user_data[SETS] = resolution.reading.sets
        return doc


@Language.factory(
    "bgpolitics_referents",
    requires=["token.dep", "token.lemma", "token.morph", "doc._.mentions"],
    assigns=["doc._.referents"],
)
def create_referents(nlp: Language, name: str) -> ReferentResolver:
    """Make the component; its knowledge is read once per process."""
    return ReferentResolver(name)
