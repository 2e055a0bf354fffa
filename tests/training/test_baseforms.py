"""Names whose base form is learnt: only those that the rules get wrong, seen often and told alike."""

from __future__ import annotations

from pathlib import Path

import spacy
from spacy.tokens import Span

from bgpolitics_ner.document import Document, Entity
from bgpolitics_ner.knowledge import read_jsonl
from bgpolitics_ner.training.baseforms import (
    Named,
    learn_base_forms,
    named_mentions,
    rules_only,
    write_base_forms,
)

NLP = spacy.blank("bg")


def mention(text: str, kind: str, lemma: str) -> Named:
    return NLP.make_doc(text)[:], kind, lemma


def copy(span: Span, label: str) -> str:
    """Stand in for rules that change nothing."""
    return str(span.text)


def test_only_what_the_rules_get_wrong_is_learnt() -> None:
    mentions = [mention("РОЙТЕРС", "ORG", "Ройтерс")] * 3 + [mention("БТА", "ORG", "БТА")] * 3
    rows = learn_base_forms(mentions, copy)
    assert rows == [{"type": "ORG", "form": "РОЙТЕРС", "lemma": "Ройтерс"}]
    assert rules_only(rows)(mentions[0][0], "ORG") == "Ройтерс"


def test_rare_disputed_other_and_misspelt_names_are_not_learnt() -> None:
    assert learn_base_forms([mention("РОЙТЕРС", "ORG", "Ройтерс")], copy) == []
    disputed = [mention("ФОКУС", "ORG", "Фокус"), mention("ФОКУС", "ORG", "Фокусът")]
    assert learn_base_forms(disputed, copy) == []
    assert learn_base_forms([mention("Май", "PER", "Тереза Мей")] * 3, copy) == []
    assert learn_base_forms([mention("Фейсбук", "ORG", "ФейсбуК".replace("К", "k"))] * 3, copy) == []


def test_mentions_without_base_form_or_name_are_left_out() -> None:
    gold = Document(
        id="d",
        text="БТА каза",
        entities=(
            Entity(id="m1", start=0, end=3, text="БТА", type="ORG", lemma="БТА"),
            Entity(id="m2", start=4, end=8, text="каза", type="NOM", lemma="казвам"),
        ),
    )
    assert [lemma for _, _, lemma in named_mentions(NLP.make_doc(gold.text), gold)] == ["БТА"]


def test_rows_are_written_as_the_package_reads_them(tmp_path: Path) -> None:
    shipped = list(read_jsonl("gazetteers/baseforms.jsonl"))
    assert len({(row["type"], row["form"]) for row in shipped}) == len(shipped) > 30
    path = tmp_path / "rows.jsonl"
    write_base_forms(shipped, path)
    assert path.read_text(encoding="utf-8").count("\n") == len(shipped)
