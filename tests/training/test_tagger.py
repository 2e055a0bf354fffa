"""The tagger network in torch: it learns, and numpy computes the same; names that take the place of names."""

from __future__ import annotations

import io
import random
from collections.abc import Sequence

import numpy as np
import pytest
from spacy.language import Language
from spacy.tokens import Doc, Span

torch = pytest.importorskip("torch")

from bgpolitics_ner.entities.crf import make_tags  # noqa: E402
from bgpolitics_ner.entities.tagger import Names, Tagger  # noqa: E402
from bgpolitics_ner.entities.tagging import find_spans  # noqa: E402
from bgpolitics_ner.training import tagger as module  # noqa: E402
from bgpolitics_ner.training.augmentation import Augmenter, NameInventor, invent_abbreviations  # noqa: E402
from bgpolitics_ner.training.tagger import TaggerSettings, TextMaker, Vocabulary, train_tagger  # noqa: E402
from bgpolitics_ner.training.torch_tagger import TaggerModule, TaggerSizes  # noqa: E402
from tests.frontend.tiny_parser import make_pipeline  # noqa: E402

SETTINGS = TaggerSettings(
    epochs=60, batch_words=8, augmented=0.3, dropout=0.1, averaging=0.9, warm_up=5,
    sizes=TaggerSizes(affix=8, width=16, hidden=12),
)  # fmt: skip
WORDS = ["Лукашенко", "пристигна", "в", "Минск", ".", "Той", "говори", "с", "Доналд", "Тръмп", "и", "НАТО"]
NAMES = ((0, 1, "PER"), (3, 4, "LOC"), (8, 10, "PER"), (11, 12, "ORG"))


@pytest.fixture(scope="module")
def nlp() -> Language:
    return make_pipeline()


@pytest.fixture(scope="module")
def gold(nlp: Language) -> Doc:
    doc = Doc(nlp.vocab, words=WORDS, sent_starts=[i in (0, 5) for i in range(len(WORDS))])
    doc.ents = [Span(doc, start, end, label=label) for start, end, label in NAMES]
    return doc


@pytest.fixture(scope="module")
def trained(nlp: Language, gold: Doc) -> tuple[Names, TaggerModule, str]:
    seen = []
    log = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        export = module.export_tagger
        patch.setattr(module, "export_tagger", lambda net, scale: seen.append(net) or export(net, scale))
        names = train_tagger(nlp, [gold] * 3, [gold], SETTINGS, log=log)
    return names, seen[0], log.getvalue()


def found(doc: Doc) -> list[tuple[int, int, str]]:
    return [(e.start, e.end, e.label_) for e in doc.ents]


@pytest.mark.slow
def test_names_are_learnt(nlp: Language, gold: Doc, trained: tuple[Names, TaggerModule, str]) -> None:
    names, _, log = trained
    tagger = Tagger(nlp)
    tagger.set_names(names)
    bare = Doc(nlp.vocab, words=WORDS, sent_starts=[i in (0, 5) for i in range(len(WORDS))])
    assert found(tagger(bare)) == list(NAMES)
    assert names.labels == ["PER", "LOC", "ORG"]
    assert log.startswith("epoch 1: loss ")
    assert len(log.splitlines()) == SETTINGS.epochs


