"""The conversation stream: every word of customer, bot, agent and system, numbered. Redis; no Rasa, no HTTP."""
