"""The few parts of the ONNX file format (protobuf) that a graph needs, so that no library is needed to write one; and
what runs it."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np

IR_VERSION = 9
OPERATORS = (("", 18), ("com.microsoft", 1))  # ONNX's own, and onnxruntime's
_TYPES = {np.dtype(np.float32): 1, np.dtype(np.uint8): 2, np.dtype(np.int64): 7}


class Graph:
    """Nodes and weights in the order in which they are added; each method gives the name of what it adds."""

    def __init__(self, name: str) -> None:
        self._parts = [_block(2, name)]

    def weight(self, name: str, values: Any) -> str:
        """A constant numpy array of float32, uint8 or int64."""
        dims = b"".join(_number(1, size) for size in values.shape)
        self._parts.append(
            _block(5, dims + _number(2, _TYPES[values.dtype]) + _block(8, name) + _block(9, values.tobytes()))
        )
        return name

    def node(self, operator: str, inputs: list[str], output: str, domain: str = "", **attributes: int | float) -> str:
        """An empty input name is an input left out."""
        names = b"".join(_block(1, name) for name in inputs) + _block(2, output)
        settings = b"".join(_block(5, _attribute(name, value)) for name, value in attributes.items())
        self._parts.append(_block(1, names + _block(4, operator) + settings + _block(7, domain)))
        return output

    def model(self, source: tuple[str, list[int | str]], result: tuple[str, list[int | str]]) -> bytes:
        """The whole file. source, result: name and shape (float32) of what goes in and comes out; a word is a size that
        differs from call to call."""
        parts = [*self._parts, _block(11, _value(*source)), _block(12, _value(*result))]
        head = _number(1, IR_VERSION) + _varint(7 << 3 | 2) + _varint(sum(map(len, parts)))
        operators = [_block(8, _block(1, domain) + _number(2, version)) for domain, version in OPERATORS]
        return b"".join([head, *parts, *operators])  # once: the weights are megabytes


def session(graph: bytes) -> Any:
    """onnxruntime's, over a graph's bytes: the asking thread computes, and no other."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def _value(name: str, shape: list[int | str]) -> bytes:
    dims = b"".join(_block(1, _number(1, size) if isinstance(size, int) else _block(2, size)) for size in shape)
    return _block(1, name) + _block(2, _block(1, _number(1, _TYPES[np.dtype(np.float32)]) + _block(2, dims)))


def _attribute(name: str, value: int | float) -> bytes:
    if isinstance(value, float):
        return _block(1, name) + _varint(2 << 3 | 5) + struct.pack("<f", value) + _number(20, 1)
    return _block(1, name) + _number(3, value) + _number(20, 2)


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value & (1 << 64) - 1)


def _block(field: int, content: bytes | str) -> bytes:
    data = content.encode() if isinstance(content, str) else content
    return _varint(field << 3 | 2) + _varint(len(data)) + data


def _varint(value: int) -> bytes:
    parts = bytearray()
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    parts.append(value)
    return bytes(parts)
