"""`make audit`: asks a source of advisories (OSV) for each version that the locks name. Exit 1 when one is known to be
unsafe; where the source cannot be reached a line says so and the exit is 0."""

from __future__ import annotations

import json
import os
import re
import sys
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ("requirements.lock", "requirements-run.lock", "requirements-build.lock")
SOURCE = "https://api.osv.dev/v1/querybatch"
_SECONDS = 20


def locked() -> list[tuple[str, str]]:
    """Every package and version that a lock names."""
    text = "\n".join((ROOT / lock).read_text(encoding="utf-8") for lock in LOCKS)
    return sorted(set(re.findall(r"^([A-Za-z0-9][\w.-]*)==([\w.!+]+)", text, re.MULTILINE)))


def advisories(pinned: list[tuple[str, str]], source: str) -> dict[str, list[str]]:
    """The ids of what is known of each package, by "name version". Raises OSError when nobody can be asked."""
    asked = [{"package": {"name": name, "ecosystem": "PyPI"}, "version": version} for name, version in pinned]
    body = json.dumps({"queries": asked}).encode()
    request = urllib.request.Request(source, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=_SECONDS) as answer:
        results = json.load(answer)["results"]
    told = zip(pinned, results, strict=True)
    return {
        f"{name} {version}": [one["id"] for one in found["vulns"]]
        for (name, version), found in told
        if found.get("vulns")
    }


def main(source: str) -> int:
    """Say what is known, or that nobody could be asked."""
    pinned = locked()
    try:
        found = advisories(pinned, source)
    except (OSError, ValueError, KeyError) as error:
        reason = getattr(error, "reason", error)
        print(f"NOT AUDITED: no source of advisories can be reached ({type(error).__name__}: {reason})")
        return 0
    for name, ids in found.items():
        print(f"{name}: {', '.join(ids)}")
    print(f"{len(pinned)} packages audited, {len(found)} with advisories")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(os.environ.get("BLUEHELM_ADVISORIES", SOURCE)))
