"""Front ends against a treebank: small cases worked by hand, CoNLL-U that is wrong, and what always holds."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.lang.bg import Bulgarian
from spacy.tokens import Doc

from bgpolitics_ner.errors import InputError
from bgpolitics_ner.evaluation import Analysis, from_doc, read_conllu, score_conllu
from bgpolitics_ner.evaluation.conll import METRICS, common_sequence, universal_features
from bgpolitics_ner.evaluation.treebank import Word
from bgpolitics_ner.frontend.orthography import clean
from bgpolitics_ner.frontend.treebank_lemmas import clean_lemma

GOLD = """\
# text = Тръмп се среща днес.
1 Тръмп тръмп PROPN Npmsi Gender=Masc|Number=Sing 3 nsubj _ _
2 се се PRON Ppxta Case=Acc|Reflex=Yes 3 expl _ _
3 среща срещам-(се) VERB Vpitf-r3s Number=Sing|Person=3|Typo=Yes 0 root _ _
4 днес днес ADV Dt _ 3 advmod _ SpaceAfter=No
5 . . PUNCT punct _ 3 punct _ _

# text = Избраха го.
1 Избраха избера VERB Vpptf-o3p Number=Plur 0 root _ _
2 го аз PRON Ppetas3m Case=Acc 1 obj:x _ SpaceAfter=No
3 . . PUNCT punct _ 1 punct _ _
"""


def tabs(text: str) -> str:
    """Put tabs where a row has blanks."""
    lines = text.split("\n")
    return "\n".join(line if line.startswith("#") else "\t".join(line.split(" ")) for line in lines)


def read(text: str, folder: Path, *, raw_lemmas: bool = False) -> Analysis:
    path = folder / "gold.conllu"
    path.write_text(tabs(text), encoding="utf-8")
    return read_conllu(path, raw_lemmas=raw_lemmas)


@pytest.fixture
def gold(tmp_path: Path) -> Analysis:
    return read(GOLD, tmp_path)


def change(analysis: Analysis, number: int, **values: object) -> Analysis:
    """Return the analysis with other values in one word."""
    words = list(analysis.words)
    words[number] = replace(words[number], **values)
    return replace(analysis, words=tuple(words))


def count(gold: Analysis, predicted: Analysis) -> dict[str, int]:
    """Return how many items of each metric are right."""
    return {name: metric.score.tp for name, metric in score_conllu(gold, predicted).metrics.items()}


PERFECT = {**dict.fromkeys(METRICS, 8), "Sentences": 2}


def test_gold_is_read(gold: Analysis) -> None:
    assert gold.text == "Тръмп се среща днес. Избраха го."
    assert [gold.text[a:b] for a, b in gold.sentences] == ["Тръмп се среща днес.", "Избраха го."]
    assert [gold.text[w.start : w.end] for w in gold.words] == [w.form for w in gold.words]
    assert [w.head for w in gold.words] == [2, 2, None, 2, 2, None, 5, 5]
    assert gold.words[3].feats == ""


def test_gold_against_itself(gold: Analysis) -> None:
    report = score_conllu(gold, gold)
    assert report.to_dict() == {"metrics": dict.fromkeys(METRICS, 100.0)}
    assert count(gold, gold) == PERFECT


def test_lemmas_are_cleaned_unless_told_not_to(tmp_path: Path) -> None:
    clean, raw = read(GOLD, tmp_path), read(GOLD, tmp_path, raw_lemmas=True)
    assert [w.lemma for w in clean.words[:3]] == ["Тръмп", "се", "срещам"]
    assert [w.lemma for w in raw.words[:3]] == ["тръмп", "се", "срещам-(се)"]
    assert count(raw, clean) == {**PERFECT, "Lemmas": 6}


def test_case_counts_in_lemmas(gold: Analysis) -> None:
    assert count(gold, change(gold, 0, lemma="тръмп")) == {**PERFECT, "Lemmas": 7}


def test_a_gold_lemma_that_is_not_given_is_right_with_any(gold: Analysis) -> None:
    assert count(change(gold, 0, lemma="_"), gold) == PERFECT
    assert count(gold, change(gold, 0, lemma="_")) == {**PERFECT, "Lemmas": 7}


def test_a_wrong_head_costs_uas_and_las(gold: Analysis) -> None:
    predicted = change(gold, 3, head=0)
    assert count(gold, predicted) == {**PERFECT, "UAS": 7, "LAS": 7}
    assert score_conllu(gold, predicted).to_dict()["metrics"]["LAS"] == 87.5


def test_a_root_that_is_none_is_a_wrong_head(gold: Analysis) -> None:
    assert count(gold, change(gold, 3, head=None)) == {**PERFECT, "UAS": 7, "LAS": 7}
    assert count(gold, change(gold, 2, head=0)) == {**PERFECT, "UAS": 7, "LAS": 7}


def test_a_wrong_relation_costs_las_only_and_sub_types_nothing(gold: Analysis) -> None:
    assert count(gold, change(gold, 0, deprel="obj")) == {**PERFECT, "LAS": 7}
    assert count(gold, change(gold, 0, deprel="nsubj:pass")) == PERFECT
    assert count(gold, change(gold, 6, deprel="obj")) == PERFECT


def test_tags_and_features(gold: Analysis) -> None:
    assert count(gold, change(gold, 0, upos="NOUN")) == {**PERFECT, "UPOS": 7}
    assert count(gold, change(gold, 0, xpos="")) == {**PERFECT, "XPOS": 7}
    assert count(gold, change(gold, 0, feats="Number=Sing")) == {**PERFECT, "UFeats": 7}
    assert count(gold, change(gold, 0, feats="Number=Sing|Gender=Masc")) == PERFECT
    assert count(gold, change(gold, 2, feats="Number=Sing|Person=3")) == PERFECT


def test_only_features_of_the_shared_task_count() -> None:
    assert universal_features("Case=Acc|Gender[psor]=Fem|NumForm=Word|Poss=Yes") == {"Case=Acc", "Poss=Yes"}
    assert universal_features("") == set()


def test_a_token_split_in_two(gold: Analysis) -> None:
    """„днес“ as „дн“ + „ес“: one gold word has no partner, and two predicted ones have none."""
    first = gold.words[3]
    words = [*gold.words[:3], replace(first, end=first.start + 2), replace(first, start=first.start + 2)]
    words += [
        replace(word, head=word.head if word.head in (None, 2) else word.head + 1) for word in gold.words[4:]
    ]
    tokens = tuple((word.start, word.end) for word in words)
    report = score_conllu(gold, replace(gold, tokens=tokens, words=tuple(words)))
    for name in METRICS:
        metric = report.metrics[name]
        if name != "Sentences":
            assert (metric.score.tp, metric.score.predicted, metric.score.gold) == (7, 9, 8), name
    assert report.metrics["Tokens"].aligned is None
    assert report.metrics["LAS"].accuracy == 1.0
    assert report.to_dict()["metrics"]["Tokens"] == round(100 * 14 / 17, 2) == 82.35


def test_a_head_that_is_not_aligned_is_wrong(gold: Analysis) -> None:
    """„среща днес“ as one token: what hangs on „среща“ has no right head any more."""
    joined = replace(gold.words[2], end=gold.words[3].end)
    words = [*gold.words[:2], joined, replace(gold.words[4], head=2)]
    words += [replace(word, head=None if word.head is None else 4) for word in gold.words[5:]]
    tokens = tuple((word.start, word.end) for word in words)
    found = count(gold, replace(gold, tokens=tokens, words=tuple(words)))
    assert found == {
        **dict.fromkeys(METRICS, 6),
        "Sentences": 2,
        "UAS": 3,
        "LAS": 3,
    }


def test_a_missed_sentence_border_costs_both_sentences(gold: Analysis) -> None:
    predicted = replace(gold, sentences=((0, len(gold.text)),))
    assert count(gold, predicted) == {**PERFECT, "Sentences": 0}
    assert score_conllu(gold, predicted).metrics["Sentences"].score.predicted == 1


def test_white_space_does_not_count(gold: Analysis) -> None:
    text = "\n" + gold.text.replace(" ", " \n ")

    def move(offset: int, *, last: bool) -> int:
        before = gold.text[: offset - last]
        return len("\n" + before.replace(" ", " \n ")) + last

    words = tuple(replace(w, start=move(w.start, last=False), end=move(w.end, last=True)) for w in gold.words)
    tokens = tuple((w.start, w.end) for w in words)
    sentences = tuple((move(a, last=False), move(b, last=True)) for a, b in gold.sentences)
    assert [text[a:b] for a, b in tokens] == [w.form for w in words]
    assert count(gold, Analysis(text, tokens, sentences, words)) == PERFECT


def test_other_texts_are_refused(gold: Analysis) -> None:
    with pytest.raises(InputError, match="different texts"):
        score_conllu(gold, replace(gold, text=gold.text + "!"))


def test_a_doc_is_scored(gold: Analysis) -> None:
    """White space of its own hangs anywhere in spaCy's trees; here the last full stop hangs on it."""
    words = ["Тръмп", "се", "среща", "днес", ".", " ", "Избраха", "го", "."]
    doc = Doc(
        Bulgarian().vocab,
        words=words,
        spaces=[True, True, True, False, False, False, True, False, False],
        tags=["Npmsi", "Ppxta", "Vpitf-r3s", "Dt", "punct", "_SP", "Vpptf-o3p", "Ppetas3m", "punct"],
        pos=["PROPN", "PRON", "VERB", "ADV", "PUNCT", "SPACE", "VERB", "PRON", "PUNCT"],
        morphs=[
            *("Gender=Masc|Number=Sing", "Case=Acc|Reflex=Yes", "Number=Sing|Person=3", "", "", ""),
            *("Number=Plur", "Case=Acc", ""),
        ],
        lemmas=["Тръмп", "се", "срещам", "днес", ".", " ", "избера", "аз", "."],
        heads=[2, 2, 2, 2, 5, 2, 6, 6, 6],
        deps=["nsubj", "expl", "ROOT", "advmod", "punct", "dep", "ROOT", "obj", "punct"],
    )
    assert from_doc(doc).words[4].head == 2
    assert count(gold, from_doc(doc)) == PERFECT


