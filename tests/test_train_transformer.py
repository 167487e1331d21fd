"""Training the small transformer from end to end, on a body of 48 dimensions and a few texts of our own: the vocabulary, the steps,
taking up where it stopped, the 8-bit file and the model that reads it."""

import argparse
import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from index.errors import ModelMissing
from index.onnx_embed import TransformerEmbedder

pytest.importorskip("onnx", reason="onnx (the train extra) is not installed")
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]  # of torch at import

import torch  # noqa: E402
from safetensors.torch import save_file  # noqa: E402

from index import train_transformer  # noqa: E402
from index.train_embedding import PAIR_FILES  # noqa: E402
from index.transformer_body import groups, load_body, padded  # noqa: E402
from index.transformer_export import export  # noqa: E402

PAIRS = [
    ("nước sạch cho mọi hộ dân", "clean water for every household"),
    ("trường học mới của xã", "the new school of the commune"),
    ("sản lượng lúa tăng", "rice output rose"),
    ("hộ dân dùng nước sạch", "households use clean water"),
    ("xã có trường học", "the commune has a school"),
    ("lúa của hộ dân", "rice of the households"),
]
WORDS = sorted({word for _, en in PAIRS for word in en.split()})
PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *WORDS, "##s", "##e", "a", ",", ".", "85"]
WIDTH, INNER, LAYERS = 48, 96, 2


@pytest.fixture(scope="module")
def body(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder like all-MiniLM-L6-v2's, with random numbers."""
    folder = tmp_path_factory.mktemp("body")
    torch.manual_seed(1)
    sizes: dict[str, tuple[int, ...]] = {"word": (len(PIECES), WIDTH), "position": (256, WIDTH), "token_type": (2, WIDTH)}
    sizes = {f"embeddings.{name}_embeddings.weight": size for name, size in sizes.items()}
    for i in range(LAYERS):
        of = f"encoder.layer.{i}."
        linear = {"intermediate.dense": (INNER, WIDTH), "output.dense": (WIDTH, INNER), "attention.output.dense": (WIDTH, WIDTH)}
        linear |= {f"attention.self.{name}": (WIDTH, WIDTH) for name in ("query", "key", "value")}
        for name, size in linear.items():
            sizes |= {f"{of}{name}.weight": size, f"{of}{name}.bias": size[:1]}
    tensors = {name: torch.randn(size) * 0.2 for name, size in sizes.items()}
    norms = ["embeddings.LayerNorm"]
    norms += [f"encoder.layer.{i}.{part}.LayerNorm" for i in range(LAYERS) for part in ("attention.output", "output")]
    for name in norms:
        tensors |= {f"{name}.weight": torch.ones(WIDTH), f"{name}.bias": torch.zeros(WIDTH)}
    save_file(tensors, folder / "model.safetensors")
    made = Tokenizer(models.WordPiece({piece: i for i, piece in enumerate(PIECES)}, unk_token="[UNK]"))
    made.normalizer = normalizers.Lowercase()
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    made.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    made.save(str(folder / "tokenizer.json"))
    return folder


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
    text = "Xã có trường học mới; hộ dân dùng nước sạch và trồng lúa. " * 4
    for name in ("phapdien_passages", "hddtvn_econ_news", "viwiki_underthesea"):
        records = [{"title": f"nước sạch {n}", "topic": "nước", "text": text} for n in range(8)]
        write(folder / "mono" / f"{name}.jsonl.gz", "".join(json.dumps(r) + "\n" for r in records))
    return folder


def write(path: Path, text: str) -> None:
    path.write_bytes(gzip.compress(text.encode("utf-8")))


def asked(body: Path, shared: Path, work: Path, tokens: float = 900) -> argparse.Namespace:
    return train_transformer.arguments([
        "--body", str(body), "--shared", str(shared), "--work", str(work), "--sizes", "60", "60", "20", "20", "20",
        "--tokens", str(tokens), "--at-once", "96",
        "--workers", "2", "--rate", "0.02",
    ])  # fmt: skip


@pytest.fixture(scope="module")
def trained(body: Path, shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    work = tmp_path_factory.mktemp("work")
    train_transformer.train(asked(body, shared, work))
    return work


def state(work: Path) -> dict[str, torch.Tensor]:
    found: dict[str, torch.Tensor] = torch.load(work / "state.pt", weights_only=True)["body"]
    return found


class Stopped(Exception):
    pass


def test_training_taken_up_again_ends_where_it_would_have(
    trained: Path, body: Path, shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = 0
    real = torch.save

    def save(value: object, path: Path) -> None:
        nonlocal saved
        real(value, path)
        saved += 1
        if saved == 4:
            raise Stopped

    with monkeypatch.context() as patch:
        patch.setattr(train_transformer, "SAVE_EVERY", -1.0)
        patch.setattr(torch, "save", save)
        with pytest.raises(Stopped):
            train_transformer.train(asked(body, shared, tmp_path))
    train_transformer.train(asked(body, shared, tmp_path))
    for name, value in state(trained).items():
        torch.testing.assert_close(state(tmp_path)[name], value, msg=name)


def test_the_body_and_the_english_rows_stay_as_they_are(trained: Path, body: Path) -> None:
    before, after = load_body(body).state_dict(), state(trained)
    for name in before.keys() - {"rows"}:
        torch.testing.assert_close(after[name], before[name], rtol=0, atol=0, msg=name)
    known = {tuple(row) for row in before["rows"].tolist()}
    tokens = [token for token, _ in json.loads((trained / "tokenizer.json").read_text("utf-8"))["model"]["vocab"]]
    kept = {token for token, row in zip(tokens, after["rows"].tolist(), strict=True) if tuple(row) in known}
    assert {"▁household", "▁water", "s"} <= kept
    assert "▁lúa" not in kept


def test_translations_come_nearer(body: Path, shared: Path, tmp_path: Path) -> None:
    own = []
    for name, tokens in (("before", 0), ("after", 20000)):
        train_transformer.train(asked(body, shared, tmp_path / name, tokens))
        export(tmp_path / name, tmp_path / f"{name}-made")
        model = TransformerEmbedder.load(tmp_path / f"{name}-made")
        vi = model.embed_passages([vi for vi, _ in PAIRS])
        en = model.embed_passages([en for _, en in PAIRS])
        assert vi.dtype == np.float32
        assert vi.shape == (len(PAIRS), WIDTH) == (len(PAIRS), model.dimension)
        np.testing.assert_allclose(np.linalg.norm(vi, axis=1), 1, atol=1e-5)
        cosines = vi @ en.T
        own.append(float(np.diag(cosines).mean() - cosines.mean()))
    assert own[1] > own[0] + 0.05


def test_eight_bits_give_the_vectors_of_the_trained_body(trained: Path, body: Path, tmp_path: Path) -> None:
    export(trained, tmp_path)
    model = TransformerEmbedder.load(tmp_path)
    whole = load_body(body)
    whole.rows = torch.nn.Parameter(state(trained)["rows"])
    whole.load_state_dict(state(trained))
    tokenizer = Tokenizer.from_file(str(tmp_path / "tokenizer.json"))
    texts = [vi for vi, _ in PAIRS]
    with torch.no_grad():
        wanted = whole(*padded([e.ids for e in tokenizer.encode_batch(texts)])).numpy()
    assert (model.embed_passages(texts) * wanted).sum(1).min() > 0.98


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
