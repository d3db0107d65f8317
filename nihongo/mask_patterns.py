"""How personal numbers and addresses are written in Japan: one finder a kind, each linear in the length of the text.

Every quantifier is bounded or stands between classes that do not overlap, and no class holds FOUND.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache

from nihongo.mask_numbers import FOUND, HYPHENS, cards, my_numbers
from nihongo.numbers import KANJI_DIGITS, TO_DIGITS
from nihongo.words import section

Find = Callable[[str], Iterator[tuple[int, int]]]

_D = f"[0-9{KANJI_DIGITS}]"
_NO_DIGIT_BEFORE = f"(?<![0-9{KANJI_DIGITS}])"
_NO_DIGIT_AFTER = f"(?![0-9{KANJI_DIGITS}])"
_SEP = rf"[ .,、()の・~{HYPHENS}]{{0,3}}"  # between the digits of a phone number, spoken 090の1234の too
_COUNTED = "(?!\\s?(?:円|個|点|件|年|月|日|時|ポイント|文字|桁|分以内))"


_HOLD = r"""[\s:=、,。.…はがのでもを「『"'(\[\]#→>【】-]{0,6}"""
_CLUE = re.compile(f"{_D}|@|アット|あっと|at[)\\]]|パス|暗証|コード|pass|pin|pw", re.IGNORECASE)
_GAP = f"{_HOLD}(?:(?:えー?っ?と|あのー?)[ー、\\s]{{0,3}}{_HOLD})?"  # 会員番号は、えーと、…


def ascii_digits(piece: str) -> str:
    """Only the digits, kanji digits too."""
    return re.sub("[^0-9]", "", piece.translate(TO_DIGITS))


def anything_in(text: str) -> bool:
    """Whether any finder could find something: most questions hold no digit and are done here."""
    return _CLUE.search(text) is not None


@cache
def labels() -> re.Pattern[str]:
    """Any label that masking leaves behind."""
    return re.compile("|".join(re.escape(label) for label in section("mask_labels").values()))


# --- mail
_EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+\-])[A-Za-z0-9._%+\-]*[A-Za-z0-9_%+\-] {0,2}@ {0,2}[A-Za-z0-9-]+(?: ?\. ?[A-Za-z0-9-]+)+"
)
_LETTERS = r"[A-Za-z0-9._+\-ァ-ヶー]+"  # katakana: spoken dots and hyphens are among them (ドット, ハイフン)
_SPOKEN = rf"{_LETTERS}(?: (?:ドット|どっと|ハイフン|アンダーバー) {_LETTERS}){{0,4}}"
_SPOKEN_EMAIL = re.compile(
    rf"(?<![A-Za-z0-9._+\-ァ-ヶー]){_SPOKEN}(?:(?<![.]) {{0,2}}@| {{0,2}}(?:アットマーク|あっとまーく))"
    rf" {{0,2}}{_SPOKEN}"
    rf"|(?<![A-Za-z0-9._+\-ァ-ヶー])(?:{_SPOKEN} ?(?:アット|あっと)|[A-Za-z0-9._+\-]+ ?[\[(]at[\])]) ?"
    rf"(?=[A-Za-z0-9._+\-ァ-ヶー]{{1,64}} ?(?:ドット|どっと|\.)|[A-Za-z0-9-]+\.){_SPOKEN}"
)

