"""A watch's folder, made whole: its files written and what its documents teach learned."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from seeds.learning.documents import Sample
from seeds.learning.study import relearn
from seeds.making.write import WatchDraft, write_watch

#: What is made in it beside `documents/`; all else in the folder is by hand and stays.
MADE = ("watch.toml", "gazetteer.toml", "patterns.toml")


def make_folder(made: WatchDraft, samples: Sequence[Sample], target: Path) -> None:
    """Write the folder, all of it or nothing: it is made beside the target first. Raises OSError or LexiconError."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as place:
        folder = Path(place) / target.name
        if target.is_dir():
            shutil.copytree(target, folder, ignore=shutil.ignore_patterns("documents", *MADE))
        write_watch(made, samples, folder)
        (folder / "patterns.toml").write_text(relearn(folder).dump(), encoding="utf-8")
        target.mkdir(exist_ok=True)
        shutil.rmtree(target / "documents", ignore_errors=True)
        for part in ("documents", *MADE):
            (folder / part).replace(target / part)
