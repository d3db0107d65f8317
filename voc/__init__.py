"""What customers said (顧客の声): writer, store, reports, and the Rasa event broker."""
