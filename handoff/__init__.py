"""The waiting room between the bot and people: tickets, queues, business calendar. No Rasa, no HTTP."""
