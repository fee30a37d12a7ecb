"""How the tests are run."""

import os

import pytest
from hypothesis import settings

# No test, nor any program that one starts, reads the token of whoever runs it.
os.environ["BLUEHELM_ENV_FILE"] = ""

# `make fast`: a property that breaks mostly breaks soon; `make test` looks longer.
settings.register_profile("fast", max_examples=20)


@pytest.fixture
async def server():
    """A fake Discord over real sockets; what it was sent is checked at the end."""
    from tests.discord_kit import checked_server

    async with checked_server() as running:
        yield running
