"""Text → spaCy Doc: tokens, sentences, lemmas, morphology, dependencies."""

from bgpolitics_ner.frontend.boundaries import create_boundaries
from bgpolitics_ner.frontend.lemmas import create_lemmas
from bgpolitics_ner.frontend.syntax import create_syntax
from bgpolitics_ner.frontend.tokenizer import create_tokenizer

__all__ = ["create_boundaries", "create_lemmas", "create_syntax", "create_tokenizer"]