MULTIWORD = """\
1-2 наминава _ _ _ _ _ _ _ _
1 на на ADP R _ 3 case _ _
2 Миналата минал ADJ A _ 3 amod _ _
3 седмица седмица NOUN N _ 0 root _ SpaceAfter=No
4 . . PUNCT _ _ 3 punct _ _
4.1 нула _ _ _ _ _ _ _ _
"""


def test_multiword_tokens(tmp_path: Path) -> None:
    gold = read(MULTIWORD, tmp_path)
    assert gold.text == "наминава седмица."
    assert gold.tokens == ((0, 8), (9, 16), (16, 17))
    assert [(w.form, w.start, w.end, w.part) for w in gold.words[:3]] == [
        ("на", 0, 8, True),
        ("Миналата", 0, 8, True),
        ("седмица", 9, 16, False),
    ]
    assert count(gold, gold) == {**dict.fromkeys(METRICS, 4), "Tokens": 3, "Sentences": 1}
    # A tokeniser without multiword tokens: its one word is aligned where it has the form of a part.
    word = Word(0, 8, "миналата", "минал", "ADJ", "A", "", 1, "amod")
    words = (word, *(replace(w, head=None if w.head is None else 1) for w in gold.words[2:]))
    found = count(gold, Analysis(gold.text, gold.tokens, gold.sentences, words))
    assert found == {**dict.fromkeys(METRICS, 3), "Sentences": 1}
    other = (replace(word, form="наминава"), *words[1:])
    assert count(gold, replace(gold, words=other))["UPOS"] == 2


