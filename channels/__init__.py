"""The ways in and out: the public front door (aiohttp), one file per way, the widget, the Rasa connector behind it."""
