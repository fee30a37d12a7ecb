"""What the program depends on and what its image holds: declared, imported, locked, and nothing besides."""

from __future__ import annotations

import ast
import fnmatch
import re
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("bot", "feeds", "seeds", "config")
LOCKS = ("requirements.lock", "requirements-run.lock", "requirements-build.lock")
# What turns sources into packages or brings packages in: it has no business where the program runs.
BUILD_TOOLS = {"pip", "setuptools", "wheel", "hatchling", "editables", "build", "uv", "trove-classifiers"}
# Programs and plugins of the workshop, which nothing imports by name.
TOOLS = {"pytest-asyncio", "pytest-timeout", "pytest-xdist", "simcord", "mypy", "ruff", "types-jsonschema"}
# What is imported under another name than its package's.
PACKAGES = {"discord": "discord.py"}
# Another feed reader, measured beside ours, and a fuzzer: each in a place of its own.
ELSEWHERE = {"reader", "atheris"}


def _name(requirement: str) -> str:
    """The normalised name of a requirement."""
    return re.sub(r"[-_.]+", "-", re.match(r"[\w.-]+", requirement)[0]).lower()


@cache
def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def declared(*, tests: bool) -> set[str]:
    found = [*project()["project"]["dependencies"], *project()["project"]["optional-dependencies"]["learn"]]
    if tests:
        found += [row for row in project()["dependency-groups"]["dev"] if isinstance(row, str)]
    return {_name(row) for row in found}


def imported(*rooms: str) -> frozenset[str]:
    """The distributions whose packages are imported anywhere in these folders, by their normalised names."""
    return frozenset().union(*map(_imported_in, rooms))


@cache
def _imported_in(room: str) -> frozenset[str]:
    top = set()
    for path in (ROOT / room).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                top |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                top.add(node.module.partition(".")[0])
    outside = top - set(sys.stdlib_module_names) - {*ROOMS, "tests"} - ELSEWHERE
    return frozenset(_name(PACKAGES.get(name, name)) for name in outside)


def test_every_declared_dependency_is_imported():
    """What nobody imports is not installed on anyone's machine."""
    assert declared(tests=False) - imported(*ROOMS) == set()
    assert declared(tests=True) - imported(*ROOMS, "tests") - TOOLS == set()


def test_every_imported_package_is_declared():
    """None is there only because another package happens to bring it."""
    assert imported(*ROOMS) - declared(tests=False) == set()
    assert imported(*ROOMS, "tests") - declared(tests=True) == set()


def locked(lock: str) -> set[str]:
    rows = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    return {_name(row) for row in rows if re.match(r"[A-Za-z0-9]", row)}


@pytest.mark.parametrize("lock", LOCKS)
def test_locks_are_hashed_and_name_no_index(lock):
    """A lock says what, down to the last bit, and never where from."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    packages = re.split(r"\n(?=[A-Za-z0-9])", text.strip())
    assert packages and all("==" in one and "--hash=sha256:" in one for one in packages)
    assert re.search(r"https?://|--(extra-)?index|--find-links|file:", text) is None


def test_the_locks_hold_what_is_declared():
    """The whole workshop in one, what runs in the second, what builds in the third."""
    workshop, running, building = (locked(lock) for lock in LOCKS)
    assert declared(tests=True) <= workshop
    assert {_name(row) for row in project()["project"]["dependencies"]} <= running <= workshop
    assert {_name(row) for row in project()["build-system"]["requires"]} <= building <= workshop
    assert running & BUILD_TOOLS == set()
    assert "pytest" not in running | building


def stages() -> list[list[str]]:
    """The instructions of the Dockerfile, stage by stage, with their continued lines joined."""
    text = re.sub(r"\\\n\s*", "", (ROOT / "Dockerfile").read_text(encoding="utf-8"))
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    starts = [number for number, line in enumerate(lines) if line.startswith("FROM ")]
    return [lines[start:end] for start, end in zip(starts, [*starts[1:], None], strict=True)]


def test_the_running_image_has_no_build_tools():
    """Its environment is made without an installer and filled from outside; the base image's own is taken away."""
    build, final = stages()
    assert any("venv --without-pip /opt/bluehelm" in line for line in build)
    assert not any("/opt/bluehelm/bin/pip" in line for line in (*build, *final))
    assert [line for line in final if line.startswith("COPY --from")] == [
        "COPY --from=build /opt/bluehelm /opt/bluehelm"
    ]
    assert any("pip uninstall --yes" in line and "ensurepip" in line for line in final)
    assert not any(re.search(r"pip\S* (install|wheel|download)|apt-get|curl|wget", line) for line in final)


def test_what_the_image_installs_is_locked():
    """Every installation asks for hashes, or takes nothing from an index at all."""
    build, _ = stages()
    asked = [
        part for line in build if line.startswith("RUN") for part in line.split("&&") if re.search(r"/pip\b", part)
    ]
    assert len(asked) == 4
    assert all("--require-hashes" in part or "--no-index" in part for part in asked)


