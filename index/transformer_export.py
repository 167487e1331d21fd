"""Write the trained transformer as ONNX in 8-bit integers: `python -m index.transformer_export --work FOLDER [--out DIR]`.

Rows and weights are int8, one scale a row and a column; activations are quantised as they come, a text at a time
(DynamicQuantizeMatMul) or, after the wide layers, block by block (MatMulNBits); attention and normalisation stay float32. The graph
is written by hand with onnxruntime's own operators, so that nothing is left to be fused.
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper

from index.onnx_embed import LONGEST

HEADS = 12
EPSILON = 1e-12
BLOCK = 128
OPSET, OURS = 17, "com.microsoft"
START = "start.pt"  # the body before training, in the work folder
# Of the weights after training, the rest as they were before it: what was learned stays, and so does more of what was known
# (WiSE-FT: Wortsman et al., CVPR 2022). Chosen on MLQA's development part.
TRAINED_SHARE = 0.8


class Graph:
    """Nodes and numbers, in the order in which they are written."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.numbers: list[Any] = []

    def number(self, name: str, value: np.ndarray) -> str:
        self.numbers.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, kind: str, inputs: list[str], name: str, domain: str = "", **attributes: Any) -> str:
        """The name of its only output that is used."""
        self.nodes.append(helper.make_node(kind, inputs, [name], name=name, domain=domain, **attributes))
        return name

    def linear(self, x: str, weight: np.ndarray, bias: np.ndarray, name: str) -> str:
        """x · weightᵀ + bias; `weight`: [out, in]."""
        scale = np.maximum(np.abs(weight).max(1), 1e-9) / 127
        whole = np.round(weight / scale[:, None]).astype(np.int8)
        inputs = [
            x,
            self.number(f"{name}.weight", whole.T),
            self.number(f"{name}.scale", scale.astype(np.float32)),
            self.number(f"{name}.zero", np.zeros(len(scale), np.int8)),
            self.number(f"{name}.bias", bias.astype(np.float32)),
        ]
        return self.node("DynamicQuantizeMatMul", inputs, name, OURS)

    def careful(self, x: str, weight: np.ndarray, bias: np.ndarray, name: str) -> str:
        """The same with a scale for every BLOCK numbers of a row of `x` and of the weight, at half the speed: for the step after
        the wide layer, a few of whose numbers are so large that with one scale the others keep little."""
        blocks = weight.reshape(len(weight), -1, BLOCK)
        scale = np.maximum(np.abs(blocks).max(2), 1e-9) / 127
        whole = np.clip(np.round(blocks / scale[..., None]) + 128, 0, 255).astype(np.uint8)
        inputs = [
            x,
            self.number(f"{name}.weight", whole),
            self.number(f"{name}.scale", scale.astype(np.float32)),
            "",  # zero points: 128
            "",
            self.number(f"{name}.bias", bias.astype(np.float32)),
        ]
        sizes = {"K": weight.shape[1], "N": len(weight), "bits": 8, "block_size": BLOCK}
        return self.node("MatMulNBits", inputs, name, OURS, **sizes, accuracy_level=4)  # 4: multiplied as 8-bit integers

    def norm(self, kind: str, inputs: list[str], parameters: Mapping[str, np.ndarray], of: str, name: str) -> str:
        given = [self.number(f"{name}.gain", parameters[f"{of}.weight"]), self.number(f"{name}.shift", parameters[f"{of}.bias"])]
        if kind == "LayerNormalization":
            return self.node(kind, [*inputs, *given], name, epsilon=EPSILON, axis=-1)
        return self.node(kind, [*inputs, *given], name, OURS, epsilon=EPSILON)


def graph_of(parameters: Mapping[str, np.ndarray]) -> Any:
    """`parameters`: those of `transformer_body.Body`, float32. Input "ids", int64 [1, tokens], one text; output "states",
    float32 [1, tokens, width]."""
    g = Graph()
    rows = parameters["rows"]
    scale = np.maximum(np.abs(rows).max(1, keepdims=True), 1e-9) / 127
    whole = g.number("rows", np.round(rows / scale).astype(np.int8))
    whole = g.node("Cast", [g.node("Gather", [whole, "ids"], "gathered")], "widened", to=TensorProto.FLOAT)
    scales = g.node("Gather", [g.number("row_scales", scale.astype(np.float32)), "ids"], "scales")
    x = g.node("Mul", [whole, scales], "embedded")
    zero, one = g.number("zero", np.array([0], np.int64)), g.number("one", np.array([1], np.int64))
    shape = g.node("Shape", ["ids"], "shape")
    length = g.node("Gather", [shape, one], "length", axis=0)
    held = g.number("positions", parameters["positions"][:LONGEST].astype(np.float16))  # half the room
    near = g.node("Cast", [g.node("Slice", [held, zero, length, zero], "sliced")], "near", to=TensorProto.FLOAT)
    x = g.norm("LayerNormalization", [g.node("Add", [x, near], "placed")], parameters, "norm", "normed")
    width = rows.shape[1]
    parts = g.number("parts", np.array([width] * 3, np.int64))
    for i in range(count_layers(parameters)):
        x = _layer(g, x, parameters, f"layers.{i}", parts)
    g.nodes[-1].output[0] = "states"
    inputs = [helper.make_tensor_value_info("ids", TensorProto.INT64, [1, "tokens"])]
    output = helper.make_tensor_value_info("states", TensorProto.FLOAT, [1, "tokens", width])
    made = helper.make_graph(g.nodes, "bilingual", inputs, [output], g.numbers)
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid(OURS, 1)], ir_version=9)
    checker.check_model(model)
    return model


def _layer(g: Graph, x: str, parameters: Mapping[str, np.ndarray], of: str, parts: str) -> str:
    def linear(given: str, name: str, step: Callable[..., str] = g.linear) -> str:
        return step(given, parameters[f"{of}.{name}.weight"], parameters[f"{of}.{name}.bias"], f"{of}.{name}")

    asked, keys, values = (f"{of}.{name}" for name in ("q", "k", "v"))
    g.nodes.append(helper.make_node("Split", [linear(x, "qkv"), parts], [asked, keys, values], name=f"{of}.split", axis=-1))
    met = g.node("MultiHeadAttention", [asked, keys, values], f"{of}.met", OURS, num_heads=HEADS)
    x = g.norm("SkipLayerNormalization", [x, linear(met, "out")], parameters, f"{of}.first", f"{of}.first")
    up = g.node("Gelu", [linear(x, "up")], f"{of}.gelu", OURS)
    return g.norm("SkipLayerNormalization", [x, linear(up, "down", g.careful)], parameters, f"{of}.second", f"{of}.second")


def count_layers(names: Iterable[str]) -> int:
    return 1 + max(int(name.split(".")[1]) for name in names if name.startswith("layers."))


def export(work: Path, out: Path) -> None:
    import onnx
    import torch

    start, state = (torch.load(work / name, weights_only=True)["body"] for name in (START, "state.pt"))
    mixed = {
        name: (start[name].float() * (1 - TRAINED_SHARE) + value.float() * TRAINED_SHARE).numpy() for name, value in state.items()
    }
    out.mkdir(parents=True, exist_ok=True)
    onnx.save(graph_of(mixed), out / "model.onnx")
    shutil.copy(work / "tokenizer.json", out / "tokenizer.json")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--work", type=Path, default=Path("out/transformer"))
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "transformer")
    a = parser.parse_args()
    export(a.work, a.out)


if __name__ == "__main__":
    main()
