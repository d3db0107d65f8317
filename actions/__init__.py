"""What we do in the middle of a conversation (rasa-sdk)."""
