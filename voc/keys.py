"""Redis keys of the VOC room."""

from __future__ import annotations

# Stream: what only Rasa knows of a turn, one entry a customer message, no raw text (broker → writer).
EVENTS = "events"
# Field of an entry of EVENTS that holds its JSON.
EVENT_FIELD = "json"
# Consumer group of the writers on `feed` and `events`.
GROUP = "voc"