def test_the_longest_common_sequence() -> None:
    assert common_sequence("abcbd", "bcxb") == [(1, 0), (2, 1), (3, 3)]
    assert common_sequence("", "a") == []


def test_paragraphs_and_blanks(tmp_path: Path) -> None:
    row = "1 {} _ X _ _ 0 root _ {}\n\n"
    text = "# newdoc id = a\n# newpar\n" + row.format("а", "_") + row.format("б", "Gloss=x|SpaceAfter=No")
    text += row.format("в", "_") + "# newpar id = p2\n" + row.format("г", "_")
    assert read(text, tmp_path).text == "а бв\n\nг"


def test_line_ends_byte_order_mark_and_missing_last_line(tmp_path: Path) -> None:
    path = tmp_path / "gold.conllu"
    path.write_bytes(b"\xef\xbb\xbf" + tabs(GOLD).rstrip("\n").replace("\n", "\r\n").encode())
    assert read_conllu(path) == read(GOLD, tmp_path)


def test_forms_with_blanks_inside(tmp_path: Path) -> None:
    row = "1\t10 000\t10 000\tNUM\t_\t_\t0\troot\t_\t_\n"
    path = tmp_path / "gold.conllu"
    path.write_text("# text = 10\u00a0000\n" + row, encoding="utf-8")
    gold = read_conllu(path)
    assert gold.tokens == ((0, 6),)
    assert gold.text == "10\u00a0000"


