"""multilingual-e5-small's layers as an ONNX graph over the 4-bit weights of `E5File`."""

from __future__ import annotations

from bot.language.e5_file import BLOCK, E5File, numbers
from bot.language.onnx_bytes import Graph

SOURCE, RESULT = "embedded", "read"
_BITS, _INT8 = 4, 4  # `accuracy_level` 4: what meets a weight is int8 too
_MS = "com.microsoft"


def encoder(file: E5File) -> bytes:
    """From embedded tokens (1, tokens, hidden) to what the last layer makes of them, of the same shape."""
    graph, hidden = Graph("e5"), file.sizes["hidden"]
    weights = [_floats(graph, file, f"emb.ln.{part}") for part in "wb"]
    at = graph.node("LayerNormalization", [SOURCE, *weights], "start", epsilon=file.epsilon)
    for layer in range(file.sizes["layers"]):
        at = _layer(graph, file, f"l{layer}.", at)
    graph.node("Identity", [at], RESULT)
    shape: list[int | str] = [1, "tokens", hidden]
    return graph.model((SOURCE, shape), (RESULT, shape))


def _layer(graph: Graph, file: E5File, name: str, source: str) -> str:
    hidden, inner, heads = (file.sizes[size] for size in ("hidden", "inner", "heads"))
    asked = [_linear(graph, file, name + part, source, hidden) for part in "qkv"]
    heard = graph.node("MultiHeadAttention", asked, f"{name}heard", _MS, num_heads=heads)
    said = _linear(graph, file, f"{name}ao", heard, hidden)
    middle = _normed(graph, file, f"{name}aln", source, said)
    wide = graph.node("Gelu", [_linear(graph, file, f"{name}fi", middle, hidden)], f"{name}wide", _MS)
    return _normed(graph, file, f"{name}oln", middle, _linear(graph, file, f"{name}fo", wide, inner))


def _linear(graph: Graph, file: E5File, name: str, source: str, columns: int) -> str:
    scales, found = numbers(file.blocks(f"{name}.w", columns))
    packed = found[..., 0::2] | found[..., 1::2] << 4  # neighbours in one byte
    weights = [graph.weight(f"{name}.w", packed), graph.weight(f"{name}.s", scales.reshape(-1))]
    shape = {"K": columns, "N": len(scales), "bits": _BITS, "block_size": BLOCK, "accuracy_level": _INT8}
    inputs = [source, *weights, "", "", _floats(graph, file, f"{name}.b")]
    return graph.node("MatMulNBits", inputs, name, _MS, **shape)


def _normed(graph: Graph, file: E5File, name: str, source: str, added: str) -> str:
    weights = [_floats(graph, file, f"{name}.{part}") for part in "wb"]
    return graph.node("SkipLayerNormalization", [source, added, *weights], name, _MS, epsilon=file.epsilon)


def _floats(graph: Graph, file: E5File, name: str) -> str:
    return graph.weight(name, file.floats(name))
