"""Build the lemma table of the front end from a treebank and free lexicons."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bgpolitics_ner.errors import InputError
from bgpolitics_ner.frontend.lemmas import (
    ENDING,
    ENDING_SIZES,
    PARTICIPLE,
    PARTICIPLE_ENDING,
    PARTICIPLE_ENDING_SIZE,
    Edit,
    LemmaTable,
    apply_edit,
    find_edit,
)
from bgpolitics_ner.training.conllu import Row, read_sentences

# Word class, lower-case form, lemma.
Entry = tuple[str, str, str]
# A rule of Hunspell: what it cuts, what it adds, on which words it works; and the rules by affix class.
Rule = tuple[str, str, re.Pattern[str]]
Rules = dict[str, list[Rule]]

WORDNET_CLASSES = {"n": "NOUN", "v": "VERB", "a": "ADJ"}
OPEN_CLASSES = frozenset(WORDNET_CLASSES.values())
MIN_PREFIX_COUNT = 8
MIN_LEMMA_SHARE = 0.15
MIN_ENDING_COUNT = 10
MIN_ENDING_SHARE = 0.9


@dataclass
class Treebank:
    """What the training part of a treebank says, lower-cased; PARTICIPLE stands for ADJ participles."""

    lemmas: dict[tuple[str, str], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    exact: dict[tuple[str, str], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    by_features: dict[str, Counter[Edit]] = field(default_factory=lambda: defaultdict(Counter))
    endings: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    prefixes: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))


def build_table(treebank: Path, lexicons: Path) -> LemmaTable:
    """Return the table of a CoNLL-U training file and the lexicons in one folder.

    `lexicons` holds ``hunspell-bg`` and ``btb-wordnet``. Equal files give equal tables.
    """
    learned = read_treebank(read_sentences(treebank))
    known = read_wordnet(lexicons / "btb-wordnet" / "wn-data-bul.tab")
    _add_lemmas(known, _pairs(learned))
    paradigms, orphans = read_hunspell(lexicons / "hunspell-bg", known)
    _add_lemmas(known, paradigms)
    attached = attach_orphans(orphans, list(_pairs(learned)), known)
    candidates = _merge(learned, [*paradigms, *attached])
    entries = {key: [find_edit(key[1], lemma) for lemma in lemmas] for key, lemmas in candidates.items()}
    entries.update(learn_endings(entries))
    prefixes = {
        tag: [prefix for prefix, n in sorted(counts.items()) if n >= MIN_PREFIX_COUNT]
        for tag, counts in learned.prefixes.items()
    }
    return LemmaTable(
        entries,
        by_features=learned.by_features,
        endings=learned.endings,
        prefixes={tag: found for tag, found in prefixes.items() if found},
    )


def learn_endings(
    entries: Mapping[tuple[str, str], Sequence[Edit]],
) -> dict[tuple[str, str], list[Edit]]:
    """Return the edit of each word ending whose words nearly all lemmatise alike (``-ското`` → ``-ски``)."""
    counts: dict[tuple[str, str], Counter[Edit]] = defaultdict(Counter)
    for (tag, form), edits in entries.items():
        if tag in OPEN_CLASSES or tag == PARTICIPLE:
            for size in ENDING_SIZES:
                if size < len(form) and edits[0][0] < size:
                    counts[ENDING + tag, form[-size:]][edits[0]] += 1
    found = {}
    for (tag, ending), edits_of in counts.items():
        edit, n = min(edits_of.items(), key=lambda c: (-c[1], c[0]))
        if n >= MIN_ENDING_COUNT and n >= MIN_ENDING_SHARE * sum(edits_of.values()):
            found[tag, ending] = [edit]
    for tag, form in entries:
        if tag == PARTICIPLE:
            found[PARTICIPLE_ENDING, form[-PARTICIPLE_ENDING_SIZE:]] = [(0, "")]
    return found


def write_table(treebank: Path, lexicons: Path, file: Path) -> LemmaTable:
    """Build the table and write it to `file`, the ``lemmas.bin`` of a component folder."""
    table = build_table(treebank, lexicons)
    temporary = file.with_name(file.name + ".tmp")
    temporary.write_bytes(table.to_bytes())
    temporary.replace(file)
    return table


def _add_lemmas(known: dict[str, set[str]], entries: Iterable[Entry]) -> None:
    for tag, _, lemma in entries:
        known.setdefault(tag, set()).add(lemma)


def _merge(learned: Treebank, entries: Iterable[Entry]) -> dict[tuple[str, str], list[str]]:
    """Put the treebank's lemmas first; only for verbs does the lexicon add to what the treebank knows.

    The aspect twins (``предоставя``, ``предоставям``) share forms, and one of them may be missing there.
    """
    candidates: dict[tuple[str, str], list[str]] = defaultdict(list)
    for key, counts in learned.lemmas.items():
        candidates[key] = _common(counts)
    for tag, form, lemma in sorted(set(entries)):
        lemmas = candidates[tag, form]
        if lemma not in lemmas and (tag == "VERB" or (tag, form) not in learned.lemmas):
            lemmas.append(lemma)
    candidates.update(_ambiguous_forms(learned, candidates))
    return candidates


def read_treebank(sentences: Iterable[Sequence[Row]]) -> Treebank:
    """Count lemmas per form, edits per features, prefixes that lemmas drop (``най-голям`` → ``голям``)."""
    learned = Treebank()
    for rows in sentences:
        for row in rows:
            form, lemma = row.form.lower(), row.lemma.lower()
            if row.upos == "PUNCT":
                continue
            tag = PARTICIPLE if row.upos == "ADJ" and "VerbForm=Part" in row.feats else row.upos
            prefix = _dropped_prefix(form, lemma)
            if prefix and (tag == PARTICIPLE or prefix.endswith("-")):
                learned.prefixes[tag][prefix] += 1
                form = form[len(prefix) :]
            learned.lemmas[tag, form][lemma] += 1
            learned.exact[f"{row.upos}|{row.feats}", form][lemma] += 1
            edit = find_edit(form, lemma)
            if edit[0] < len(form):
                learned.by_features[f"{row.upos}|{row.feats}"][edit] += 1
                learned.endings[f"{row.upos}|{row.feats}"][lemma[-2:]] += 1
    return learned


def _dropped_prefix(form: str, lemma: str) -> str:
    """Return ``най-`` for ``най-големите``, ``голям``, ``не`` for ``нерешени``, ``реша``; else nothing."""
    for size in range(2, 5):
        rest = form[size:]
        if len(rest) > 3 and len(lemma) > 2 and rest[:2] == lemma[:2] and form[:2] != lemma[:2]:
            return form[:size]
    return ""


def _ambiguous_forms(
    learned: Treebank, candidates: Mapping[tuple[str, str], Sequence[str]]
) -> dict[tuple[str, str], list[str]]:
    """Return the lemmas per (features, form) of forms whose class alone does not settle the lemma."""
    lemmas_of: dict[tuple[str, str], set[str]] = defaultdict(set)
    for tag, form in learned.lemmas:
        lemmas_of["ADJ" if tag == PARTICIPLE else tag, form].update(candidates[tag, form])
    return {
        (features, form): _common(counts)
        for (features, form), counts in learned.exact.items()
        if len(lemmas_of[features.split("|")[0], form]) > 1
    }


def _common(counts: Counter[str]) -> list[str]:
    """Return the lemmas, most frequent first, without slips of the annotators."""
    enough = MIN_LEMMA_SHARE * max(counts.values())
    return [lemma for lemma, n in sorted(counts.items(), key=lambda c: (-c[1], c[0])) if n >= enough]


def _pairs(learned: Treebank) -> Iterator[Entry]:
    for (tag, form), lemmas in learned.lemmas.items():
        for lemma in lemmas:
            yield ("VERB" if tag == PARTICIPLE else tag), form, lemma


def read_wordnet(path: Path) -> dict[str, set[str]]:
    """Return the one-word lemmas of BTB-WordNet per class; the reflexive particle is dropped."""
    known: dict[str, set[str]] = {tag: set() for tag in WORDNET_CLASSES.values()}
    for line in _read_lines(path):
        cells = line.split("\t")
        if len(cells) >= 3 and cells[1] == "bul:lemma":
            tag = WORDNET_CLASSES.get(cells[0][-1])
            words = cells[2].strip().split(" ")
            if tag and (len(words) == 1 or (tag == "VERB" and len(words) == 2 and len(words[1]) == 2)):
                known[tag].add(words[0].lower())
    return known


def read_hunspell(folder: Path, known: Mapping[str, set[str]]) -> tuple[list[Entry], list[str]]:
    """Expand the dictionary: (class, form, lemma) of lower-case words, and the words without a paradigm.

    Hunspell names no word class; it is read off the words of the same affix class and ending in `known`.
    """
    entries, rules = read_hunspell_rules(folder)
    plausible = _classes_of_flags(entries, known)
    forms: list[Entry] = []
    orphans: list[str] = []
    bases: set[tuple[str, str]] = set()
    for word, flags in entries:
        if not flags and word.islower():
            orphans.append(word)
        if not word.islower():
            continue
        for flag in flags:
            for tag in _entry_classes(word, flag, known, plausible):
                bases.add((tag, word))
                forms.append((tag, word, word))
                forms.extend((tag, form, word) for form in _expand(word, rules[flag]))
    listed = {form for _, form, _ in forms}.union(orphans)
    forms.extend(_restore_paradigms(listed, bases, known, plausible, rules))
    return forms, orphans


def read_hunspell_rules(folder: Path) -> tuple[list[tuple[str, str]], Rules]:
    """Return the entries (word, flags) and, per flag, its rules: what to cut, what to add, on which words."""
    lines = _read_lines(folder / "bg_BG.dic")[1:]
    entries = [(word, flags) for word, _, flags in (line.partition("/") for line in lines)]
    return entries, _read_rules(folder / "bg_BG.aff")


def _restore_paradigms(
    listed: set[str],
    bases: set[tuple[str, str]],
    known: Mapping[str, set[str]],
    plausible: Mapping[tuple[str, str], list[str]],
    rules: Mapping[str, list[Rule]],
) -> Iterator[Entry]:
    """Yield the forms of known words whose paradigm the dictionary dissolved into the forms of others.

    ``сътрудник`` has no affix class because ``сътрудница`` already gives ``сътрудниците``; the class of other
    words of the same ending is taken when all the forms it makes are words of the dictionary.
    """
    flags: dict[tuple[str, str], list[str]] = defaultdict(list)
    for (flag, ending), tags in sorted(plausible.items()):
        for tag in tags:
            flags[tag, ending].append(flag)
    for tag in sorted(OPEN_CLASSES):
        for word in sorted(known[tag]):
            if word not in listed or (tag, word) in bases:
                continue
            best: list[str] = []
            for flag in flags[tag, word[-2:]]:
                made = list(_expand(word, rules[flag]))
                if len(made) > len(best) and listed.issuperset(made):
                    best = made
            yield from ((tag, form, word) for form in [word, *best])


def _classes_of_flags(
    entries: Iterable[tuple[str, str]], known: Mapping[str, set[str]]
) -> dict[tuple[str, str], list[str]]:
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for word, flags in entries:
        for tag in OPEN_CLASSES:
            if word in known[tag]:
                for flag in flags:
                    counts[flag, word[-2:]][tag] += 1
                    counts[flag, ""][tag] += 1
    return {
        key: [tag for tag, n in sorted(c.items(), key=lambda x: (-x[1], x[0])) if n >= 0.1 * sum(c.values())]
        for key, c in counts.items()
    }


def _entry_classes(
    word: str, flag: str, known: Mapping[str, set[str]], plausible: Mapping[tuple[str, str], list[str]]
) -> list[str]:
    likely = plausible.get((flag, word[-2:])) or plausible.get((flag, ""), [])
    certain = [tag for tag in likely if word in known[tag]]
    return certain or likely[:1]


def _read_rules(path: Path) -> Rules:
    rules: Rules = defaultdict(list)
    for line in _read_lines(path):
        cells = line.split()
        if len(cells) >= 5 and cells[0] == "SFX":
            cut, add = (cell if cell != "0" else "" for cell in cells[2:4])
            rules[cells[1]].append((cut, add, re.compile(f"(?:{cells[4]})$")))
    return rules


def apply_rules(word: str, rules: Iterable[Rule]) -> Iterator[tuple[str, str, str]]:
    """Yield what a fitting rule cuts, what it adds, and the form it makes of `word`."""
    for cut, add, condition in rules:
        if word.endswith(cut) and condition.search(word):
            yield cut, add, word[: len(word) - len(cut)] + add


def _expand(word: str, rules: Iterable[Rule]) -> Iterator[str]:
    return (form for _, _, form in apply_rules(word, rules))


def attach_orphans(
    orphans: Iterable[str], pairs: Iterable[Entry], known: Mapping[str, set[str]]
) -> Iterator[Entry]:
    """Find lemmas of irregular forms by analogy: ``иззети`` → ``иззема``, because ``приети`` → ``приема``.

    The longest ending that a known pair shares wins; the lemma must be a known one of that class.
    """
    endings: dict[tuple[str, str], Counter[Edit]] = defaultdict(Counter)
    for tag, form, lemma in pairs:
        edit = find_edit(form, lemma)
        if tag in OPEN_CLASSES and edit[0] < len(form):
            for size in range(max(edit[0], 2), min(len(form), edit[0] + 4) + 1):
                endings[tag, form[-size:]][edit] += 1
    for word in orphans:
        for tag in sorted(OPEN_CLASSES):
            found = _by_ending(word, tag, endings, known[tag])
            if found:
                yield tag, word, found


def _by_ending(
    word: str, tag: str, endings: Mapping[tuple[str, str], Counter[Edit]], known: set[str]
) -> str | None:
    for size in range(len(word) - 1, 1, -1):
        for edit, _ in sorted(endings.get((tag, word[-size:]), {}).items(), key=lambda e: (-e[1], e[0])):
            lemma = apply_edit(word, edit)
            if lemma in known:
                return lemma
    return None


def _read_lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise InputError(f"lexicon file {path}: {error}") from error
