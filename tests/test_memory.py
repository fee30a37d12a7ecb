"""What the bot holds in memory, it and its workers added up; `make figures` measures the same for longer."""

import multiprocessing

import pytest

from tests.figures import ONE, TEN_IN_FRENCH, measure, serve
from tests.proofs import only_in_full

# MB, of a goal of 150: what was measured and some more, so that whoever adds five hears of it. Ten watches in French
# take 149 to 150 alone; beside other tests, where a page is read while a large body is, up to 157: over the goal.
LIMITS = {ONE: 147, TEN_IN_FRENCH: 158}


@pytest.mark.slow
@pytest.mark.timeout(240)
@pytest.mark.parametrize("form", [pytest.param(ONE, marks=only_in_full()), TEN_IN_FRENCH], ids=str)
def test_the_bot_and_its_worker_stay_small_together(tmp_path, form):
    """The program reads ten megabytes and pages, flags items in seven languages, and never holds more than its limit:
    with ten watches, in French; with one, in English, when all is run in full."""
    port, fewest = multiprocessing.Value("i", 0), multiprocessing.Value("i", 0)
    server = multiprocessing.Process(target=serve, args=(port, fewest), daemon=True)
    server.start()
    try:
        while not port.value:
            assert server.is_alive()
        _, peak = measure(tmp_path, port.value, fewest, 2, form)
    finally:
        server.kill()
    assert len(peak.each) == 2  # the worker was at work, and was one
    assert peak.together < LIMITS[form], peak.each
