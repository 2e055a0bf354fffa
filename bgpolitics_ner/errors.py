"""The exceptions of the package.

BgPoliticsError
├── DocumentError      a Document (or its JSON) breaks the contract
├── InputError         a file or text cannot be used as input
├── KnowledgeError     a file under knowledge/ is malformed
├── ModelError         a model is missing, broken or of another version
├── OutputError        a result cannot be written, or belongs to another run
└── MissingExtraError  an optional package is not installed
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import ValidationError


class BgPoliticsError(Exception):
    """Base of all errors raised by this package on purpose."""


class DocumentError(BgPoliticsError, ValueError):
    """A Document breaks the format: the message names the field, the offsets and the text."""


class InputError(BgPoliticsError):
    """A file or text cannot be used: the message names file, line and what to do."""


class KnowledgeError(BgPoliticsError):
    """A data file under ``knowledge/`` is malformed: the message names file and rule."""


class ModelError(BgPoliticsError):
    """A model is missing or does not fit: the message says how to get it."""


class OutputError(BgPoliticsError):
    """A result cannot be written, or its place belongs to another run: the message says what to do."""


class MissingExtraError(BgPoliticsError, ImportError):
    """An optional package is missing: the message says what to install."""


def first_problem(error: ValidationError) -> tuple[str, str]:
    """Return where the first thing wrong is (``relations.0.type``, "" for the whole) and what it is."""
    first = error.errors(include_url=False)[0]
    return ".".join(map(str, first["loc"])), first["msg"]
