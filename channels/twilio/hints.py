"""What callers are likely to say, for Twilio's recogniser: the telephone's own words, then those of the articles."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from channels.twilio.words import listed
from kb.live import LiveRelease
from nihongo.japan_time import today


@dataclass
class Hints:
    """Made anew with each release and each day."""

    live: LiveRelease
    _of: tuple[int | None, date | None] = (None, None)
    _words: tuple[str, ...] = field(default=())

    def now(self) -> tuple[str, ...]:
        release, day = self.live.current, today()
        made_of = (release.number if release else None, day)
        if made_of != self._of or not self._words:
            found = [word for article in self.live.answering(day) for word in article.keywords]
            self._of, self._words = made_of, tuple(dict.fromkeys([*listed("voice.hints"), *found]))
        return self._words
