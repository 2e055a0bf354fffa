"""Linked gold mentions in six languages → what the linker knows: names, words of ids, spellings."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bgpolitics_ner.errors import InputError
from bgpolitics_ner.knowledge import ROOT, read_toml
from bgpolitics_ner.referents.kb import NameTable
from bgpolitics_ner.referents.linker import Linker
from bgpolitics_ner.referents.linking import ReferentLinker
from bgpolitics_ner.referents.spelling import Speller, given_names
from bgpolitics_ner.referents.transliteration import is_cyrillic, key_of, load_letters
from bgpolitics_ner.training.spelling import Aligner, count_groups, open_pairs, word_pairs

LANGUAGES = ("bg", "ru", "uk", "cs", "pl", "sl")
_HOME = LANGUAGES[0]
_PREFIXES = {"PER": "PER", "GPE": "LOC", "LOC": "LOC", "ORG": "ORG", "EVT": "EVT", "PRO": "PRO"}
_CYRILLIC = ("bg", "ru", "uk")
_PAIR_WEIGHT = {"bg": 3.0, "ru": 0.5, "uk": 0.3}
_SHARE = 0.06
_ROUNDS = 6
_LISTED = 2.0


def train_linker(data: Path, output: Path) -> Path:
    """Train on all of ``slavicner`` in the data folder; write the folder `output` and return it."""
    linker = LinkerTrainer(data).train(read_linked(data / "slavicner"))
    ReferentLinker("bgpolitics_linking", linker).to_disk(output)
    return output


@dataclass(frozen=True)
class Linked:
    """One gold mention: its base form and the id of what it names."""

    language: str
    document: str
    topic: str
    type: str
    lemma: str
    id: str


def read_linked(folder: Path) -> list[Linked]:
    """Read the mentions of ``bg.jsonl`` … ``sl.jsonl``; ids that do not follow the scheme are left out."""
    found = []
    for language in LANGUAGES:
        path = folder / f"{language}.jsonl"
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except OSError as error:
            raise InputError(f"{path}: {error}") from error
        for line in lines:
            values = json.loads(line)
            links = {r["id"]: r.get("link") or "" for r in values["referents"]}
            for e in values["entities"]:
                id = links.get(e.get("referent"), "")
                if id.partition("-")[0] in _PREFIXES and id.partition("-")[2] and key_of(e["lemma"]):
                    found.append(
                        Linked(language, values["id"], values.get("topic", ""), e["type"], e["lemma"], id)
                    )
    return found


class LinkerTrainer:
    """Makes linkers; what does not depend on the linked mentions is learnt once."""

    def __init__(self, data: Path) -> None:
        self._open = open_pairs(data)
        self._aligner = Aligner(self._open)

    def train(self, mentions: Iterable[Linked]) -> Linker:
        """Return the linker that the mentions teach."""
        counts = Counter((m.language, m.type, m.lemma, m.id) for m in mentions)
        return Linker(learn_names(counts), learn_words(counts), self._speller(counts))

    def _speller(self, counts: Collection[tuple[str, str, str, str]]) -> Speller:
        lexicon: defaultdict[str, float] = defaultdict(float)
        pairs: defaultdict[tuple[str, str], float] = defaultdict(float, self._open)
        known: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for bulgarian, latin in given_names():
            known[bulgarian.lower()][latin.lower()] += 1
        for _, latin in self._open:
            lexicon[latin] = 1.0
        for _, latin in given_names():
            lexicon[latin.lower()] += _LISTED
        for line in (ROOT / "gazetteers" / "census.tsv").read_text(encoding="utf-8").splitlines():
            word, _, often = line.partition("\t")
            lexicon[word] += float(often)
        letters = load_letters()
        for id in {row[3] for row in counts}:
            share = _LISTED if id.startswith("PER-") else _LISTED / 2
            for word in letters.plain(id.partition("-")[2]).lower().split("-"):
                if len(word) > 1 and word.isalpha():
                    lexicon[word] += share
        for language, _, lemma, id in counts:
            if language in _CYRILLIC:
                weight = _PAIR_WEIGHT[language] * (1.0 if id.startswith("PER-") else 0.5)
                for pair in word_pairs(lemma, id.partition("-")[2].replace("-", " ")):
                    pairs[pair] += weight
                    if language == _HOME and id.startswith(("PER-", "GPE-", "LOC-")):
                        known[pair[0]][pair[1]] += 2 if id.startswith("PER-") else 1
        groups = count_groups(self._aligner, ((pair, min(value, 8.0)) for pair, value in pairs.items()))
        # of words spelt in several ways the first listed goes first
        words = {word: max(ways, key=lambda w: ways[w]) for word, ways in known.items()}
        return Speller(groups, dict(lexicon), words)


def learn_names(counts: Counter[tuple[str, str, str, str]]) -> NameTable:
    """Return the layer of names: for each the id it most often had, in Bulgarian and over all languages."""
    exact: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    romanised: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    skeletons: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for (language, kind, lemma, id), number in counts.items():
        if language == _HOME:
            exact[kind, key_of(lemma)][id] += number
        plain, forms = _keys(lemma)
        romanised[kind, plain][id] += number
        for skeleton in forms:
            skeletons[kind, skeleton].add(plain)
    for id in {row[3] for row in counts}:
        prefix, _, rest = id.partition("-")
        kind, name = _PREFIXES[prefix], rest.replace("-", " ")
        if not key_of(name):
            continue
        plain, forms = _keys(name)
        romanised[kind, plain].setdefault(id, 0)
        for skeleton in forms:
            skeletons[kind, skeleton].add(plain)
    table = NameTable()
    for (kind, key), ids in exact.items():
        table.exact.setdefault(kind, {})[key] = _most(ids)
    for (kind, key), ids in romanised.items():
        table.romanised.setdefault(kind, {})[key] = _most(ids)
    for (kind, key), names in skeletons.items():
        table.skeletons.setdefault(kind, {})[key] = sorted(names)
    return table


@cache
def _keys(name: str) -> tuple[str, list[str]]:
    return load_letters().romanise(name), load_letters().skeletons(name)


def _most(ids: Counter[str]) -> str:
    return max(sorted(ids), key=lambda id: ids[id])


def learn_words(counts: Iterable[tuple[str, str, str, str]]) -> dict[str, list[list[Any]]]:
    """Learn from names and ids what words mean (IBM model 1): stem → English words with their share."""
    letters = load_letters()
    ignored = frozenset(read_toml("transliteration.toml")["ids"]["ignored"])
    pairs = []
    for kind, lemma, id in sorted({(k, key_of(lemma), id) for _, k, lemma, id in counts}):
        if kind != "PER" and is_cyrillic(lemma):
            stems = [letters.stem(w) for w in lemma.split() if w not in ignored and is_cyrillic(w)]
            words = [w for w in id.partition("-")[2].split("-") if w.lower() not in ignored]
            if stems and words:
                pairs.append((stems, words))
    table: dict[tuple[str, str], float] = {}
    for _ in range(_ROUNDS):
        table = _expect(pairs, table)
    found: defaultdict[str, list[list[Any]]] = defaultdict(list)
    for (stem, word), share in table.items():
        if share >= _SHARE:
            found[stem].append([word, round(share, 2)])
    return {stem: sorted(rows, key=lambda r: -r[1])[:5] for stem, rows in sorted(found.items())}


def _expect(
    pairs: Iterable[tuple[list[str], list[str]]], table: dict[tuple[str, str], float]
) -> dict[tuple[str, str], float]:
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for stems, words in pairs:
        for word in words:
            values = [table.get((stem, word), 0.0) if table else 1.0 for stem in stems]
            total = sum(values)
            if total:
                for stem, value in zip(stems, values, strict=True):
                    counts[stem][word] += value / total  # type: ignore[assignment]
    # a little mass for nothing: what was seen once is not sure
    return {
        (stem, word): value / (sum(words.values()) + 0.5)
        for stem, words in counts.items()
        for word, value in words.items()
    }


def without(
    mentions: Iterable[Linked], *, topic: str | None = None, documents: Collection[str] = ()
) -> Iterator[Linked]:
    """Yield the mentions of other topics and other documents."""
    return (m for m in mentions if m.topic != topic and m.document not in documents)
