"""Which of the offered choices somebody means: 2, ②, 「2番目」, 最後, 両方, 返金のほう, or どれも違う."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from nihongo.normalise import compare_key, normalise
from nihongo.speech_noise import strip_noise

_SPOKEN = {
    "いち": 1, "に": 2, "さん": 3, "よん": 4, "し": 4, "ご": 5, "ろく": 6, "なな": 7, "しち": 7, "はち": 8,
    "きゅう": 9, "く": 9, "じゅう": 10, "わん": 1, "つー": 2, "すりー": 3,
    "ひと": 1, "ふた": 2, "みっ": 3, "よっ": 4, "いつ": 5, "むっ": 6, "やっ": 8, "ここの": 9,
    "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10,
}  # fmt: skip
_DIGITS = "[0-9]{1,2}|[一二三四五六七八九十]"
_SOUNDS = "いち|さん|よん|ろく|なな|しち|はち|きゅう|じゅう|わん|つー|すりー"
_SHORT = "に|し|ご|く"  # also particles and halves of words: a choice only alone or as に番, にです
_NATIVE = "ひと|ふた|みっ|よっ|いつ|むっ|なな|やっ|ここの"
_RANK = "(?:番|ばん)(?:目|め)?|[つ個件こ]目|[つ個こ]め|項目"

_LEAD = "(?:はい|さっきの|先ほどの|さきほどの|じゃあ?|では|それでは|それじゃあ?|あ|あー|うーんと|まあ)?"
_OBJECT = "(?:の(?:方|ほう|もの|やつ|質問|項目|選択肢|候補|回答|答え|商品|記事|件|こと|内容|ぶん|分)?)?"
_WISH = (
    "(?:(?:が|を|に|で|は|も|について)?(?:お願い(?:いた|致)?します|おねがいします|お願い|頼みます|頼む|選びます|選択します|選択|選ぶ|します|する|"
    "(?:いい|良い|よい)(?:です)?|知りたい(?:です)?|教えて(?:ください|下さい|ほしい(?:です)?)?|聞きたい(?:です)?|ください|下さい|"
    "です(?:ね|かね|かな|よ)?|だと思います|だ(?:よ|ね)?|かな|ね|見たい(?:です)?|希望(?:します|です)?)|で|が|を|も)?"
)
_WHICH = re.compile(
    f"{_LEAD}(?:第|その|no|なんばー)?(?:"
    f"(?P<side>上|うえ|下|した)から(?:(?P<nth>{_DIGITS}|{_SOUNDS}|{_SHORT})(?:{_RANK})|(?P<native_nth>{_NATIVE})つ[目め])"
    f"|(?P<place>(?:一番|いちばん|1番)?(?:上|うえ|下|した|最初|さいしょ|最後|さいご|初め|始め|はじめ|先頭|らすと|頭|真ん中|まん中|まんなか|真中|中央)|前者|後者)(?:{_RANK})?"
    f"|(?P<native>{_NATIVE})つ[目め]"
    f"|(?P<number>{_DIGITS}|{_SOUNDS})(?:{_RANK})?"
    f"|(?P<short>{_SHORT})(?:(?:{_RANK})|(?=で|$))"
    f"){_OBJECT}{_WISH}"
)
_EVERY = (
    "両方|りょうほう|どちらも|どっちも|全部|ぜんぶ|全て|すべて|(?:[二2三3]|ふた|みっ)つとも|どれも(?=知|教|聞|お願い)"
)
_ALL = re.compile(f"{_LEAD}(?:{_EVERY})(?:とも)?{_OBJECT}{_WISH}")
_ENDS = "上|うえ|最初|さいしょ|前|下|した|最後|さいご|後ろ"
_SIDE = re.compile(f"{_LEAD}(?P<side>{_ENDS})(?:の|から)?(?:[二2]|ふた)[つ個件](?:とも)?{_OBJECT}{_WISH}")
_AND = re.compile(r"(?<=.)\s*(?:と(?!つ)|、|,|・|&|や(?!つ)|\s|および|及び)\s*(?=.)")
_BARE = re.compile(f"{_LEAD}(?P<core>.+?){_OBJECT}(?:について|に関して|のこと)?{_WISH}")
_NONE = re.compile(
    "(?:いいえ|いえ|いや|ううん|うーん|no|のー|ちゃう(?:ちゃう|ねん)?|だめ|なし|該当なし"
    "|(?:いいえ|いや|うーん)?(?:全然|全部|ぜんぶ|すべて|全て|みんな|どれも|どちらも|どっちも)?(?:違う|違い|違った|違って|ちがう|ちがい|ちゃう)(?:ます|ました)?"
    "|(?:いいえ|いや)?(?:それ|そう|そういうこと|そっち)(?:では|じゃ)(?:ない|ありません)"
    "|(?:いいえ|いや)?(?:どれ|どちら|どっち)(?:でも|も)(?:ない|ありません)"
    "|(?:いいえ|いや)?(?:この中|ここ|選択肢|候補)?に?(?:は|も)?(?:探しているもの|知りたいこと|聞きたいこと|該当するもの|当てはまるもの)?(?:は|が)?(?:ない|ありません|ございません)"
    "|当てはまりません|あてはまりません|当てはまらない"
    ")(?:です|んです|みたいです|と思います|ようです|ねん)?(?:けど|が|ね|よ|な)?"
)
_CONTENT = re.compile("[一-龠々ァ-ヶa-z]")  # a piece of a title in hiragana alone (できますか) tells nothing
_FIRST = ("最初", "さいしょ", "初め", "始め", "はじめ", "先頭", "頭", "上", "うえ", "前者")
_UPPER = (*_FIRST, "前")
_TOPIC = re.compile("[一-龠々ァ-ヶー]{2,8}")
# Asks by itself, or names what it asks of: 送料はいくらですか, 送料は.
_ASKS = re.compile("(?:[すうん]か|いくら|なんぼ|いつ|どこ|どう|(?:何|なん)[日時回]|は|って)[?。!]*$")
_MIDDLE = ("真ん中", "まん中", "まんなか", "真中", "中央")


def ordinal(text: str, count: int, placed: int | None = None) -> int | None:
    """The 0-based choice among `count`; None when the words are not clearly just a choice (2個買いたい, 1000円).

    Words of place (最後の, 一番上, 下から2番目) count only the first `placed`, where given: 最後の means the last
    article, not the button どれでもない below it.
    """
    if len(text) > 60 or count < 1:
        return None
    match = _WHICH.fullmatch(_key(text))
    if match is None:
        return None
    found = match.groupdict()
    among = count if placed is None or not (found["place"] or found["side"]) else placed
    index = _index(found, among)
    return index if index is not None and 0 <= index < among else None


def several(text: str, count: int) -> tuple[int, ...]:
    """The 0-based choices among `count` of who wants more than one (両方, 上の二つ, 1と3); empty otherwise."""
    if len(text) > 60 or count < 2:
        return ()
    key = _key(text)
    if side := _SIDE.fullmatch(key):
        return (0, 1) if side["side"] in _UPPER else (count - 2, count - 1)
    if _ALL.fullmatch(key):
        return tuple(range(count))
    named = [ordinal(piece, count) for piece in _AND.split(normalise(text))]
    found = tuple(dict.fromkeys(number for number in named if number is not None))
    return found if len(found) == len(named) > 1 else ()


def none_of(text: str) -> bool:
    """Whether somebody says that it is none of those offered."""
    return len(text) <= 40 and _NONE.fullmatch(compare_key(strip_noise(text))) is not None


def without_wish(text: str) -> str:
    """返金のほうでお願いします → 返金, normalised."""
    said = strip_noise(normalise(text)).strip("。、!?…「」 ")
    match = _BARE.fullmatch(said) if len(said) <= 60 else None
    return match["core"].strip("、 ") if match else said


def only_a_topic(text: str) -> bool:
    """Whether it is a bare noun (返品), which may be a topic of its own rather than a piece of what was offered."""
    return _TOPIC.fullmatch(strip_noise(normalise(text)).strip("。、!?…「」 ")) is not None


def asks_by_itself(text: str, titles: Sequence[str]) -> bool:
    """Whether it is a question that may be a new one, although a title holds it: 「送料はいくらですか」 where
    「沖縄への送料はいくらですか」 was offered. A whole title is none."""
    said = strip_noise(normalise(text))
    return bool(_ASKS.search(said)) and compare_key(said) not in map(compare_key, titles)


def piece_of(text: str, titles: Sequence[str]) -> int | None:
    """The 0-based title that alone contains what is said (返金のほう); None when none or several do."""
    core = without_wish(text)
    if len(core) < 2 or not _CONTENT.search(core):
        return None
    fits = [number for number, title in enumerate(titles) if compare_key(core) in compare_key(title)]
    return fits[0] if len(fits) == 1 else None


def _key(text: str) -> str:
    """Letters only. Signs around a number (①, 1., 【1】, 1️⃣) fall away, but 1.5 or 1-2 never becomes 15 or 12."""
    shown = "".join(
        char for char in unicodedata.normalize("NFKC", text) if unicodedata.category(char) not in ("Me", "Mn")
    )
    return re.sub("[!-/:-@[-`{-~]", "x", compare_key(strip_noise(shown)))


def _index(found: dict[str, str | None], count: int) -> int | None:
    if place := found["place"]:
        return _place(re.sub("^(?:一番|いちばん|1番)", "", place), count)
    if found["side"]:
        nth = _number(found["nth"] or found["native_nth"] or "") - 1
        return nth if found["side"] in ("上", "うえ") else count - 1 - nth
    return _number(found["number"] or found["native"] or found["short"] or "") - 1


def _place(word: str, count: int) -> int | None:
    if word in ("前者", "後者") and count != 2:
        return None
    if word in _MIDDLE:
        return count // 2 if count % 2 and count > 1 else None
    return 0 if word in _FIRST else count - 1


def _number(word: str) -> int:
    return int(word) if word.isdecimal() else _SPOKEN[word]
