"""The learned stage, with a network of random weights: what holds whatever the network says."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import numpy as np
import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc

import bgpolitics_ner.frontend  # noqa: F401  registers the components
from bgpolitics_ner.errors import ModelError
from bgpolitics_ner.frontend import syntax as module
from bgpolitics_ner.frontend.parsing import LONGEST
from tests.frontend.tiny_parser import LABELS, STATES, make_pipeline, make_syntax

NLP = make_pipeline()
TEXT = "Президентът се срещна с Тръмп.\n\nЛукашенко заяви: „Да!“\r\nКрай"


def check(doc: Doc, text: str) -> None:
    """Everything is set, sentences cover the text, heads form one tree a sentence."""
    assert doc.text == text
    assert [token.i for sentence in doc.sents for token in sentence] == list(range(len(doc)))
    for sentence in doc.sents:
        assert sentence.root.head == sentence.root
        for token in sentence:
            assert sentence.start <= token.head.i < sentence.end
            node, steps = token, 0
            while node.head.i != node.i:
                node, steps = node.head, steps + 1
                assert steps <= len(sentence)
            assert node == sentence.root
    for token in doc:
        assert token.pos_ == "SPACE" if token.is_space else token.pos_ in {"NOUN", "VERB", "PUNCT"}
        assert token.dep_ == "ROOT" if token.head == token else token.dep_ in {*LABELS, "dep"}
        assert token.lemma_


def test_the_encoder_tells_what_it_knows_of_words() -> None:
    doc = NLP("Да  \nне")
    assert doc.tensor.shape == (len(doc), STATES)
    assert [bool(np.any(row)) for row in doc.tensor] == [not token.is_space for token in doc]


@given(st.text())
@settings(deadline=None)
def test_any_text_gets_trees(text: str) -> None:
    check(NLP(text), text)


@given(st.lists(st.sampled_from(["Той", "каза", ".", "\n", "  ", "Да", "„", "“"]), max_size=60))
@settings(deadline=None)
def test_any_words_get_trees(words: list[str]) -> None:
    text = " ".join(words)
    check(NLP(text), text)


def test_together_or_alone_the_analysis_is_the_same() -> None:
    texts = [TEXT, "", " \n", "Да.", TEXT * 3]
    alone = [NLP(text).to_json() for text in texts]
    assert [doc.to_json() for doc in NLP.pipe(texts, batch_size=3)] == alone


def test_preset_borders_are_kept() -> None:
    starts = [token.text for token in NLP(TEXT) if token.is_sent_start]
    assert "Лукашенко" in starts, "an empty line ends a sentence"
    doc = NLP("На 5 г. президентът дойде.")
    assert not next(t for t in doc if t.text == "президентът").is_sent_start, "an abbreviation does not"


def test_white_space_hangs_on_the_word_before_it() -> None:
    doc = NLP("\nДа  \n\nНе")
    spaces = [token for token in doc if token.is_space]
    assert [token.head.text for token in spaces] == ["Да", "Да"]
    assert {(token.dep_, token.pos_, token.tag_) for token in spaces} == {("dep", "SPACE", "_SP")}


def test_a_very_long_sentence_is_cut() -> None:
    doc = NLP("дума " * (3 * LONGEST))
    assert max(len(sentence) for sentence in doc.sents) <= LONGEST
    check(doc, "дума " * (3 * LONGEST))


def test_a_full_memory_of_forms_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_FORMS", 2)
    nlp = make_pipeline()
    assert [nlp(TEXT).to_json() for _ in range(3)] == [NLP(TEXT).to_json()] * 3


def read_back(nlp: Language, how: str, folder: Path) -> Language:
    if how == "disk":
        nlp.to_disk(folder)
        return spacy.load(folder)
    if how == "bytes":
        return make_pipeline(seed=1).from_bytes(nlp.to_bytes())
    return pickle.loads(pickle.dumps(nlp))


@pytest.mark.parametrize("how", ["disk", "bytes", "pickle"])
def test_a_pipeline_read_back_says_the_same(how: str, tmp_path: Path) -> None:
    once = read_back(make_pipeline(), how, tmp_path / "one")  # weights are halved in precision
    again = read_back(once, how, tmp_path / "two")
    assert again(TEXT).to_json() == once(TEXT).to_json()


def test_without_weights_the_component_says_so() -> None:
    nlp = spacy.blank("bg")
    nlp.add_pipe("bgpolitics_syntax")
    with pytest.raises(ModelError, match="has no weights; load a trained model"):
        nlp("Да.")


def test_other_word_vectors_are_refused() -> None:
    nlp = spacy.blank("bg")
    with pytest.raises(ModelError, match="trained with word vectors of width 8, this pipeline has 0"):
        nlp.add_pipe("bgpolitics_syntax").set_syntax(make_syntax())


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"the parser cannot be read .*reinstall the model"):
        NLP.get_pipe("bgpolitics_syntax").from_disk(tmp_path)
    make_syntax().to_disk(tmp_path)
    header = json.loads((tmp_path / "vocabulary.json").read_text(encoding="utf-8"))
    (tmp_path / "vocabulary.json").write_text(json.dumps({**header, "format": 99}), encoding="utf-8")
    with pytest.raises(ModelError, match="has format 99, this version reads 1; update the model"):
        NLP.get_pipe("bgpolitics_syntax").from_disk(tmp_path)


def test_equal_networks_give_equal_arrays(tmp_path: Path) -> None:
    for name in ("a", "b"):
        make_syntax().to_disk(tmp_path / name)
    one, two = (tmp_path / name / "vocabulary.json" for name in ("a", "b"))
    assert one.read_bytes() == two.read_bytes()
    with np.load(tmp_path / "a" / "weights.npz") as one, np.load(tmp_path / "b" / "weights.npz") as two:
        assert all((one[name] == two[name]).all() for name in one.files)
