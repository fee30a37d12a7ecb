"""How the tests are run."""

import os
import sys

import pytest
from hypothesis import settings

from tests.proofs import PROFILES

# No test, nor any program that one starts, reads the token of whoever runs it.
os.environ["BLUEHELM_ENV_FILE"] = ""

# What is compiled is kept, whoever runs the tests: to compile it anew costs each worker ten seconds of CPU, and each
# program that a test starts one more.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

for name, most in PROFILES.items():
    settings.register_profile(name, max_examples=most, deadline=None)  # what has a bound has one on its CPU
settings.load_profile("usual")


@pytest.fixture
async def server():
    """A fake Discord over real sockets; what it was sent is checked at the end."""
    from tests.discord_kit import checked_server

    async with checked_server() as running:
        yield running
