"""One polling program a database."""

import fcntl
import os
import signal
import stat
import subprocess
import sys
import threading

import pytest

from feeds.store.db.lock import LockedError, holder, lock


@pytest.fixture
def database(tmp_path):
    return tmp_path / "data" / "archive.db"


def test_a_second_program_is_refused_with_one_line(database):
    """The line names the database and the process that has it."""
    with lock(database), pytest.raises(LockedError) as refused, lock(database):
        pass
    assert str(refused.value) == f"{database}: another bluehelm (process {os.getpid()}) uses this database"


def test_the_lock_is_free_again_afterwards(database):
    """Also after an error inside."""
    with pytest.raises(ZeroDivisionError), lock(database):
        1 / 0  # noqa: B018
    with lock(database):
        pass


def test_two_databases_do_not_mind_each_other(database):
    """Two bots on one machine are fine."""
    with lock(database), lock(database.with_name("other.db")):
        pass


def test_a_place_that_cannot_be_written_is_one_line(tmp_path):
    """The operator's path leads nowhere."""
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(LockedError, match=r"archive\.db: "), lock(tmp_path / "file" / "archive.db"):
        pass


def test_who_only_looks_who_has_it_is_in_nobodys_way(database):
    """The look holds the lock for an instant, in which a starting bot waits instead of giving up."""
    with lock(database):
        pass
    with database.with_name("archive.db.lock").open() as looking:
        fcntl.flock(looking, fcntl.LOCK_SH)
        threading.Timer(0.03, lambda: fcntl.flock(looking, fcntl.LOCK_UN)).start()
        with lock(database):
            assert holder(database) == str(os.getpid())
    assert holder(database) is None


def test_the_file_is_for_its_owner_alone(database):
    """Also one that an earlier version left."""
    for _ in range(2):
        with lock(database):
            pass
        file = database.with_name("archive.db.lock")
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        file.chmod(0o644)


def test_what_is_no_file_is_not_waited_for(database):
    """A pipe in its place is one line, and nobody has it."""
    database.parent.mkdir()
    os.mkfifo(f"{database}.lock")
    with pytest.raises(LockedError, match=r"archive\.db: .*it is no file"), lock(database):
        pass
    assert holder(database) is None


def test_a_killed_program_leaves_no_lock(database):
    """The system lets go of it; nobody has to clear up."""
    code = f"""
import pathlib, time
from feeds.store.db.lock import lock
with lock(pathlib.Path({str(database)!r})):
    print("have it", flush=True)
    time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout.readline() == "have it\n"
        with pytest.raises(LockedError, match=f"process {child.pid}"), lock(database):
            pass
        child.send_signal(signal.SIGKILL)
    with lock(database):
        pass