# --- named by what stands before
_PASSWORD = re.compile(
    rf"(?:パスワード|パスコード|暗証番号|認証コード|確認コード|セキュリティコード|セキュリティーコード|(?<![A-Za-z])(?:password|PIN(?:コード|番号)?|pw))"
    rf"(?:{_GAP}(?P<value>(?!https?:)(?=[!-~]{{0,39}}[0-9])[!-~]{{3,40}}(?![0-9]))(?!\s?(?:文字|桁|回|円|分))"
    rf"|[はがを:=、\s]{{1,3}}[「『\"](?P<quoted>[^「」『』\"\s{FOUND}]{{3,40}})[」』\"]"
    rf"|[は:=、\s]{{1,3}}(?P<plain>[A-Za-z]{{4,40}})(?=です|だ|でログイン|でした|[」。\s]|$))",
    re.IGNORECASE,
)
_ERA = "(?:明治|大正|昭和|平成|令和|[MTSHR])"
_DATE = (
    r"(?:(?:(?:19|20)[0-9]{2}|[0-9]{2})\s?[年/.\-]\s?[0-9]{1,2}\s?[月/.\-]\s?[0-9]{1,2}\s?日?"
    rf"|{_ERA}\s?(?:[0-9]{{1,2}}|元)\s?[年/.\-]\s?[0-9]{{1,2}}\s?[月/.\-]\s?[0-9]{{1,2}}\s?日?"
    rf"|(?:{_ERA}|[〇零一二三四五六七八九十]{{1,4}})?[〇零一二三四五六七八九十]{{0,4}}年?[〇一二三四五六七八九十]{{1,2}}月[一二三四五六七八九十]{{1,3}}日"
    r"|(?:19|20)[0-9]{6}(?![0-9])|[0-9]{1,2}\s?[月/]\s?[0-9]{1,2}\s?日?)"
)
_BIRTHDAY = re.compile(
    rf"(?:生年月日|誕生日|バースデー|生まれた日|生まれ)(?!月|割|特典|クーポン|ポイント){_GAP}(?P<value>{_DATE})|(?<![0-9])(?P<before>{_DATE})\s?(?:生まれ|生れ|うまれ)"
)
_NAMED_CARD = re.compile(
    rf"(?:クレジットカード|クレカ|カード|デビット|VISA|JCB|AMEX|MASTER)(?:の?番号|ナンバー|No\.?)?{_GAP}"
    rf"(?P<value>[0-9](?:[ .、{HYPHENS}]{{0,3}}[0-9]){{12,18}}(?![0-9]))",
    re.IGNORECASE,
)
_ID = rf"[A-Za-z]{{0,4}}[ の{HYPHENS}]{{0,2}}[0-9](?:[ {HYPHENS}]{{0,2}}[0-9]){{3,15}}(?![0-9]){_COUNTED}"
_NUMBER_NAME = r"(?:番号|ナンバー|No\.?|ID|コード)"
_NAMED_ORDER = re.compile(
    rf"(?:注文|オーダー|受注)の?\s?{_NUMBER_NAME}{_GAP}(?P<value>{_ID})"
    rf"|(?:注文|オーダー|受注){_GAP}(?P<long>[0-9]{{8,12}}(?![0-9]){_COUNTED})"
    rf"|(?P<spoken>ティー\s?ビー[\sの、]{{0,2}}[0-9](?:[ 、{HYPHENS}]{{0,2}}[0-9]){{7}}(?![0-9]))",
    re.IGNORECASE,
)
_NAMED_MEMBER = re.compile(
    rf"(?:会員(?:証|カード)?の?|メンバーズ?(?:カード)?|お客様|顧客|ログイン|ユーザー)\s?{_NUMBER_NAME}{_GAP}(?P<value>{_ID})",
    re.IGNORECASE,
)
_BANK = re.compile(
    rf"(?:口座(?:番号)?|(?:普通|当座|貯蓄)(?:預金)?(?:口座)?){_GAP}(?:(?:普通|当座){_HOLD})?"
    rf"(?P<value>[0-9](?:[ {HYPHENS}]?[0-9]){{5,9}}(?![0-9]){_COUNTED})"
    rf"|記号{_GAP}(?P<kigo>[0-9]{{5}}(?:-[0-9])?{_HOLD}番号{_HOLD}[0-9]{{6,8}})(?![0-9])"
)

