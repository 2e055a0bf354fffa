"""text → spaCy Doc: one regular expression that puts entity borders on token borders."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import regex
from spacy.tokens import Doc
from spacy.util import registry
from spacy.vocab import Vocab

from bgpolitics_ner.knowledge import read_toml


def compile_pattern() -> regex.Pattern[str]:
    """Build the token pattern; the alternatives are tried in order, every character is covered."""
    data = read_toml("tokenizer.toml")
    after_number = set(data["after_number"])
    plain = [a for a in data["abbreviations"] if a not in after_number and "." in a]

    def alternatives(words: Iterable[str]) -> str:
        return "|".join(regex.escape(w) for w in sorted(words, key=len, reverse=True))

    joined = alternatives(data["joined"])
    begins = rf"(?:(?<![\w.])|(?<=(?<!\w)(?:{joined})))"
    return regex.compile(
        rf"""
        [\p{{L}}\p{{M}}]++(?![\w\p{{N}}.'’`\-‑&@+:])  # most words; a blank or a comma follows
      | \s+
      | (?:https?://|www\.)[^\s<>„“”"»)]*[^\s<>„“”"»).,;:!?]
      | (?<![\w.+-]) [\w.+-]+@[\w-]+(?:\.[\w-]+)+
      | (?<![\w.]) (?i:{alternatives(data["hyphenated"])})-[\p{{L}}\p{{M}}]+(?:-[\p{{L}}\p{{M}}]+)*
      | {begins} (?!\p{{Lu}}\p{{Lu}}\.) (?i:{alternatives(plain)}) (?![\p{{Ll}}\d_])
      | (?<![\w.]) (?i:{joined}) (?=\p{{L}})
      | (?<=[\dIVXLХІ][\s\u00a0]?) (?i:{alternatives(after_number)}) (?![\w])
      | {begins} (?i:{alternatives(after_number)}) (?=\s?\d)
      | (?<![\w.]) (?i:{alternatives(data["before_name"])}) (?=\s?[„“"«\p{{Lu}}])
      | \d{{1,2}}\.\d{{1,2}}\.\d{{2,4}}(?!\d)
      | \d+(?:[.,:/]\d+)*(?:[-‑](?:[\p{{L}}\p{{M}}]+|\d+(?:[.,]\d+)*))*
      | (?:\p{{Lu}}\.){{2,}}
      | (?<![\w.]) (?:\p{{Lu}}\.|{alternatives(data["initials"])}) (?=\s?\p{{Lu}}[\p{{Ll}}.])
      | \p{{Lu}}\. (?=\s\p{{Ll}}) (?<=\p{{Lu}}\p{{Ll}}+\s\p{{Lu}}\.)
      | [\p{{L}}\p{{M}}\p{{N}}_]+(?:['’`\-‑&][\p{{L}}\p{{M}}\p{{N}}_]+)*
          (?:\.(?:{alternatives(data["domains"])})(?!\w))?
      | \.{{2,}} | … | ''
      | (\X)
        """,
        regex.VERBOSE | regex.V0,
    )


class Tokenizer:
    """Callable tokenizer for ``nlp.tokenizer``; the Doc's text is always exactly the input."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab
        self._pattern = compile_pattern()
        self._seen = {"\n", "\n\n"}

    def __call__(self, text: str) -> Doc:
        words: list[str] = []
        spaces: list[bool] = []
        for match in self._pattern.finditer(text):
            piece = match.group()
            if piece.isspace():
                if piece[0] == " " and words and not spaces[-1] and not words[-1].isspace():
                    spaces[-1] = True
                    piece = piece[1:]
                if piece:
                    words.append(piece)
                    spaces.append(False)
                    self._look_like_a_break(piece)
            else:
                words.append(piece)
                spaces.append(False)
        return Doc(self.vocab, words=words, spaces=spaces)

    def _look_like_a_break(self, piece: str) -> None:
        """Give white space the lexical features of the line breaks that the models were trained with."""
        if piece not in self._seen:
            self._seen.add(piece)
            known = self.vocab["\n\n" if piece.count("\n") > 1 else "\n"]
            lexeme = self.vocab[piece]
            lexeme.norm, lexeme.prefix, lexeme.suffix, lexeme.shape = (
                known.norm, known.prefix, known.suffix, known.shape,
            )  # fmt: skip

    def to_bytes(self, **_: Any) -> bytes:
        return b""

    def from_bytes(self, _data: bytes, **_kwargs: Any) -> Tokenizer:
        return self

    def to_disk(self, path: str | Path, **_: Any) -> None:
        """Nothing to write: the pattern comes with the package."""

    def from_disk(self, path: str | Path, **_: Any) -> Tokenizer:
        return self


@registry.tokenizers("bgpolitics.Tokenizer.v1")
def create_tokenizer() -> Callable[[Any], Tokenizer]:
    """Factory named in config.cfg: ``[nlp.tokenizer] @tokenizers = "bgpolitics.Tokenizer.v1"``."""

    def build(nlp: Any) -> Tokenizer:
        return Tokenizer(nlp.vocab)

    return build
