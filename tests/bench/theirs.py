"""Polls the benchmark's feeds with lemon24/reader; runs in an environment of its own, without our packages.

Run as `python theirs.py COUNT PORT DATABASE`; speaks the protocol of `tests.bench_poll` on its pipes. It asks with one
worker (several cost it more) and looks through what is new with one expression, the least a bot would do.
"""

import re
import sys
import time

from reader import make_reader

HOSTS = 250
TOPIC = re.compile(r"\b(?:mission|peacekeep|casques bleus|بعثة)\b", re.IGNORECASE)


def address(number):
    return f"127.0.{1 + number % HOSTS // 200}.{1 + number % HOSTS % 200}"


def main(count, port, database):
    reader = make_reader(database)
    for number in range(count):
        reader.add_feed(f"http://{address(number)}:{port}/{number}", exist_ok=True)
    reader.enable_search()
    print("ready", flush=True)
    while sys.stdin.readline():
        before = time.process_time()
        asked = new = failures = 0
        for result in reader.update_feeds_iter(scheduled=False, workers=1):
            asked += 1
            if isinstance(result.value, Exception):
                failures += 1
            elif result.value is not None:
                new += result.value.new
        if new:
            reader.update_search()
            for entry in reader.get_entries(read=False):
                TOPIC.search(f"{entry.title} {entry.summary or ''}")
                reader.mark_entry_as_read(entry)
        print(time.process_time() - before, asked, new, failures, flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
