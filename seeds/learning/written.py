"""Files that belong together, written together: all of them, or none."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def write_together(texts: Mapping[Path, str]) -> None:
    """Write each text to its file. All are written beside their targets first and then put in place; when one cannot
    be, those that were are put back. Raises OSError.
    """
    waiting = {target: target.with_name(f".{target.name}.new") for target in texts}
    former: dict[Path, bytes | None] = {}
    try:
        for target, beside in waiting.items():
            beside.write_text(texts[target], encoding="utf-8")
        for target, beside in waiting.items():
            before = target.read_bytes() if target.exists() else None
            beside.replace(target)
            former[target] = before
    except OSError:
        _put_back(former)
        raise
    finally:
        for beside in waiting.values():
            beside.unlink(missing_ok=True)


def _put_back(former: Mapping[Path, bytes | None]) -> None:
    for target, content in former.items():
        if content is None:
            target.unlink(missing_ok=True)
        else:
            target.write_bytes(content)
