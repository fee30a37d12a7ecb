"""How the tests are run."""

import gc
import os
import subprocess
import sys

import pytest
from hypothesis import settings
from hypothesis.database import InMemoryExampleDatabase
from simcord.env import Env

from tests import forked, newborn, planted
from tests.proofs import PROFILES

# No test, nor any program that one starts, reads the token of whoever runs it.
os.environ["BLUEHELM_ENV_FILE"] = ""

# What is compiled is kept, whoever runs the tests: to compile it anew costs each worker ten seconds of CPU, and each
# program that a test starts one more.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# Where the tree may not be written, what failed is remembered for this run alone: else hypothesis warns of it, and a
# warning is a failure here.
_PLACE = ".hypothesis" if os.path.exists(".hypothesis") else os.curdir
_REMEMBERED = {} if os.access(_PLACE, os.W_OK) else {"database": InMemoryExampleDatabase()}
for name, most in PROFILES.items():
    settings.register_profile(name, max_examples=most, deadline=None, **_REMEMBERED)  # what is bounded is so by its CPU
settings.load_profile("usual")


@pytest.fixture
async def server():
    """A fake Discord over real sockets; what it was sent is checked at the end."""
    from tests.discord_kit import checked_server

    async with checked_server() as running:
        yield running


@pytest.fixture(scope="session")
def demo_archive(tmp_path_factory, worker_id):
    """The demo's archive at its end, played once for all processes of a session; whoever changes it makes a copy."""
    from tests.demo_kit import played

    folder = tmp_path_factory.getbasetemp()
    return played(folder if worker_id == "master" else folder.parent)


# How long the simulated Discord waits before it looks again whether the bot has come to rest: its twentieth of a second
# is most of the time that its tests take.
Env._settle_internal.__kwdefaults__["idle"] = 0.004
# … and how long at most: a picture is drawn by a process of its own, which a busy machine may keep waiting.
Env.__init__.__kwdefaults__["settle_timeout"] = 30.0

planted.watch_programs()
newborn.make_once()
forked.fork_readers()


@pytest.fixture
def started_readers(monkeypatch):
    """The reading processes of this test are programs, started as in production, not forks of the tests."""
    monkeypatch.setattr("feeds.worker.process.subprocess", subprocess)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """A test that gave the planted secret away has failed, whatever it asserts; looked at when all of it is over."""
    report = yield
    if call.when != "teardown":
        return report
    found = [f"captured {key}" for _, key, content in item._report_sections if planted.PLANTED in content]
    folder = getattr(item, "funcargs", {}).get("tmp_path")
    found += planted.taken() + (planted.files_with_it(folder) if folder else [])
    if found:
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} gave the planted secret away: {', '.join(sorted(set(found)))}"
    return report


@pytest.fixture(autouse=True)
def _read_captures(monkeypatch):
    """What a test reads of its own output is looked through as well."""
    read = pytest.CaptureFixture.readouterr

    def readouterr(self):
        told = read(self)
        for part in told:
            planted.look(part, "what was read of the output")
        return told

    monkeypatch.setattr(pytest.CaptureFixture, "readouterr", readouterr)


def pytest_collection_finish():
    """What was imported and collected stays to the end: to look through it at every collection costs a tenth of all.
    To collect as often as Python does by itself costs some more."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
