"""The ways in and out: the public front door (aiohttp), the web chat, help pages, and the Rasa connector behind it."""
