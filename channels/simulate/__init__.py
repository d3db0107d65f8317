"""A strict stand-in for Twilio on loopback: for tests and for `python -m channels.simulate`.

What it does not prove: how well speech is recognised or read, that carriers deliver, real delays, Twilio's Advanced
Opt-Out, and whatever Twilio refuses that is not written in its documentation. Speech and pauses take no time.
"""
