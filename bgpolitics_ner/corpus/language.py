"""What a text is before it is annotated: its language, and whether there is anything to annotate.

The language comes from py3langid (Lui and Baldwin 2012). A text that is nearly as likely to be Bulgarian as
something else is Bulgarian: short Bulgarian texts look like Macedonian or Serbian, and a Bulgarian article
left out costs more than a Serbian one too many. How near, and what boilerplate is, stands in
``knowledge/boilerplate.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from bgpolitics_ner.corpus.extras import import_extra
from bgpolitics_ner.knowledge import read_toml

BULGARIAN = "bg"
READ = 5_000
"""The characters at the start of a text that say its language; more change nothing but cost time."""

Problem = Literal["empty", "language", "boilerplate"]

_LETTER = re.compile(r"[^\W\d_]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_SENTENCE = re.compile(r"[.!?…]+[\s“”\"»)]+|\n+")


@dataclass(frozen=True)
class TextNote:
    """What is known of a text before annotation; `language` is an ISO 639-1 code, None without letters.

    `problem` is None where the text is worth annotating, else ``empty`` (no letter), ``language`` (not
    Bulgarian) or ``boilerplate`` (hardly a sentence: lists of links, notices about cookies).
    """

    language: str | None
    problem: Problem | None

    @property
    def usable(self) -> bool:
        """Whether the text is to be annotated where nothing else is wished."""
        return self.problem is None


@dataclass(frozen=True)
class BoilerplateRules:
    """The table of ``knowledge/boilerplate.toml``."""

    lines: int
    words: int
    prose: float
    notices: float
    phrases: tuple[str, ...]


class LanguageNoter:
    """Notes language and problem of a text. Raises MissingExtraError without py3langid."""

    def __init__(self) -> None:
        langid = import_extra("py3langid.langid")
        self._identifier: Any = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE)
        self._margin: float = read_toml("boilerplate.toml")["language"]["margin"]

    def __call__(self, text: str) -> TextNote:
        """Return the note of a text."""
        if not _LETTER.search(text):
            return TextNote(None, "empty")
        language = self._language(text[:READ])
        if language != BULGARIAN:
            return TextNote(language, "language")
        return TextNote(language, "boilerplate" if is_boilerplate(text) else None)

    def _language(self, text: str) -> str:
        scores: list[tuple[str, float]] = self._identifier.rank(_CONTROL.sub(" ", text))
        best, top = scores[0]
        bulgarian = next(score for language, score in scores if language == BULGARIAN)
        return BULGARIAN if top - bulgarian <= self._margin else best


@lru_cache(maxsize=1)
def load_rules() -> BoilerplateRules:
    """Read the rules once."""
    row = read_toml("boilerplate.toml")["boilerplate"]
    phrases = tuple(phrase.casefold() for phrase in row["phrases"])
    return BoilerplateRules(row["lines"], row["words"], row["prose"], row["notices"], phrases)


def is_boilerplate(text: str, rules: BoilerplateRules | None = None) -> bool:
    """Say whether a text is a list of links or a notice of the web site, and no article."""
    rules = rules or load_rules()
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return _is_list(lines, rules) or _is_notice(text, rules)


def _is_list(lines: Sequence[str], rules: BoilerplateRules) -> bool:
    """Say whether there are many lines and hardly a word stands in one that is long or ends as a sentence."""
    if len(lines) < rules.lines:
        return False
    counts = [len(line.split()) for line in lines]
    prose = sum(
        count
        for line, count in zip(lines, counts, strict=True)
        if count >= rules.words or (count > 2 and line.rstrip("“”\"»)'").endswith((".", "!", "?", "…")))
    )
    return prose < rules.prose * sum(counts)


def _is_notice(text: str, rules: BoilerplateRules) -> bool:
    """Say whether most sentences, by their length, have a phrase of such notices."""
    sentences = [part for part in _SENTENCE.split(text.casefold()) if part.strip()]
    noticed = sum(len(part) for part in sentences if any(phrase in part for phrase in rules.phrases))
    return noticed >= rules.notices * sum(map(len, sentences)) > 0
