"""The spaCy component ``bgpolitics_linking``: gives the referents of a Doc their cross-lingual id."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from bgpolitics_ner.entities.mention import Cluster, Mention, register_extensions
from bgpolitics_ner.referents.kb import Entry, NameTable
from bgpolitics_ner.referents.linker import Link, Linker
from bgpolitics_ner.referents.names import UNNAMED
from bgpolitics_ner.referents.spelling import Speller

FILE = "names.json.gz"


class ReferentLinker:
    """Sets `link` and `wikidata` of the clusters that have a name; needs ``doc._.referents``.

    Without a folder of learnt names it works with the gazetteers and the scheme of ids alone.
    """

    def __init__(self, name: str, linker: Linker | None = None) -> None:
        register_extensions()
        self.name = name
        self._entries: tuple[Entry, ...] = ()
        self._linker = linker

    @property
    def linker(self) -> Linker:
        """What links the names; made of the gazetteers when it is first needed and nothing was learnt."""
        if self._linker is None:
            self.set_linker(Linker())
        assert self._linker is not None
        return self._linker

    def set_linker(self, linker: Linker) -> None:
        """Use another linker; the user's entries stay."""
        self._linker = linker
        linker.add(self._entries)

    def add_entries(self, entries: Iterable[Entry]) -> None:
        """Put the user's own entries before all others; they replace those added before."""
        self._entries = tuple(entries)
        self.linker.add(self._entries)

    def __call__(self, doc: Doc) -> Doc:
        """Link every cluster with a named mention; the others stay without link."""
        mentions: list[Mention] = doc._.mentions or []
        for cluster in doc._.referents or ():
            found = self._link(cluster, mentions)
            if found is not None:
                cluster.link, cluster.wikidata = found.id, found.wikidata
        return doc

    def _link(self, cluster: Cluster, mentions: list[Mention]) -> Link | None:
        """Link by the name of the cluster, then by those of its mentions, the fullest first."""
        own = [mentions[i] for i in cluster.mentions if mentions[i].type not in UNNAMED]
        if cluster.type in UNNAMED or not own:
            # a state known by its adjective only („руски“) has its name from the gazetteer
            named = any(mentions[i].adjective for i in cluster.mentions) and cluster.type not in UNNAMED
            return self.linker.link(cluster.type, (cluster.name,)) if named else None
        same = [m.lemma for m in own if m.type == cluster.type]
        same.sort(key=lambda name: -len(name.split()))
        return self.linker.link(cluster.type, tuple(dict.fromkeys((cluster.name, *same))))

    def to_disk(self, path: str | Path, **_: Any) -> None:
        """Write what was learnt into the folder `path`; the user's entries are not part of it."""
        folder = Path(path)
        folder.mkdir(parents=True, exist_ok=True)
        if self._linker is not None:
            linker = self._linker
            values = {
                "names": linker.table.to_dict(),
                "words": dict(linker.words),
                "speller": linker.speller.to_dict(),
            }
            text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
            (folder / FILE).write_bytes(gzip.compress(text.encode(), mtime=0))

    def from_disk(self, path: str | Path, **_: Any) -> ReferentLinker:
        """Read what was learnt from the folder `path`; a folder without it leaves the gazetteers alone."""
        file = Path(path) / FILE
        if file.exists():
            values = json.loads(gzip.decompress(file.read_bytes()))
            table, speller = NameTable(values["names"]), Speller(**values["speller"])
            self.set_linker(Linker(table, values["words"], speller))
        return self


@Language.factory(
    "bgpolitics_linking", requires=["doc._.mentions", "doc._.referents"], assigns=["doc._.referents"]
)
def create_linking(nlp: Language, name: str) -> ReferentLinker:
    """Make the component; its knowledge is read with the model's folder."""
    return ReferentLinker(name)
