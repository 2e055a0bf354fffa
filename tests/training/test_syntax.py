"""The parser network in torch: it learns, and numpy computes the same."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from bgpolitics_ner.frontend.features import InflectionTable  # noqa: E402
from bgpolitics_ner.frontend.parsing import ParserNetwork  # noqa: E402
from bgpolitics_ner.training.conllu import Row, read_sentences  # noqa: E402
from bgpolitics_ner.training.splitter import train_splitter  # noqa: E402
from bgpolitics_ner.training.syntax import Inventory, Settings, Trainer, make_batches  # noqa: E402
from bgpolitics_ner.training.targets import TaughtSentence  # noqa: E402
from bgpolitics_ner.training.torch_parser import Sizes, export  # noqa: E402

pytestmark = pytest.mark.slow

SIZES = Sizes(word=8, affix=8, inflection=4, vector=8, width=24, hidden=16, layers=2, tag_layer=1, tag=16)
TABLE = InflectionTable({"президентът": {"A:>ът"}, "критикува": {"S:ам>а"}})


class Vectors(dict[str, np.ndarray]):
    def __missing__(self, form: str) -> np.ndarray:
        self[form] = np.random.default_rng(list(form.encode())).normal(size=8).astype(np.float32)
        return self[form]


def make_network(arrays: dict[str, np.ndarray]) -> ParserNetwork:
    """A network that shows its states as they are."""
    width = 2 * SIZES.hidden
    return ParserNetwork(
        {
            **arrays,
            "state.mean": np.zeros(width, dtype=np.float32),
            "state.projection": np.eye(width, dtype=np.float32),
        }
    )


@pytest.fixture(scope="module")
def gold(data: Path) -> list[list[Row]]:
    return list(read_sentences(data / "ud-btb" / "bg_btb-ud-train.conllu"))


@pytest.fixture(scope="module")
def trainer(gold: list[list[Row]]) -> Trainer:
    return Trainer(Inventory.collect(gold, TABLE), Vectors())


def test_three_sentences_are_learnt_by_heart(trainer: Trainer, gold: list[list[Row]]) -> None:
    settings = Settings(
        epochs=120, batch_words=10, learn_rate=0.01, warm_up=5, dropout=0.0, averaging=0.5, sizes=SIZES
    )
    module = trainer.train(gold, gold, settings)
    scores = trainer.score([module], gold)
    assert scores["UPOS"] == scores["UAS"] == scores["LAS"] == 100
    [again, *_] = trainer.analyse([module], gold[:1])
    assert [row.head for row in again] == [row.head for row in gold[0]]
    assert [row.form for row in again] == [row.form for row in gold[0]]
    assert again.arcs.argmax(1).tolist() == [row.head for row in again]
    assert again.arcs.sum(1) == pytest.approx(np.ones(len(again)), abs=0.01)


def test_numpy_and_torch_agree(trainer: Trainer, gold: list[list[Row]]) -> None:
    module = trainer.build(Settings(sizes=SIZES)).eval()
    network = make_network(export(module, 1.0))
    read, vectors = trainer.inventory.read, Vectors()
    forms = [row.form for sentence in gold for row in sentence]
    words = network.represent([read(form) for form in forms], np.stack([vectors[form] for form in forms]))
    starts = np.array([place == 0 for sentence in gold for place in range(len(sentence))])
    found = network.analyse(words, np.where(starts, 1, -1).astype(np.float32), starts)
    with torch.no_grad():
        batch = trainer.batch(gold)
        expected = module(batch)
        np.testing.assert_allclose(words, module.represent(batch).numpy(), atol=1e-5)
        assert found.tags.tolist() == expected.tags.argmax(1).tolist()
        assert found.edits.tolist() == expected.edits.argmax(1).tolist()
        first = np.repeat(np.flatnonzero(starts), [len(sentence) for sentence in gold])
        heads = np.where(found.heads == np.arange(len(forms)), 0, found.heads - first + 1)
        labels = module.labels(torch.from_numpy(heads))
        assert found.labels.tolist() == labels.argmax(1).tolist()


def test_equal_seeds_give_equal_networks(trainer: Trainer, gold: list[list[Row]]) -> None:
    settings = Settings(epochs=2, sizes=SIZES)
    one, two = (trainer.train(gold, [], settings, silver=gold[:1]).state_dict() for _ in range(2))
    assert all(torch.equal(one[name], two[name]) for name in one)


def test_the_splitter_learns_where_sentences_begin() -> None:
    chance = np.random.default_rng(0)
    starts = [place % 5 == 0 for place in range(400)]
    words = chance.normal(size=(400, 24)).astype(np.float32)
    words[np.array(starts), 0] += 5
    arrays = train_splitter(words, starts, [False] * 400)
    module = {"input.weight": np.zeros((1, 24), dtype=np.float32), **arrays}
    odds = ParserNetwork(module).split(words, [300, 100])
    assert ((odds > 0) == np.array(starts)).mean() > 0.98


@pytest.mark.parametrize("size", [1, 10, 1000])
def test_batches_hold_every_sentence_once(gold: list[list[Row]], size: int) -> None:
    batches = make_batches(gold * 3, size, random.Random(0))
    assert sorted(len(sentence) for batch in batches for sentence in batch) == sorted(map(len, gold * 3))


def test_what_teachers_hold_for_likely_is_learnt(trainer: Trainer, gold: list[list[Row]]) -> None:
    sentence = gold[2]
    arcs = np.full((len(sentence), len(sentence) + 1), 1 / (len(sentence) + 1))
    labels = np.eye(len(trainer.inventory.labels))[[0] * len(sentence)]
    taught = TaughtSentence(sentence, arcs, labels)
    settings = Settings(
        epochs=150, batch_words=10, learn_rate=0.01, warm_up=5, dropout=0.0, averaging=0.5, sizes=SIZES
    )
    [again] = trainer.analyse([trainer.train([taught], [taught], settings)], [sentence])
    assert again.arcs == pytest.approx(arcs, abs=0.1)
    assert [row.deprel for row in again] == [trainer.inventory.labels[0]] * len(sentence)
