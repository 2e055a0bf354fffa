"""Who did what to whom in Bulgarian political news.

The public names are resolved on first use, so importing the package loads neither spaCy nor pydantic.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bgpolitics_ner.annotator import Annotator as Annotator
    from bgpolitics_ner.annotator import load as load
    from bgpolitics_ner.corpus.runner import annotate_corpus as annotate_corpus
    from bgpolitics_ner.document import Document as Document
    from bgpolitics_ner.document import Entity as Entity
    from bgpolitics_ner.document import Quote as Quote
    from bgpolitics_ner.document import Referent as Referent
    from bgpolitics_ner.document import Relation as Relation
    from bgpolitics_ner.document import Triple as Triple
    from bgpolitics_ner.errors import BgPoliticsError as BgPoliticsError
    from bgpolitics_ner.errors import DocumentError as DocumentError
    from bgpolitics_ner.errors import InputError as InputError
    from bgpolitics_ner.errors import KnowledgeError as KnowledgeError
    from bgpolitics_ner.errors import MissingExtraError as MissingExtraError
    from bgpolitics_ner.errors import ModelError as ModelError
    from bgpolitics_ner.errors import OutputError as OutputError
    from bgpolitics_ner.evaluation import evaluate as evaluate

__version__ = "0.1.0"

_HOME = {
    "load": "annotator",
    "Annotator": "annotator",
    "Document": "document",
    "Entity": "document",
    "Referent": "document",
    "Relation": "document",
    "Quote": "document",
    "Triple": "document",
    "evaluate": "evaluation",
    "annotate_corpus": "corpus.runner",
    "BgPoliticsError": "errors",
    "DocumentError": "errors",
    "InputError": "errors",
    "KnowledgeError": "errors",
    "ModelError": "errors",
    "OutputError": "errors",
    "MissingExtraError": "errors",
}

__all__ = [  # noqa: RUF022 (pipeline order)
    "load",
    "Annotator",
    "Document",
    "Entity",
    "Referent",
    "Relation",
    "Quote",
    "Triple",
    "evaluate",
    "annotate_corpus",
    "BgPoliticsError",
    "DocumentError",
    "InputError",
    "KnowledgeError",
    "ModelError",
    "OutputError",
    "MissingExtraError",
    "__version__",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
