"""The lemmas of UD_Bulgarian-BTB, and of models trained on it, as the library promises them."""

from __future__ import annotations

from bgpolitics_ner.frontend.lemmas import restore_case

# Word classes whose BTB lemma is (or may be, for participles and converbs) a verb with clitics attached.
CARRIES_CLITICS = frozenset({"VERB", "AUX", "ADJ", "ADV"})


def clean_lemma(lemma: str, form: str, upos: str) -> str:
    """Strip BTB's clitic marks (``разбирам-(се)``, ``мързи-ме`` → bare verb); restore the case of names."""
    if upos in CARRIES_CLITICS and "-" not in form:
        lemma = lemma.split("-", 1)[0] or lemma
    return restore_case(lemma, form) if upos == "PROPN" and form[:1].isupper() else lemma
