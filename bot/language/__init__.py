"""Understanding Japanese customers, without Rasa: GiNZA, encoders, article selector, dialogue classifier, gate."""
