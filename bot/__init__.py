"""How we understand and decide: thin Rasa adapters here, the language process in `language/`."""