@pytest.mark.slow
def test_numpy_computes_the_same(nlp: Language, gold: Doc, trained: tuple[Names, TaggerModule, str]) -> None:
    names, net, _ = trained
    vocabulary = Vocabulary(nlp, float(names.arrays["vector.scale"]), names.read)
    text = TextMaker(nlp, vocabulary, names.labels)(gold)
    vocabulary.finish()
    with torch.no_grad():
        scores = net.eval()(vocabulary.make_batch([text]))
    crf = {name: value.detach().numpy() for name, value in net.field.named_parameters()}
    tagger = Tagger(nlp)
    tagger.set_names(names)
    seen: list[np.ndarray] = []
    field = tagger.names.network._crf
    decode = field.decode
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            field, "decode", lambda emissions, sizes: seen.append(emissions) or decode(emissions, sizes)
        )
        tagger(Doc(nlp.vocab, words=WORDS, sent_starts=[i in (0, 5) for i in range(len(WORDS))]))
    inside = np.arange(scores.shape[1])[None] < np.array([5, 7])[:, None]
    expected = scores.numpy()[inside]
    # The longer sentence comes first in the packing.
    from bgpolitics_ner.frontend.network import pack

    np.testing.assert_allclose(seen[0][pack([5, 7]).rows], expected, atol=1e-4)
    np.testing.assert_allclose(crf["transitions"], names.arrays["crf.transitions"], atol=1e-6)


@pytest.mark.slow
def test_the_loss_is_that_of_the_gold_path(
    trained: tuple[Names, TaggerModule, str], nlp: Language, gold: Doc
) -> None:
    names, net, _ = trained
    tags = make_tags(names.labels)
    scores = torch.randn(1, 3, len(tags), generator=torch.Generator().manual_seed(0))
    lengths = torch.tensor([3])
    total = 0.0
    for path in np.ndindex(*[len(tags)] * 3):
        loss = net.field.loss(scores, torch.tensor([list(path)]), lengths)
        total += float(torch.exp(-loss.detach()))
    assert total == pytest.approx(1.0, abs=1e-3)


def test_borders_inside_names_go(nlp: Language) -> None:
    doc = Doc(nlp.vocab, words=["г", ".", "Минск"], sent_starts=[True, False, True])
    doc.ents = [Span(doc, 1, 3, label="LOC")]
    text = TextMaker(nlp, Vocabulary(nlp, 1.0, module.collect_affixes([doc])), ["LOC"])(doc)
    assert text.starts == [0]
    tags = make_tags(["LOC"])
    assert list(find_spans([tags[tag] for tag in text.tags])) == [(1, 3, "LOC")]


def test_a_name_is_replaced_wherever_it_stands(nlp: Language) -> None:
    words = ["Биби", "и", "Биби", "от", "НАТО"]
    doc = Doc(nlp.vocab, words=words, sent_starts=[True, *[False] * 4])
    doc.ents = [Span(doc, 0, 1, label="PER"), Span(doc, 4, 5, label="ORG")]
    vocabulary = Vocabulary(nlp, 1.0, module.collect_affixes([doc]))
    make = TextMaker(nlp, vocabulary, ["PER", "ORG"])
    text = make(doc)
    assert set(text.kinds.values()) == {"PER", "ABBR"}
    forms = make.invent(0)
    random.seed(0)
    replaced = [Augmenter(forms, 1.0)(text) for _ in range(40)]
    assert all(one.forms[0] == one.forms[2] for one in replaced)
    assert all(one.forms[1] == text.forms[1] and one.forms[3] == text.forms[3] for one in replaced)
    assert len({int(one.forms[0]) for one in replaced}) > 5
    assert {one.forms[4] == text.forms[4] for one in replaced} == {True, False}
    assert text.forms.tolist() == [vocabulary.number(word) for word in words], "the text itself stays"
    assert Augmenter(forms, 0.0)(text) is text


def test_invented_names() -> None:
    real: Sequence[str] = ["Иванов", "Петров", "Стоянова", "Джонсън", "Макрон"] * 3
    invent = NameInventor(real, seed=1)
    made = [invent(lambda name: name == "иванов") for _ in range(50)]
    assert "Иванов" not in made
    assert all(4 <= len(name) <= 12 and name[0].isupper() for name in made)
    assert len(set(made)) > 5


def test_invented_abbreviations() -> None:
    made = invent_abbreviations(100)
    assert all(2 <= len(word) <= 4 and word.isupper() for word in made)
    assert any(word.isascii() for word in made)
    assert made == invent_abbreviations(100)