# --- phone
_ABROAD = re.compile(
    rf"(?:\+|(?<![0-9])0{{2}}|(?<![0-9])010[\s-]?)81{_SEP}(?:0{_SEP})?[1-9](?:{_SEP}[0-9]){{8,9}}(?![0-9])"
    rf"|\+[1-9](?:[ .()\-]{{0,2}}[0-9]){{9,14}}(?![0-9])|(?<![0-9A-Za-z])81[5789]0[0-9]{{8}}(?![0-9])"
)
_ZERO = "[0〇零]"
_MOBILE = rf"{_ZERO}[ {HYPHENS}]?[25-9二五六七八九][ {HYPHENS}]?{_ZERO}(?:{_SEP}{_D}){{8}}{_D}{{0,2}}"
_FIXED = rf"{_ZERO}[ ]?[1-9一二三四五六七八九](?:{_SEP}{_D}){{8}}{_D}?"
_PHONE = re.compile(rf"{_NO_DIGIT_BEFORE}(?:[(](?=[0-9]{{2,5}}[)]))?(?:{_MOBILE}|{_FIXED}){_NO_DIGIT_AFTER}")
_NAMED_PHONE = re.compile(
    rf"(?:電話番号|電話|TEL|携帯(?:番号|電話)?|連絡先|FAX|ファックス|ケータイ|スマホ){_GAP}(?!(?:19|20)[0-9]{{2}}[\s/.年{HYPHENS}])"
    rf"(?P<value>[0-9](?:{_SEP}[0-9]){{7,11}}(?![0-9]){_COUNTED})",
    re.IGNORECASE,
)
_MODEL_BEFORE = re.compile(r"(?:^|[^A-Za-z])(?!(?:tel|fax|phone|mobile|no)[-.:]?$)[A-Za-z]{1,6}-?$", re.IGNORECASE)

# --- place
_N = "(?:[0-9]{1,4}|[一二三四五六七八九十百〇]{1,5})"
_DASH = rf" ?[{HYPHENS}の] ?"
_PREFECTURE = "(?:北海道|東京都|京都府|大阪府|[一-龠]{2,3}県)"
_NNN_NNNN = rf"[0-9]{{3}}[ {HYPHENS}の]{{0,3}}[0-9]{{4}}(?![0-9])"
_POSTCODE = re.compile(
    rf"(?P<mark>〒\s?{_NNN_NNNN})|郵便番号{_GAP}(?P<named>{_NNN_NNNN})"
    rf"|(?:住所|届け先)(?:は|が|:|\s){{0,2}}(?P<told>{_NNN_NNNN})"
    rf"|(?<![0-9A-Za-z{HYPHENS}])(?P<before>[0-9]{{3}}[{HYPHENS}]?[0-9]{{4}}(?=[\s、,の]{{0,3}}{_PREFECTURE})"
    rf"|[0-9]{{3}}[{HYPHENS}][0-9]{{4}}(?=[\s、,の]{{0,3}}[一-龠ぁ-んァ-ヶ]{{1,5}}[市区郡]))"
)
_BUILDING = (
    "マンション|ハイツ|コーポ|アパート|ビル|メゾン|レジデンス|タワー|パーク|ハウス|荘|団地|ハイム|コート|ヴィラ|ビラ"
    "|レオパレス|プラザ|シャトー|ヒルズ"
)
_NAME = "[一-龠々ぁ-んァ-ヶーA-Za-z]"
_ROOM = (
    rf"(?:[\s、,]{{0,2}}(?:{_NAME}{{0,12}}?(?:{_BUILDING}){_NAME}{{0,12}})?[\s、,{HYPHENS}]{{0,2}}[A-Za-z]?[0-9]{{1,4}}号室?(?![0-9])"
    rf"|[\s、,]{{0,2}}{_NAME}{{0,12}}?(?:{_BUILDING}){_NAME}{{0,12}}?\s?[A-Za-z]?[0-9]{{2,4}}(?![0-9年月円個日時]))?"
)
_NOT_COUNTED = (
    rf"(?![0-9]|[{HYPHENS}/:.][0-9])"
    r"(?!\s?(?:[日個時円%週年月分人名台回点倍割枚本つ営番]|[かヶカヵケ箇][月所]|セット|ポイント))"
)
_TAIL = re.compile(
    rf"{_N}丁目\s?{_N}(?:\s?番地?)?(?:(?:{_DASH}|\s?の?\s?){_N})?(?:\s?号)?(?:{_DASH}[0-9]{{1,4}})?{_ROOM}"
    rf"|{_N}番地(?:(?:{_DASH}|\s?の?\s?){_N}(?:\s?号)?)?(?![0-9]){_ROOM}"
    rf"|{_N}番\s?{_N}号(?![室車線機館]){_ROOM}"
    rf"|{_N}番\s?{_N}{_DASH}[0-9]{{1,4}}{_NOT_COUNTED}{_ROOM}"
)
# 京都市下京区東塩小路町680です: one number ends a whole address.
_LOT = re.compile(
    rf"(?:{_PREFECTURE}|(?:住所|届け先)[は、がを ]{{1,2}})[一-龠々ァ-ヶー]{{0,8}}[市区町村郡]"
    r"[一-龠々ァ-ヶーのるり]{0,24}"
    r"(?P<value>(?:[0-9]{1,3}条[東西南北]?)?[0-9]{1,4}(?:丁目)?)(?=[、。,. 」)]|で[すごし、]|に[なごし]|とな|だ|$)"
)
_ROOM_ALONE = re.compile("(?<![0-9A-Za-z])[A-Za-z]?[0-9]{2,4}号室")
_PLACE = rf"(?:{_PREFECTURE}|[一-龠ぁ-んァ-ヶー]{{1,6}}[市区町村郡]|住所(?:は|:|が)?|届け先(?:は|:|を)?|丁目)"
_TAIL_IN_PLACE = re.compile(
    rf"(?:{_PLACE}[一-龠々ぁ-んァ-ヶー\s、]{{0,16}}?(?P<value>(?<![0-9])(?!(?:19|20)[0-9]{{2}}-)[0-9]{{1,4}}"
    rf"{_DASH}[0-9]{{1,4}}(?:{_DASH}[0-9]{{1,4}}){{1,2}}{_NOT_COUNTED}{_ROOM})"
    rf"|(?:{_PREFECTURE}|[市区郡町村])[一-龠々ァ-ヶー]{{0,14}}\s?(?P<pair>(?<![0-9])[0-9]{{1,4}}{_DASH}[0-9]{{1,4}}{_NOT_COUNTED}{_ROOM}))"
)


