"""A strict stand-in for Twilio on loopback: for tests and for `python -m channels.simulate`."""
