"""Write the trained transformer as ONNX in 8-bit integers: `python -m index.transformer_export --work FOLDER [--out DIR]`.

Rows and weights are int8, one scale a row and a column; activations are quantised as they come (DynamicQuantizeMatMul); attention
and normalisation stay float32. The graph is written by hand with onnxruntime's own operators, so that nothing is left to be fused.
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper

HEADS = 12
EPSILON = 1e-12
POSITIONS = 256  # the longest text that the body was trained for
OPSET, OURS = 17, "com.microsoft"


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

    def norm(self, kind: str, inputs: list[str], parameters: Mapping[str, np.ndarray], of: str, name: str) -> str:
        given = [self.number(f"{name}.gain", parameters[f"{of}.weight"]), self.number(f"{name}.shift", parameters[f"{of}.bias"])]
        if kind == "LayerNormalization":
            return self.node(kind, [*inputs, *given], name, epsilon=EPSILON, axis=-1)
        return self.node(kind, [*inputs, *given], name, OURS, epsilon=EPSILON)


def graph_of(parameters: Mapping[str, np.ndarray]) -> Any:
    """`parameters`: those of `transformer_body.Body`, float32. Input "ids", int64 [1, tokens], one text; output "vectors",
    float32 [1, width], of length 1."""
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
    near = g.node("Slice", [g.number("positions", parameters["positions"][:POSITIONS]), zero, length, zero], "near")
    x = g.norm("LayerNormalization", [g.node("Add", [x, near], "placed")], parameters, "norm", "normed")
    width = rows.shape[1]
    parts = g.number("parts", np.array([width] * 3, np.int64))
    count = 1 + max(int(name.split(".")[1]) for name in parameters if name.startswith("layers."))
    for i in range(count):
        x = _layer(g, x, parameters, f"layers.{i}", parts)
    pooled = g.node("ReduceSum", [x, one], "pooled", keepdims=0)
    g.node("LpNormalization", [pooled], "vectors", axis=-1, p=2)
    inputs = [helper.make_tensor_value_info("ids", TensorProto.INT64, [1, "tokens"])]
    output = helper.make_tensor_value_info("vectors", TensorProto.FLOAT, [1, width])
    made = helper.make_graph(g.nodes, "bilingual", inputs, [output], g.numbers)
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid(OURS, 1)], ir_version=9)
    checker.check_model(model)
    return model


def _layer(g: Graph, x: str, parameters: Mapping[str, np.ndarray], of: str, parts: str) -> str:
    def linear(given: str, name: str) -> str:
        return g.linear(given, parameters[f"{of}.{name}.weight"], parameters[f"{of}.{name}.bias"], f"{of}.{name}")

    asked, keys, values = (f"{of}.{name}" for name in ("q", "k", "v"))
    g.nodes.append(helper.make_node("Split", [linear(x, "qkv"), parts], [asked, keys, values], name=f"{of}.split", axis=-1))
    met = g.node("MultiHeadAttention", [asked, keys, values], f"{of}.met", OURS, num_heads=HEADS)
    x = g.norm("SkipLayerNormalization", [x, linear(met, "out")], parameters, f"{of}.first", f"{of}.first")
    up = g.node("Gelu", [linear(x, "up")], f"{of}.gelu", OURS)
    return g.norm("SkipLayerNormalization", [x, linear(up, "down")], parameters, f"{of}.second", f"{of}.second")


def export(work: Path, out: Path) -> None:
    import onnx
    import torch

    state = torch.load(work / "state.pt", weights_only=True)["body"]
    out.mkdir(parents=True, exist_ok=True)
    onnx.save(graph_of({name: value.float().numpy() for name, value in state.items()}), out / "model.onnx")
    shutil.copy(work / "tokenizer.json", out / "tokenizer.json")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--work", type=Path, default=Path("out/transformer"))
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "transformer")
    a = parser.parse_args()
    export(a.work, a.out)


if __name__ == "__main__":
    main()
