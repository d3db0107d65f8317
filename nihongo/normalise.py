"""Text made safe and alike: what the encoders may see, and what two writings of one question have in common."""

from __future__ import annotations

import re
import unicodedata

import jaconv
import regex  # type: ignore[import-untyped]

from nihongo.numbers import kanji_to_digits

LIMIT = 500  # characters; the longest customer message that is understood rather than refused

# Zero-width, direction and variation marks, fillers, private use, lone surrogates: nothing a reader sees.
INVISIBLE = (
    "\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0"
    "\ufff0-\ufffb\ufffe\uffff\U000110bd\U000110cd\U00013430-\U00013438\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff\U000f0000-\U0010ffff"
)
_CONTROLS = "\x00-\x1f\x7f-\x9f"
_BREAKS = re.compile("[\t-\r\x85\u2028\u2029]+")
_BREAKS_KEPT = re.compile("\r\n|[\n\v\f\r\x85\u2028\u2029]")
_BLANK_LINES = re.compile("\n{3,}")
_UNSEEN = re.compile(f"[{_CONTROLS}{INVISIBLE}]+")
# Joiners and variation marks inside an emoji are seen: without them a family falls apart into its members.
_UNSEEN_BUT_EMOJI = regex.compile(
    r"((?<=\p{Extended_Pictographic})\ufe0f"
    r"|(?<=[\p{Extended_Pictographic}\p{EMod}]\ufe0f?)\u200d(?=\p{Extended_Pictographic}))"
    f"|[{_CONTROLS}{INVISIBLE}]"
)
_PILED_MARKS = regex.compile(r"(?<=\p{M}{4})\p{M}+")  # 4 suffice for every script; a pile covers its neighbours
_COMMAND = re.compile(f"(?:[\\s{_CONTROLS}{INVISIBLE}]*[/／])+[\\s{_CONTROLS}{INVISIBLE}]*")

_DASH_IN_KATAKANA = re.compile("(?<=[ァ-ヴ])[―—─━]+")
_WAVE_AS_LONG = re.compile(r"(?<=[ぁ-んァ-ヴ])[ー~]*~[ー~]*(?=[ぁ-ん!?。、\s]|$)")
_REPEATED = re.compile(r"([ー~!?。、,.・…=*_\-])\1+")
_MIXED_MARKS = re.compile(r"[!?]*\?[!?]*")
_SPACES = re.compile(r"\s+")
_THOUSANDS = re.compile(r"(?<![0-9,.])[0-9]{1,3}(?:,[0-9]{3})+(?![0-9,])")
_DIGIT_GROUPS = re.compile(r"(?<![0-9A-Za-z-])[0-9]+(?:[ \-‐−–—ー][0-9]+)+(?![0-9])")
_ALL_KATAKANA = re.compile(r"[\s、。・!?0-9]*[ァ-ヺ][ァ-ヺー\s、。・!?0-9]{3,}")
_PUNCTUATION = regex.compile(r"(?<![0-9])[\p{P}\p{S}\p{Z}]+|[\p{P}\p{S}\p{Z}]+(?![0-9])")  # 1~3日 is not 13日
_ROUNDS = 12  # real text settles in two; a bound, so that no text can hold the process
_JOIN_FROM = 10  # digits: phone numbers and longer; dates (8) and ranges stay apart


def visible(text: str, limit: int = LIMIT) -> str:
    """As the writer wrote it, full-width forms and lines too, without what no reader sees; at most `limit` characters.

    What is kept and shown; what is understood goes through `clean` or `normalise`.
    """
    lines = (_seen(line).strip() for line in _BREAKS_KEPT.split(text.replace("\t", " ")))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()[:limit].rstrip("\u200d").strip()


def clean(text: str, limit: int = LIMIT) -> str:
    """Visible text in NFKC, one line, at most `limit` characters.

    Capped before NFKC too: one U+FDFA becomes eighteen characters, and the encoders abort on floods of them.
    """
    seen = _UNSEEN.sub("", _BREAKS.sub(" ", text)).strip()[:limit]
    return unicodedata.normalize("NFKC", seen)[:limit].strip()


def normalise(text: str, limit: int = LIMIT) -> str:
    """The form in which questions are matched; normalise(normalise(x)) == normalise(x)."""
    result = clean(text, limit)
    for _ in range(_ROUNDS):  # one step can make room for another: 1,000万円
        settled = clean(_settle(result), limit)
        if settled == result:
            break
        result = settled
    return result


def neutral_command(text: str) -> str:
    """Without the leading slashes that Rasa would obey as a command (/restart, ／intent, hidden ones too)."""
    return text[match.end() :] if (match := _COMMAND.match(text)) else text


def compare_key(text: str) -> str:
    """Equal for two writings of the same phrasing: letters and digits, katakana as hiragana."""
    return str(jaconv.kata2hira(_PUNCTUATION.sub("", normalise(text))))


def in_hiragana(text: str) -> str | None:
    """What is written in katakana alone (ソウリョウ イクラ), as it would be in hiragana; None of any other text."""
    return str(jaconv.kata2hira(text)) if _ALL_KATAKANA.fullmatch(text) else None


def _seen(line: str) -> str:
    return str(_PILED_MARKS.sub("", _UNSEEN_BUT_EMOJI.sub(lambda mark: mark[1] or "", line)))


def _settle(text: str) -> str:
    text = text.lower().replace("〜", "~")
    text = _WAVE_AS_LONG.sub("ー", _DASH_IN_KATAKANA.sub("ー", text))
    text = _REPEATED.sub(r"\1", _MIXED_MARKS.sub("?", text))
    text = _THOUSANDS.sub(lambda match: match[0].replace(",", ""), _SPACES.sub(" ", text))
    return _DIGIT_GROUPS.sub(_joined, kanji_to_digits(text))


def _joined(match: re.Match[str]) -> str:
    digits = re.sub("[^0-9]", "", match[0])
    return digits if len(digits) >= _JOIN_FROM else match[0]
