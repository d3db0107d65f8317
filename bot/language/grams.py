"""How alike a text's characters are to many known texts': TF-IDF over n-grams, one column an n-gram.

The sums of scikit-learn's own `rows @ transform(text).T` (to 1e-15) in a fifth of the time, which goes into
making sparse matrices of one row.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.language.encoders import Vectors


class Grams:
    """`rows` are the known texts' weights, for sums among themselves."""

    def __init__(self, texts: list[str]) -> None:
        vectoriser = _vectoriser()
        rows = vectoriser.fit_transform(texts)
        names = sorted(vectoriser.vocabulary_, key=vectoriser.vocabulary_.__getitem__)
        self._hold(rows, names, vectoriser.idf_)

    @classmethod
    def from_parts(cls, parts: Mapping[str, Any]) -> Grams:
        """From what `parts` gave. Raises KeyError, ValueError."""
        grams, size = cls.__new__(cls), parts["size"].tolist()
        rows = csr_matrix((parts["values"], parts["columns"], parts["ends"]), shape=size)
        grams._hold(rows, json.loads(str(parts["names"])), parts["idf"])
        return grams

    def parts(self) -> dict[str, Any]:
        """All of it as arrays; the n-grams as JSON, for numpy's texts lose what they end in."""
        rows = self.rows
        arrays = {"values": rows.data, "columns": rows.indices, "ends": rows.indptr, "size": np.array(rows.shape)}
        return arrays | {"names": np.array(json.dumps(self._names)), "idf": self._idf}

    def _hold(self, rows: Any, names: list[str], idf: Vectors) -> None:
        self.rows, self._names, self._idf = rows, names, idf
        self._analyse = _vectoriser().build_analyzer()
        columns = rows.tocsc()
        ends, owners, values = columns.indptr.tolist(), columns.indices, columns.data
        self._columns = {
            name: (weight, owners[start:end], values[start:end])
            for name, weight, start, end in zip(names, idf.tolist(), ends, ends[1:], strict=False)
        }

    def likeness(self, text: str) -> Vectors:
        """One cosine a known text."""
        known = [(count, *self._columns[gram]) for gram, count in Counter(self._analyse(text)).items() if gram in self]
        if not known:
            return np.zeros(self.rows.shape[0])
        weights = [(1 + math.log(count)) * idf for count, idf, _, _ in known]
        length = math.sqrt(sum(weight * weight for weight in weights))
        values = np.concatenate([one[3] * (weight / length) for one, weight in zip(known, weights, strict=True)])
        return np.bincount(np.concatenate([one[2] for one in known]), values, self.rows.shape[0])

    def __contains__(self, gram: str) -> bool:
        return gram in self._columns


def _vectoriser() -> Any:
    return TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 3), sublinear_tf=True)
