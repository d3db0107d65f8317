"""Where one message holds two questions, and whether a message leans on what was said before."""

from __future__ import annotations

import re
from itertools import zip_longest

MOST = 3  # questions of one message that are looked at
_ENDS = re.compile(r"(?<=[。！？!?\n])")
# Between two questions of one sentence: 〜のと、ついでに〜, 〜ですか、それと〜; speech is written down without marks.
_MORE = "あと(?![はでにのか払])"  # no あとで, no あと払い
_JOINTS = re.compile(
    r"(?:(?<=[すう]か)[、,\s](?=.{5})|(?:[、,\s]|(?<=か)|(?<=の[をと])|(?<=けど)|(?<=っけ)|(?<=たい))"
    rf"(?=(?:それと(?!も)|それから|{_MORE}|ついでに|また、|別件|もう一つ|もうひとつ|あわせて|併せて)[、,]?))"
)
# 「返品したいのと、…」「送料と、あと…」: what stands before is asked, too.
_LISTED = re.compile(
    r"(?<=したいのと)[、,]|(?<=のと)[、,](?=.{2,14}も)|(?<=[一-龠々ァ-ヶー]と)[、,](?=それから|あと|ついでに)"
)
_TAIL = re.compile(r"(?:(?P<wish>.*)のと|(?P<thing>.*[一-龠々ァ-ヶー])と)")
# As speech is written down: …いくらあと…; no したあと, no あとで.
_SPOKEN = re.compile(rf"(?<=.{{4}})(?<![ただのる、,\s])(?={_MORE}(?!、))")
# Begins a matter of its own, asked or told.
_OWN = re.compile(rf"^(?:{_MORE}|ついでに|別件|もう一つ|もうひとつ)")
_AND = re.compile(r"(?<=いくら)(?:で、)|(?<=のくらい)(?:で、)")
_JOINT = re.compile(r"^(?:それと(?!も)|それから|あと|ついでに|また|もう一つ|もうひとつ|あわせて|併せて)[はも]?[、,]?")
_ASKS = re.compile(
    r"(?:[?？]|(?:です|ます|ません|でしょう|した|ない|いい|い|る|た|の|く)?か[。ねなあ]*$|たい|ほしい|欲しい|ください|下さい|教えて|おしえて|(?:けど|が)[。]?$|"
    r"(?:っけ|でき(?:る|ます)|いつ|いくら|ど(?:の|れ)くらい|どこ|何日|何時)[。]?|は[。?？]?$|やろ|かな|くれる[。]?$)"
)
_SHORTEST = 5  # characters of a question
_NAMED = re.compile(r".{2,}(?:は|って)[?？]?")  # shorter, and yet one: 送料は
# Things that one question asks of together: 返品の期限と送料は, 返品の送料と返金の時期を教えて.
_THING = r"[^\sとはをがも、。・?!「」]{0,14}[一-龠々ァ-ヶA-Za-z]ー?"
_LETTER = "[ぁ-でど-ねは-わん]"  # neither と nor の, or a flood of them would be read in every way there is
_KANA = rf"(?:{_LETTER}{{2,8}}の)?{_LETTER}{{3,8}}(?<!っ)"  # written without kanji
_TOGETHER = re.compile(
    rf"(?P<things>{_THING}(?:[と、・]{_THING})+|{_KANA}(?:と{_KANA})+)"
    r"(?P<asked>(?:は|って)(?:[?？。]*|、?(?:いくら|いつ|どう|どこ|どの|どれ|何).*)"
    r"|(?:を|が|も|について|に関して|のこと)?(?:(?:全部|両方|一緒に)、?)?(?:教え|おしえ|知り|聞き|確認し).*)"
)
_ONE_MATTER = re.compile("違い|ちがい|差|関係|比較|合計|併用|組み合わせ")  # needs both of them to be asked
_LEANS = re.compile(
    r"^(?:さっき|さきほど|先ほど|あれ|あの件|で、|では、?|じゃあ?|それ|その|そこ|そしたら|そう(?:し|だと)|もし|だったら|ちなみに|そっち|こっち|そちらは)"
    r"|(?:その|それ|そこ)(?:場合|とき|時|紙|番号|まま|人|日|は|って|も|を|に|で)"
)
_TOLD_ON = re.compile(
    r"(?:けれども|けれど|けど|んですが|のですが|ですが|ねんけど|んやけど"
    r"|(?<!笑っ)(?<!泣い)(?<!びっくりし)(?<!待っ)(?<!疲れ)[ちじ]ゃっ(?:た|て)|[ちじ]ゃいました|[てで]しま(?:った|いました|って)|て(?:も|し)うた|過ぎ(?:た|ました|てる|てます))"
    r"(?:よ|わ|な|の|んです)?[。…!]*$"
)
# Asks how much or when, and names nothing: 「それっていくら？」.
_NOTHING_NAMED = (
    "(?:それ|これ|そ(?:の|れらの)場合|そっち|こっち|で|じゃあ?|では|ちなみに|あと|だいたい|大体|全部で|合計|、"
    "|って|は|の|だと|なら|も)*"
)
_CLOSE = (
    "(?:くらい|ぐらい|ほど|ごろ|頃|まで|から|に|で|かか[りる]|な[りる]|します|する|の|ん|です|ます|でしょう"
    "|か|な|だ|や|ねん|、|[。?!])*"
)
_HOW_MUCH = re.compile(rf"{_NOTHING_NAMED}(?:お?いくら|なんぼ|ナンボ){_CLOSE}")
_WHEN = re.compile(rf"{_NOTHING_NAMED}(?:いつ|何日){_CLOSE}")
_WHETHER = re.compile(r"(?<!は)(?<!って)(?:か|の|[?？]|[えけげせてねべめれき]る)[?？。]*$")
_OPEN = re.compile(
    r"いくら|いつ|どう|どこ|どの|どれ|どち|どっち|どんな|だれ|誰|なぜ|なんで|何|なに|なん(?:ぼ|日|時|回)|ない|ません|へん"
)
_AGAIN = re.compile(
    r"(?:もう|今)(?:[一1]度|[一1]回|いちど|いっかい)、?(?:し(?:たい|たく|ます)|買|かい|頼|たのみ|注文|申)"
)
_LEAD = re.compile(r"^(?:じゃあ?|では|で|そしたら|だったら|ちなみに)、?(?=[^、\s])")
_BARE = re.compile(
    r"(?:は|なら|だと|だったら|たら|のほうは|の方は|の場合は?|でも(?:いける|いい|大丈夫|できる)?)[。?？]*$"
)
_BARE_LONGEST, _TOLD_LONGEST, _LEANING_LONGEST = 16, 20, 40


