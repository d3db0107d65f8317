"""The fixtures of tests/bot: contracts are tested against the same running bot."""

from tests.bot.conftest import (  # noqa: F401
    agent,
    environment,
    language,
    language_socket,
    shelf,
    shop,
)