# --- finders
@cache
def finders() -> tuple[tuple[str, Find], ...]:
    """Kinds in the order they claim the text: what is named by its context first, shapes after."""
    formats = section("number_formats")
    return (
        ("email", _whole(_EMAIL)),
        ("email", _whole(_SPOKEN_EMAIL)),
        ("password", _group(_PASSWORD)),
        ("birthday", _group(_BIRTHDAY)),
        ("my_number", my_numbers),
        ("card", _group(_NAMED_CARD)),
        ("card", cards),
        ("order", _whole(_own(formats["order"]))),
        ("order", _group(_NAMED_ORDER)),
        ("member", _group(_NAMED_MEMBER)),
        ("bank", _group(_BANK)),
        ("phone", _whole(_ABROAD)),
        ("phone", _phones(_PHONE)),
        ("phone", _phones(_NAMED_PHONE)),
        ("member", _whole(_own(formats["member"]))),
        ("postcode", _group(_POSTCODE)),
        ("address", _whole(_TAIL)),
        ("address", _group(_TAIL_IN_PLACE)),
        ("address", _group(_LOT)),
        ("address", _whole(_ROOM_ALONE)),
    )


def _own(shape: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z0-9])(?:{shape})(?![0-9A-Za-z])", re.IGNORECASE)


def _whole(pattern: re.Pattern[str]) -> Find:
    return lambda text: (match.span() for match in pattern.finditer(text))


def _group(pattern: re.Pattern[str]) -> Find:
    """The named group that took part: the name before it stays readable."""
    return lambda text: (match.span(str(match.lastgroup)) for match in pattern.finditer(text))


def _phones(pattern: re.Pattern[str]) -> Find:
    def find(text: str) -> Iterator[tuple[int, int]]:
        for match in pattern.finditer(text):
            start, end = match.span("value" if "value" in pattern.groupindex else 0)
            if _grouped_like_phone(text[start:end]) and not _MODEL_BEFORE.search(text[max(0, start - 8) : start]):
                yield start, end

    return find


def _grouped_like_phone(piece: str) -> bool:
    """Few groups, or digit by digit; not a row of dates and times (01 02 03 04 05)."""
    sizes = [len(group) for group in re.findall(f"{_D}+", piece)]
    return max(sizes) == 1 or len(sizes) <= 2 or (len(sizes) <= 5 and (max(sizes) >= 4 or sizes[0] >= 3))
