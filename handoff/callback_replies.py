"""What the customer is told and offered while a callback is booked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from handoff import buttons as commands
from handoff.buttons import CANCEL, LEAVE_MESSAGE
from handoff.calendar import day_time
from handoff.callback_talk import Reply, Talk
from handoff.contact import national
from handoff.number import spoken
from handoff.sentences import say
from handoff.ticket import State, Ticket
from handoff.waits import told
from nihongo.japan_time import TOKYO

Choices = tuple[tuple[str, str], ...]
_STEPS = (("back", commands.BACK), ("stop", commands.STOP))
_BOOKED = (("change", commands.CALLBACK_CHANGE), ("cancel", commands.CALLBACK_CANCEL))


class Replies:
    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now

    def time_asked(self, asks: str, slots: Iterable[datetime]) -> Reply:
        """asks: a sentence of callback.asks; the slots to choose from."""
        offered = tuple((self.moment(slot.timestamp()), commands.slot_command(int(slot.timestamp()))) for slot in slots)
        more = say("callback.choose") if offered else say("callback.say_time")
        return Reply(say(f"callback.asks.{asks}") + more, (*offered, *choices(("stop", commands.STOP))))

    def name_asked(self, again: bool = False) -> Reply:
        return Reply(say("callback.name_again" if again else "callback.name"), choices(*_STEPS))

    def phone_asked(self, known: str = "", again: bool = False) -> Reply:
        """known: a number that only wants a yes."""
        if known and not again:
            asked = say("callback.phone_known", phone=_this(known))
            return Reply(asked, choices(("yes", commands.YES), *_STEPS))
        return Reply(say("callback.phone_again" if again else "callback.phone"), choices(*_STEPS))

    def noted(self, name: str, talk: Talk, then: Reply) -> Reply:
        """name: a sentence of callback that tells what was just heard; `then`: what is asked after it."""
        return replace(then, text=say(f"callback.{name}", when=self.moment(talk.slot)) + then.text)

    def person_later(self, ticket: Ticket, opening: str) -> Reply:
        """Nobody can talk at once: it is out of hours, or a call is booked."""
        go_on = choices(("go_on", commands.GO_ON))
        if ticket.callback_at:
            told = say("callback.person_booked", when=self.moment(ticket.callback_at))
            return Reply(told, (*go_on, *choices(("stop", commands.STOP))))
        return Reply(say("callback.person_closed", opening=opening), (*go_on, *ways_on(ticket)))

    def read_back(self, talk: Talk, again: bool = False) -> Reply:
        phone = _this(talk.phone) if talk.phone == talk.known else national(talk.phone)
        said = {"when": self.moment(talk.slot), "kana": talk.kana, "phone": phone}
        edits = (("time", commands.EDIT_TIME), ("phone", commands.EDIT_PHONE), ("name", commands.EDIT_NAME))
        offered = choices(("yes", commands.YES), *edits, ("stop", commands.STOP))
        return Reply(say("callback.read_back_again" if again else "callback.read_back", **said), offered)

    def which_wrong(self) -> Reply:
        """Asks what of it is to be put right."""
        edits = (
            ("name_only", commands.EDIT_NAME),
            ("phone_only", commands.EDIT_PHONE),
            ("time_only", commands.EDIT_TIME),
        )
        return Reply(say("callback.which_wrong"), choices(*edits, ("stop", commands.STOP)))

    def booked(self, ticket: Ticket, name: str = "booked", was: int = 0) -> Reply:
        """name: a sentence of callback that tells when the customer will be called; was: when before."""
        said = {"when": self.moment(ticket.callback_at), "was": self.moment(was), "number": spoken(ticket.number)}
        return Reply(say(f"callback.{name}", **said), choices(*_BOOKED))

    def changed(self, ticket: Ticket, was: int) -> Reply:
        """What the customer's yes has come to; was: what was booked before."""
        name = "unchanged" if was == ticket.callback_at else "changed" if was else "booked"
        return self.booked(ticket, name, was)

    def cancelled(self, ticket: Ticket, name: str, again: bool) -> Reply:
        """name: a sentence of callback; again: whether another one can be had."""
        offered = choices(("again", commands.CALLBACK)) if again else ()
        return Reply(say(f"callback.{name}", when=self.moment(ticket.callback_at)), offered)

    def which(self, ticket: Ticket) -> Reply:
        """Asks whether the call that is booked is to be cancelled, or something else."""
        offered = choices(("cancel_call", commands.CALLBACK_CANCEL), ("other", commands.CALLBACK_OTHER))
        return Reply(say("callback.which", when=self.moment(ticket.callback_at)), offered)

    def left(self, ticket: Ticket, name: str) -> Reply:
        """Nothing was booked, for the reason `name`: how to go on."""
        if ticket.booked:
            return self.booked(ticket, "unchanged")
        return Reply(say(f"callback.{name}"), ways_on(ticket))

    def stands(self, name: str, position: int | None, minutes: int | None) -> Reply:
        """Where in the queue the customer is; name: a sentence of callback that tells it."""
        if position is None:
            return Reply(say(f"callback.{name}_unknown"))
        return Reply(say(f"callback.{name}", position=position, estimate=told(minutes)))

    def moment(self, seconds: float) -> str:
        now = datetime.fromtimestamp(self._now(), TOKYO)
        return day_time(datetime.fromtimestamp(seconds, TOKYO), now)


def _this(phone: str) -> str:
    """The number that the customer has before them, without showing it to others."""
    return say("callback.this_number", last=phone[-4:])


def choices(*named: tuple[str, str]) -> Choices:
    return tuple((say(f"callback.choices.{name}"), command) for name, command in named)


def ways_on(ticket: Ticket, callback: bool = False) -> Choices:
    """To wait, a callback where one can be had, to leave a message, to go back to the bot."""
    wait = (("keep_waiting", commands.KEEP_WAITING),) if ticket.holding and ticket.state is not State.ASSIGNED else ()
    later = (("callback", commands.CALLBACK),) if callback else ()
    message = () if ticket.message_left else (("leave_message", LEAVE_MESSAGE),)
    return choices(*wait, *later, *message, ("to_bot", CANCEL))
