"""`make licences`: what runs is built of these packages, under these licences, into docs/licences.md."""

from __future__ import annotations

import re
import sys
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "licences.md"
LOCK = ROOT / "requirements-run.lock"
HEAD = """# Licences

What `bluehelm` runs with, from the lock of what runs, and the licence that each package names. Made by
`make licences`; a test holds that it is complete. Bluehelm itself ([README](../README.md)) is under
MIT ([LICENSE](../LICENSE)).

| package | licence |
|---|---|
"""
UNKNOWN = "unknown"
# The same licence, as packages call it. Sources: SPDX's list of short names.
_CALLED = {
    "Apache-2.0": r"apache(?: software)?(?: license)?,?(?: version)? ?2\.0|apache software license|apache-2\.0",
    "MIT": r"(?:the )?mit(?: license)?(?: \(mit\))?",
    "BSD": r"(?:the )?(?:new )?bsd(?: license)?|(?:the )?bsd 2-clause license",
    "PSF-2.0": r"python software foundation license|psf(?:-2\.0)?",
    "MPL-2.0": r"mozilla public license 2\.0 \(mpl 2\.0\)|mpl-2\.0",
}
# What stands in a licence's own text, where a package names none.
_TEXTS = {
    "MIT": "Permission is hereby granted, free of charge",
    "BSD": "Redistribution and use in source and binary forms",
    "Apache-2.0": "Apache License",
    "MPL-2.0": "Mozilla Public License",
}


def packages() -> dict[str, str]:
    """What the lock of what runs names, each with its version; what is for other systems is left out."""
    rows = re.findall(r"^([A-Za-z0-9][\w.-]*)==([\w.]+)([^\\\n]*)", LOCK.read_text(encoding="utf-8"), re.MULTILINE)
    return {name: version for name, version, marker in rows if "python_full_version >=" not in marker}


def licence_of(name: str) -> str:
    """What an installed package says of itself, by the short name where it has one; `UNKNOWN` where it says nothing."""
    about = metadata.metadata(name)
    if told := about.get("License-Expression"):
        return told
    classes = [one.rpartition(" :: ")[2] for one in about.get_all("Classifier") or () if one.startswith("License ::")]
    texts = [about.get("License") or "", *classes]
    for told in texts:
        if found := next((short for short, form in _CALLED.items() if re.fullmatch(form, told.strip(), re.I)), None):
            return found
    short = next((told.strip() for told in texts if 0 < len(told.strip()) <= 40), None)
    return short or _by_text(name, texts[0])


def _by_text(name: str, text: str) -> str:
    files = [one for one in metadata.files(name) or () if re.search(r"licen[cs]e|copying", one.name, re.IGNORECASE)]
    held = [text, *(Path(str(one.locate())).read_text(encoding="utf-8", errors="replace") for one in files)]
    return next((short for short, mark in _TEXTS.items() if any(mark in one for one in held)), UNKNOWN)


def page() -> str:
    """The page as it should be."""
    return HEAD + "".join(f"| {name} | {licence_of(name)} |\n" for name in sorted(packages()))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.exit(any(licence_of(name) == UNKNOWN for name in packages()))
