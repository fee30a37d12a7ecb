"""Kill the bot a thousand times and more: `python -m tests.crash [--kills 1000] [--seed 1] [--minutes 60]`."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

from tests.crash.machine import crash


def main():
    wishes = argparse.ArgumentParser(description=__doc__)
    wishes.add_argument("--kills", type=int, default=1000)
    wishes.add_argument("--round", type=int, default=25, help="kills between two judgements")
    wishes.add_argument("--seed", default="1")
    wishes.add_argument("--at-once", type=int, default=2, help="rounds that are played beside each other")
    wishes.add_argument("--minutes", type=float, help="begin no round after so many")
    args = wishes.parse_args()
    folder, began = Path(tempfile.mkdtemp(prefix="crash-")), time.monotonic()
    more = {"a_round": args.round, "minutes": args.minutes, "at_once": args.at_once, "said": _say}
    counts, wrong = asyncio.run(crash(args.kills, args.seed, folder, **more))
    for name, count in sorted(counts.items()):
        print(f"{count:7}  {name}")
    kinds = ("lost", "doubled", "stale", "out of order")
    verdict = ", ".join(f"{sum(f' {kind}:' in line for line in wrong)} {kind}" for kind in kinds)
    print(f"{verdict} in {time.monotonic() - began:.0f} s")
    if wrong:
        print("The archives of the rounds that went wrong are kept in", folder)
    sys.exit(bool(wrong))


def _say(*lines, **how):
    print(*lines, **how, flush=True)


if __name__ == "__main__":
    main()