def broken(old: str, new: str) -> str:
    assert old in GOLD
    return GOLD.replace(old, new, 1)


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        (broken("4 днес днес", "4 днес"), 5, "9 column(s) instead of 10 divided by tabs"),
        (broken("2 го", "3 го"), 10, "word id 3 where 2 is next"),
        (broken("2 го", "x го"), 10, "'x' is no word id"),
        (broken("2 го", "2  "), 10, "11 column(s)"),
        (broken("_ 3 advmod", "_ _ advmod"), 5, "the head '_' is no number"),
        (broken("_ 3 advmod", "_ -1 advmod"), 5, "the head '-1' is no number"),
        (broken("_ 3 advmod", "_ 9 advmod"), 5, "the head 9 is outside the sentence of 5 word(s)"),
        (broken("_ 3 advmod", "_ 0 root"), 5, "a second root (head 0)"),
        (broken("_ 3 advmod", "_ 4 advmod"), 5, "the heads above word 4 lead in a circle"),
        (broken("Plur 0 root", "Plur 2 root"), 9, "the heads above word 1 lead in a circle"),
        (broken("днес.", "днес!"), 1, "`# text` does not go on with the form '.'"),
        (broken("днес.", "днес. И"), 1, "`# text` has more than the forms"),
        (broken("2 го", "2-9 го _ _ _ _ _ _ _ _\n2 го"), 12, "ends before word 9 of its multiword token"),
        (broken("2 го", "1-2 го _ _ _ _ _ _ _ _\n2 го"), 10, "the multiword token 1-2 does not fit"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, line: int, what: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read(text, tmp_path)
    assert str(caught.value).startswith(f"{tmp_path / 'gold.conllu'}:{line}: ")
    assert what in str(caught.value)


@pytest.mark.parametrize("text", ["", "\n\n", "# text = без думи\n\n"])
def test_a_file_without_a_sentence(text: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gold\.conllu: there is no sentence"):
        read(text, tmp_path)


def test_an_empty_form_and_bytes_that_are_no_utf8(tmp_path: Path) -> None:
    path = tmp_path / "gold.conllu"
    path.write_bytes(b"# text = a\n1\t\t_\tX\t_\t_\t0\troot\t_\t_\n")
    with pytest.raises(InputError, match=r":2: the form is empty"):
        read_conllu(path)
    path.write_bytes(b"# a\n# text = \xff\n")
    with pytest.raises(InputError, match=r":2: not UTF-8"):
        read_conllu(path)
    with pytest.raises(InputError, match="cannot be read"):
        read_conllu(tmp_path)


@pytest.mark.parametrize(
    ("lemma", "form", "upos"),
    [("Тръмп", "Тръмп", "PROPN"), ("срещам", "среща", "VERB"), ("САЩ", "САЩ", "PROPN")],
)
def test_cleaning_leaves_a_clean_lemma_alone(lemma: str, form: str, upos: str) -> None:
    assert clean_lemma(lemma, form, upos) == lemma


def test_offsets_are_those_of_the_text_before_it_was_cleaned() -> None:
    """A stress mark on the last letter of a word belongs to it."""
    cleaned = clean("Евала\u0301 и мир.")
    assert cleaned.text == "Евала и мир."
    words = ["Евала", "и", "мир", "."]
    heads, deps = [0, 2, 0, 0], ["ROOT", "cc", "conj", "punct"]
    doc = Doc(Bulgarian().vocab, words=words, spaces=[True, True, False, False], heads=heads, deps=deps)
    analysis = from_doc(doc, cleaned)
    assert analysis.text == cleaned.original
    assert [analysis.text[a:b] for a, b in analysis.tokens] == ["Евала\u0301", "и", "мир", "."]
    assert analysis.sentences == ((0, len(cleaned.original)),)


@pytest.mark.slow
def test_the_front_end_alone(annotator: Any, gold: Analysis) -> None:
    doc, cleaned = annotator.parse(gold.text)
    assert doc.text == cleaned.original == gold.text
    assert not doc.ents
    assert not doc._.mentions
    assert count(gold, from_doc(doc))["Tokens"] == 8


@pytest.mark.slow
@pytest.mark.parametrize("text", ["", " \n\n ", "\nТръмп. \n", "Мей\u2028посети Брюксел."])
def test_any_text_is_parsed(annotator: Any, text: str) -> None:
    analysis = from_doc(*annotator.parse(text))
    assert analysis.text == text
    assert "".join(text[a:b] for a, b in analysis.tokens) == "".join(text.split())
    assert len(analysis.sentences) == sum(word.head is None for word in analysis.words)


@pytest.mark.slow
def test_a_long_text_is_parsed_in_pieces(annotator: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Мей посети Брюксел. Тя се срещна с Юнкер.\n" * 20
    whole = from_doc(*annotator.parse(text))
    monkeypatch.setattr("bgpolitics_ner.annotator.PIECE", 100)
    cut = from_doc(*annotator.parse(text))
    assert (cut.text, cut.tokens) == (whole.text, whole.tokens)
    assert len(cut.sentences) == 40
    metrics = score_conllu(whole, cut).to_dict()["metrics"]
    assert min(metrics.values()) > 90


CHARACTERS = "абв где ж"


@st.composite
def analyses(draw: st.DrawFn) -> Analysis:
    """One fixed text, cut into tokens and sentences anywhere, some tokens of several words."""
    places = [i for i, character in enumerate(CHARACTERS) if character != " "]
    starts = [True, *(draw(st.booleans()) for _ in places[1:])]
    groups: list[list[int]] = []
    for place, first in zip(places, starts, strict=True):
        if first:
            groups.append([])
        groups[-1].append(place)
    tokens = [(group[0], group[-1] + 1) for group in groups]
    words: list[Word] = []
    for start, end in tokens:
        size = draw(st.sampled_from((1, 1, 1, 2)))
        for number in range(size):
            form = CHARACTERS[start:end] if size == 1 else draw(st.sampled_from("ху")) * (number + 1)
            upos, feats = draw(st.sampled_from(("NOUN", "VERB"))), draw(st.sampled_from(("", "Case=Acc")))
            words.append(Word(start, end, form, form, upos, "", feats, part=size > 1))
    heads = st.one_of(st.none(), st.integers(0, len(words) - 1))
    deprels = st.sampled_from(("nsubj", "nsubj:pass", "obj"))
    words = [replace(word, head=draw(heads), deprel=draw(deprels)) for word in words]
    borders = [0, *(i for i in range(1, len(tokens)) if draw(st.booleans())), len(tokens)]
    sentences = [(tokens[a][0], tokens[b - 1][1]) for a, b in pairwise(borders)]
    return Analysis(CHARACTERS, tuple(tokens), tuple(sentences), tuple(words))


@given(analyses())
@settings(max_examples=50)
def test_any_analysis_against_itself_is_perfect(gold: Analysis) -> None:
    assert score_conllu(gold, gold).to_dict() == {"metrics": dict.fromkeys(METRICS, 100.0)}


@given(analyses(), analyses())
@settings(max_examples=50)
def test_bounds_and_symmetry(left: Analysis, right: Analysis) -> None:
    report, back = score_conllu(left, right), score_conllu(right, left)
    values = report.to_dict()["metrics"]
    assert all(0 <= value <= 100 for value in values.values())
    for name in ("Tokens", "Sentences"):
        one, other = report.metrics[name].score, back.metrics[name].score
        assert (one.precision, one.recall, one.f1) == (other.recall, other.precision, other.f1)
    for name in METRICS[2:]:
        metric = report.metrics[name]
        assert metric.aligned is not None
        assert metric.score.tp <= metric.aligned <= min(metric.score.predicted, metric.score.gold)
    assert values["LAS"] <= values["UAS"]
