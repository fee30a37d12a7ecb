"""What the bot holds in memory, it and its workers added up; `make figures` measures the same for longer."""

import multiprocessing

import pytest

from tests.figures import measure, serve

GOAL = 150  # MB


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_the_bot_and_its_worker_stay_small_together(tmp_path):
    """The program reads ten megabytes and pages, flags items in seven languages, and never holds more than its goal."""
    port, fewest = multiprocessing.Value("i", 0), multiprocessing.Value("i", 0)
    server = multiprocessing.Process(target=serve, args=(port, fewest), daemon=True)
    server.start()
    try:
        while not port.value:
            assert server.is_alive()
        _, peak = measure(tmp_path, port.value, fewest, 2)
    finally:
        server.kill()
    assert len(peak.each) == 2  # the worker was at work, and was one
    assert peak.together < GOAL, peak.each
