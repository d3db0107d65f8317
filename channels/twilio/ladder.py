"""When nothing is heard or nothing understood: shorter, then by keys, then another way, then a person. Never a loop."""

from __future__ import annotations

from dataclasses import dataclass, replace

from channels.twilio import keypad
from channels.twilio.call import Call, Prompt, Then
from channels.twilio.words import say
from kb.live import LiveRelease
from nihongo.aloud import Reader
from nihongo.japan_time import today

_ROUNDS = 3


@dataclass(frozen=True)
class Ladder:
    """`frequent`: ids of the articles that are asked for most, for who has not said anything yet."""

    live: LiveRelease
    reader: Reader
    frequent: tuple[str, ...] = ()

    def silence(self, call: Call) -> tuple[Call, Prompt]:
        """Nothing was heard. After a solved question that is a goodbye; else one step on."""
        call = replace(call, silences=call.silences + 1)
        if call.solved:
            return call, Prompt((say("voice.bye"),), Then.HANG_UP)
        return call, self._step(call.silences, "voice.silence", call.now)

    def unclear(self, call: Call) -> tuple[Call, Prompt]:
        """Something was heard that nobody could make out."""
        call = replace(call, silences=0, troubles=call.troubles + 1)
        return call, self._step(call.troubles, "voice.unclear", call.now)

    def helped(self, call: Call, prompt: Prompt) -> Prompt:
        """The bot's own answer, with the keys beside it where words have failed before."""
        if call.troubles < 2 or prompt.then is not Then.LISTEN:
            return prompt
        menu = self._likely() if call.troubles == 2 else ways()
        return replace(menu, lines=(*prompt.lines, *menu.lines))

    def _step(self, rounds: int, name: str, now: Prompt) -> Prompt:
        line = say(name)
        if rounds <= 1:
            again = (say(f"{name}_asked"), *now.question) if now.question else (line,)
            return replace(now, lines=again, then=Then.LISTEN)
        if rounds == 2:
            return self._likely().after(line)
        if rounds == _ROUNDS:
            return ways().after(line)
        return Prompt((say("voice.bye_unheard"),), Then.HANG_UP)

    def _likely(self) -> Prompt:
        day = today()
        frequent = [found for name in self.frequent if (found := self.live.find(name, day))]
        return keypad.likely(self.reader, frequent or list(self.live.answering(day)))


def ways() -> Prompt:
    """The last step by keys: a link, a callback, a person."""
    named = (("1", "link"), ("2", "callback"), ("0", "person"))
    lines = [say("voice.option", number=key, title=say(f"voice.way_{name}")) for key, name in named]
    return Prompt((say("voice.ways"), *lines), keys=dict(named))
