"""The bot's words: articles of the live release in the channel's wording, all else from domain.yml."""

from __future__ import annotations

from typing import Any

from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.trackers import DialogueStateTracker

from bot import offers, process
from bot.check import import_class_paths
from bot.recall import Recall
from kb.article import Article
from nihongo.assent import without_assent
from nihongo.japan_time import today

# What the customer greets with → the wording of utter_greet; Rasa reads the slot `found` for it.
_GREETED = (("こんばん", "evening"), ("今晩は", "evening"), ("おはよ", "morning"), ("お早う", "morning"))
Draft = dict[str, Any]


class ArticleNLG(TemplatedNaturalLanguageGenerator):
    """`nlg: {type: bot.nlg.ArticleNLG}`. Rasa gives it the domain's responses after the model has loaded."""

    def __init__(self, endpoint_config: Any = None, domain: Any = None) -> None:
        import_class_paths()  # Rasa would only warn of the others and go on without log or data
        super().__init__(domain.responses if domain else {})
        self._special = {
            "utter_article": self._article,
            "utter_second_article": self._second_article,
            "utter_ask_solved": self._ask_solved,
            "utter_candidates": self._candidates,
            "utter_related": self._related,
            "utter_search_answer": self._search_answer,
            "utter_repeat": self._repeat,
            "utter_abuse_end": self._end,
            "utter_greet": self._greet,
        }

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> Draft | None:
        live = await process.live()
        shelf = offers.Shelf(live.current, today())
        recall = Recall(tracker)
        if special := self._special.get(utter_action):
            draft = special(utter_action, recall, shelf, output_channel)
        else:
            draft = self._plain(utter_action, recall, shelf, output_channel, **kwargs)
        if draft is not None:
            draft["metadata"] = recall.facts(shelf.number) | draft.get("metadata", {})
        return draft

    def _plain(
        self, action: str, recall: Recall, shelf: offers.Shelf, channel: str, found: str = "", **given: Any
    ) -> Draft | None:
        """A response of the domain; `found` chooses among wordings, see the slot of that name."""
        settings = process.settings()
        slots = recall.slots | {"found": found}
        words = {"shop_name": settings.shop_name, "shop_phone": settings.shop_phone}
        words |= {"topics": shelf.topics(), "example": shelf.example()}
        return self.generate_from_slots(action, slots, channel, **{**given, **words})

    def _greet(self, action: str, recall: Recall, shelf: offers.Shelf, channel: str) -> Draft | None:
        return self._plain(
            action, recall, shelf, channel, next((name for word, name in _GREETED if word in recall.text), "")
        )

    def _article(self, action: str, recall: Recall, shelf: offers.Shelf, channel: str) -> Draft | None:
        return self._shown(recall.wanted_article, action, recall, shelf, channel)

    def _second_article(self, action: str, recall: Recall, shelf: offers.Shelf, channel: str) -> Draft | None:
        return self._shown(recall.second_article, action, recall, shelf, channel)

    def _shown(
        self, article_id: str | None, action: str, recall: Recall, shelf: offers.Shelf, channel: str
    ) -> Draft | None:
        article = shelf.get(article_id)
        if article is None:  # withdrawn between understanding and now
            return self._plain(action, recall, shelf, channel)
        said = article.wording(channel)
        text = said if recall.assents else without_assent(said)
        return {"text": text, "metadata": {"article_id": article.id} | recall.scores(article.id)}

    def _ask_solved(self, action: str, recall: Recall, shelf: offers.Shelf, channel: str) -> Draft | None:
        return self._plain(action, recall, shelf, channel, recall.left_open if recall.article_just_shown else "nothing")

    def _candidates(self, action: str, recall: Recall, shelf: offers.Shelf, channel: str) -> Draft | None:
        return self._offer(action, recall, shelf, channel, shelf.some(recall.candidates, 3))

    def _related(self, action: str, recall: Recall, shelf: offers.Shelf, channel: str) -> Draft | None:
        last = shelf.get(recall.last_shown)
        ids = [*(last.related if last else ()), *recall.likely_candidates]
        return self._offer(action, recall, shelf, channel, shelf.some(ids, 3, without=recall.shown))

    def _search_answer(self, action: str, recall: Recall, shelf: offers.Shelf, channel: str) -> Draft | None:
        return self._offer(action, recall, shelf, channel, shelf.search(recall.text, 3))

    def _repeat(self, action: str, recall: Recall, shelf: offers.Shelf, channel: str) -> Draft | None:
        if not recall.last_words:
            return self._plain(action, recall, shelf, channel)
        return {"text": recall.last_words, "buttons": recall.last_buttons}

    def _end(self, action: str, recall: Recall, shelf: offers.Shelf, channel: str) -> Draft | None:
        """The last words of a talk: the connector closes it behind them."""
        draft = self._plain(action, recall, shelf, channel)
        return draft and draft | {"metadata": {"over": True, "outcome": "refused"}}

    def _offer(
        self, action: str, recall: Recall, shelf: offers.Shelf, channel: str, articles: list[Article]
    ) -> Draft | None:
        draft = self._plain(action, recall, shelf, channel, "" if articles else "nothing")
        if draft is not None:
            draft["buttons"] = [*map(offers.button, articles), *draft.get("buttons", [])]
            draft["metadata"] = {"offered": [article.id for article in articles]}
        return draft
