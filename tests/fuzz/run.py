"""`make fuzz`: coverage-guided fuzzing of every target for FUZZ_SECONDS in all (an hour if nothing is said).

By atheris (libFuzzer) where it can be had, which is installed beside the environment and never into it; else by a small
loop of our own that keeps what reached new lines. Inputs that broke something are left in build/fuzz. Exit 1 then.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import random
import re
import subprocess
import sys
import time
import traceback
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PLACE = ROOT / "build" / "fuzz"
LIBRARY = PLACE / "lib"
ATHERIS = "atheris==3.0.0"
ROOMS = tuple(str(ROOT / room) for room in ("bot", "feeds", "seeds", "config"))


def main() -> int:
    """The targets one after the other, each in a process of its own, with a line of counts each."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seconds", type=float, default=float(os.environ.get("FUZZ_SECONDS", "3600")))
    asked.add_argument("--target", action="append")
    asked.add_argument("--inside", help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.inside:
        return inside(given.inside, given.seconds)
    from tests.fuzz.targets import SEEDS

    names = given.target or list(SEEDS)
    library = "atheris" if had() else "our own loop"
    print(f"{library}, {given.seconds / len(names):.0f} s a target")
    return max(apart(name, given.seconds / len(names)) for name in names)


def had() -> bool:
    """Whether atheris is there, after a try to get it."""
    if not (LIBRARY / "atheris").is_dir():
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--only-binary", ":all:"]
        subprocess.run([*pip, "--target", str(LIBRARY), ATHERIS], check=False, capture_output=True)
    return (LIBRARY / "atheris").is_dir()


def apart(name: str, seconds: float) -> int:
    """One target in its own process; what it counted."""
    place = PLACE / name
    place.mkdir(parents=True, exist_ok=True)
    env = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{LIBRARY}"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.run", "--inside", name, "--seconds", str(seconds)],
        cwd=ROOT, env=env, capture_output=True, text=True, errors="replace", check=False,
    )  # fmt: skip
    (place / "log").write_text(done.stdout + done.stderr)
    count = re.findall(r"(?:number_of_executed_units: |^inputs )(\d+)", done.stdout + done.stderr, re.MULTILINE)
    reached = re.findall(r"(?:cov: |^lines )(\d+)", done.stdout + done.stderr, re.MULTILINE)
    bad = done.returncode != 0
    print(f"{name}: {count[-1] if count else '?'} inputs, coverage {reached[-1] if reached else '?'}, "
          f"{'A FINDING, see ' + str(place.relative_to(ROOT)) if bad else 'no finding'}", flush=True)  # fmt: skip
    return int(bad)


def inside(name: str, seconds: float) -> int:
    """The process of a target."""
    if importlib.util.find_spec("atheris") is not None:
        return by_atheris(name, seconds)
    from tests.fuzz.targets import SEEDS, run

    return by_ourselves(name, seconds, SEEDS[name][1], run, random.Random(0))


def by_atheris(name: str, seconds: float) -> int:
    """By libFuzzer, which ends the process itself."""
    import atheris

    with atheris.instrument_imports(include=["bot", "feeds", "seeds", "config", "feedparser", "tests.fuzz"]):
        from tests.fuzz.targets import SEEDS, WORDS, run

    place = PLACE / name
    corpus = place / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for at, seed in enumerate(SEEDS[name][1]):
        (corpus / f"seed{at}").write_bytes(seed)
    words = place / "words"
    words.write_text("".join('"' + "".join(f"\\x{byte:02x}" for byte in one) + '"\n' for one in WORDS))
    flags = [f"-max_total_time={int(seconds)}", "-max_len=20000", f"-dict={words}", f"-artifact_prefix={place}/",
             "-print_final_stats=1", "-rss_limit_mb=2500", "-timeout=60", "-len_control=50"]  # fmt: skip
    atheris.Setup([sys.argv[0], *flags, str(corpus)], lambda body: run(name, body))
    atheris.Fuzz()
    return 0


def by_ourselves(name, seconds, seeds, run, chance, most=None) -> int:
    """Inputs that reach lines which none reached before are grown further; how many were tried, and lines reached."""
    from tests.fuzz.targets import WORDS

    corpus, seen, tried, bad = [*seeds], set(), 0, 0
    until = time.monotonic() + seconds
    while time.monotonic() < until and (most is None or tried < most):
        body = corpus[tried] if tried < len(seeds) else grown(chance.choice(corpus), corpus, WORDS, chance)
        reached: set[tuple[str, int]] = set()
        tried += 1
        before = sys.gettrace()
        sys.settrace(_watching(reached))
        try:
            run(name, body)
        except Exception:
            sys.settrace(before)
            bad += 1
            place = PLACE / name
            place.mkdir(parents=True, exist_ok=True)
            (place / f"crash-{tried}").write_bytes(body)
            traceback.print_exc()
        finally:
            sys.settrace(before)
        if not reached <= seen:
            seen |= reached
            corpus.append(body)
    print(f"inputs {tried}\nlines {len(seen)}")
    return int(bad > 0)


def _watching(reached):
    def line(frame, event, _):
        reached.add((frame.f_code.co_filename, frame.f_lineno))
        return line

    def call(frame, event, _):
        return line if frame.f_code.co_filename.startswith(ROOMS) else None

    return call


def grown(body: bytes, corpus, words, chance: random.Random) -> bytes:
    """A body that differs a little, or in much, from one that is kept."""
    made = bytearray(body)
    for _ in range(1 << chance.randint(0, 4)):
        at = chance.randint(0, len(made))
        match chance.randint(0, 6):
            case 0:
                made[at:at] = chance.choice(words)
            case 1:
                del made[at : at + (1 << chance.randint(0, 6))]
            case 2:
                made[at : at + 1] = bytes([chance.randrange(256)])
            case 3:
                other = chance.choice(corpus)
                start = chance.randint(0, len(other))
                made[at:at] = other[start : start + chance.randint(0, 200)]
            case 4:
                made[at:at] = made[at : at + (1 << chance.randint(0, 8))]
            case 5:
                made[at:at] = chance.choice(words) * (1 << chance.randint(0, 6))
            case _ if made:
                made[at % len(made)] ^= 1 << chance.randrange(8)
    return bytes(made[:20_000])


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
