"""Rasa's file importer, which also knows the intents that no customer types: buttons and decisions."""

from __future__ import annotations

from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

_CORE_INTENTS = {"back", "nlu_fallback", "out_of_scope", "restart", "session_start"}


class CommandImporter(RasaFileImporter):
    """Gives each such intent of the domain its command (`/solved`) as example, so that Rasa validates it.

    Nothing is trained from these; data/nlu/ stays what people really say.
    """

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        typed = super().get_nlu_data(language)
        commands = sorted(set(self.get_domain().intents) - typed.intents - _CORE_INTENTS)
        examples = [Message.build(text=f"/{intent}{rest}", intent=intent) for intent in commands for rest in ("", "{}")]
        return typed.merge(TrainingData(examples))