def questions(text: str) -> list[str]:
    """The questions of one message, in order; one, when it holds no second."""
    listed = [cut for part in _ENDS.split(text) for cut in _LISTED.split(part)]
    cuts = [cut for part in listed for joint in _JOINTS.split(part) for cut in _SPOKEN.split(joint)]
    parts = [piece for cut in cuts for piece in _AND.split(cut)]
    stripped = [part.strip("、, 　") for part in parts if part.strip("、, 　")]
    parts = [*map(_listed, stripped[:-1]), *stripped[-1:]]
    # 「届きません。それから、…」 tells what is asked, too.
    told = [
        part
        for part, after in zip_longest(parts, parts[1:], fillvalue="")
        if _JOINT.search(after) or _OWN.search(part) or _ASKS.search(part)
    ]
    asked = [one for part in told for one in _each(_JOINT.sub("", part))]
    found = [part for part in asked if len(part) >= _SHORTEST or _NAMED.fullmatch(part)]
    return found[:MOST] if len(found) > 1 else [text]


def _listed(part: str) -> str:
    """「返品したいのと」 as 「返品したい」, 「送料と」 as 「送料は」."""
    match = _TAIL.fullmatch(part)
    return part if match is None else match["wish"] or f"{match['thing']}は"


def _each(question: str) -> list[str]:
    """返品の期限と送料は as 返品の期限は and 返品の送料は; itself, where it asks of one thing."""
    match = _TOGETHER.fullmatch(question)
    if match is None or _ONE_MATTER.search(match["things"]):
        return [question]
    *before, last = re.split("[と、・]", match["things"])
    if "の" in last and not any("の" in thing for thing in before):  # クーポンとポイントの使い方
        of_both = last[last.rindex("の") :]
        return [thing + match["asked"] for thing in (*(one + of_both for one in before), last)]
    found, of = [], ""
    for thing in (*before, last):
        of, own = (thing[: thing.rindex("の") + 1], "") if "の" in thing else (of, of)
        found.append(own + thing + match["asked"])
    return found


def refers(text: str) -> bool:
    """Whether a word of it points to what was said before: 「その場合は？」."""
    return bool(_LEANS.search(text))


def how_much(text: str) -> bool:
    """Whether it asks for a price and names nothing."""
    return bool(_HOW_MUCH.fullmatch(text))


def names_nothing(text: str) -> bool:
    """Whether it asks how much or when, of what was said before."""
    return how_much(text) or bool(_WHEN.fullmatch(text))


def without_lead(text: str) -> str:
    """「じゃあ北海道は？」 as 「北海道は？」."""
    return _LEAD.sub("", text)


def leans(text: str) -> bool:
    """Whether it can only be understood after what was said before: 「それっていくら？」「沖縄だと？」."""
    if len(text) > _LEANING_LONGEST:
        return False
    return refers(text) or (len(text) <= _BARE_LONGEST and bool(_BARE.search(text)))


def tells_on(text: str) -> bool:
    """Whether a short statement leaves open what is asked of it: 「開けちゃったんだけど」."""
    return len(text) <= _TOLD_LONGEST and bool(_TOLD_ON.search(text))


def whether(text: str) -> bool:
    """Whether it asks what a yes answers: no 「いくらですか」, no 「できませんか」, no 「代引きは？」."""
    return bool(_WHETHER.search(text)) and not _OPEN.search(text)


def does_again(text: str) -> bool:
    """Whether something is to be done, not said, once more: 「同じ注文をもう一度したい」."""
    return bool(_AGAIN.search(text))