def test_the_image_runs_as_nobody_special():
    """Its last word on users is one of its own, who owns the data and nothing else."""
    users = [line.split()[1] for line in stages()[-1] if line.startswith("USER")]
    assert users and users[-1].isdecimal() and users[-1] != "0"  # a number tells the host who that is
    assert any(f"useradd --system --uid {users[-1]} " in line for line in stages()[-1])
    assert any(f"chown {users[-1]} /data" in line for line in stages()[-1])


def _ignored(path: str) -> bool:
    rows = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    top = path.partition("/")[0]
    return any(fnmatch.fnmatch(top, row) or fnmatch.fnmatch(f"/{path}", row.replace("**", "*")) for row in rows)


def test_what_the_image_copies_is_there():
    """Every source exists and is sent along; tests, data and secrets are not."""
    copied = [line.split()[1:-1] for stage in stages() for line in stage if line.startswith("COPY ")]
    sources = [source for row in copied if not row[0].startswith("--from") for source in row]
    assert sources
    for source in sources:
        assert list(ROOT.glob(source)), source
        assert not _ignored(source), source
    for private in ("tests", "data", "secrets", ".env", ".git", ".venv", "bluehelm.db", "bot/__pycache__"):
        assert _ignored(private), private


def test_compose_mounts_what_an_operator_edits():
    """The configuration and the seeds of this folder stand where the image reads them, read-only; of the seeds it reads
    the watches, for the program and its lexicon are in the image."""
    mounts = re.findall(r"- \./(\S+):(\S+):ro", (ROOT / "compose.yaml").read_text(encoding="utf-8"))
    assert dict(mounts) == {"config": "/app/config", "seeds": "/app/seeds"}
    assert all((ROOT / here).is_dir() for here, _ in mounts)
    config = tomllib.loads((ROOT / "config" / "bluehelm.toml").read_text(encoding="utf-8"))
    assert config.get("watches", "seeds/watches") == "seeds/watches"


def compose() -> dict:
    """compose.yaml as a tree; of YAML only what that file uses: tables by indentation, lists, [short lists], texts."""
    tree: dict = {}
    open_ends: list[tuple[int, object]] = [(-1, tree)]
    for line in (ROOT / "compose.yaml").read_text(encoding="utf-8").splitlines():
        text, depth = line.strip(), len(line) - len(line.lstrip())
        if not text or text.startswith("#"):
            continue
        while open_ends[-1][0] >= depth:
            open_ends.pop()
        inner = open_ends[-1][1]
        if text.startswith("- "):
            inner.setdefault("", []).append(text[2:])
            continue
        key, _, value = text.partition(":")
        assert key not in inner, line
        inner[key] = value.strip().strip('"') if value.strip() else {}
        open_ends.append((depth, inner[key]))
    return tree


def test_compose_is_as_linters_want_it():
    """The project has a name, its one service is built and not also drawn, and its keys stand in the usual order."""
    assert list(compose()) == ["name", "services", "volumes", "secrets"]
    (service,) = compose()["services"].values()
    assert "image" not in service
    usual = [
        "build", "volumes", "secrets", "environment", "env_file", "restart", "logging", "cap_drop", "mem_limit",
        "read_only", "security_opt", "stop_grace_period", "tmpfs",
    ]  # fmt: skip
    assert list(service) == usual


def test_the_container_may_do_next_to_nothing():
    """Nothing is written but the volume and /tmp, no right is kept or gained, memory and logs are bounded."""
    (service,) = compose()["services"].values()
    assert (service["read_only"], service["cap_drop"]) == ("true", "[ALL]")
    assert "no-new-privileges:true" in service["security_opt"]
    assert service["tmpfs"][""] == ["/tmp"]
    assert service["mem_limit"] and set(service["logging"]["options"]) == {"max-size", "max-file"}
    assert [mount for mount in service["volumes"][""] if not mount.endswith(":ro")] == ["data:/data"]


def test_the_token_is_a_secret_file_that_stays_here():
    """The program is told of the secret's file, and neither git nor an image takes it along."""
    (service,) = compose()["services"].values()
    (name,) = service["secrets"][""]
    assert service["environment"] == {"DISCORD_TOKEN_FILE": f"/run/secrets/{name}"}
    folder, file = Path(compose()["secrets"][name]["file"]).parts
    assert file == name
    assert _ignored(folder)
    assert f"/{folder}/" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_every_instruction_of_the_image_is_as_linters_want_it():
    """Bases are tagged, folders absolute, nothing runs by sudo, and what the image starts is no shell."""
    lines = [line for stage in stages() for line in stage]
    bases = [line.split()[1] for line in lines if line.startswith("FROM")]
    assert all(re.fullmatch(r"[a-z]+:\d[\w.-]+", base) for base in bases)
    assert all(line.split()[1].startswith("/") for line in lines if line.startswith("WORKDIR"))
    assert not any(re.search(r"\bsudo\b|\bcd \b|^ADD |^MAINTAINER ", line) for line in lines)
    started = [line for line in lines if line.startswith(("CMD", "ENTRYPOINT"))]
    assert started and all(re.search(r"\[.*\]$", line) for line in started)
    assert sum("HEALTHCHECK" in line for line in lines) == 1
