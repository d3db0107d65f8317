"""Telephone and SMS by Twilio: its webhooks at the door, what is said over them, and what is sent through its API."""
