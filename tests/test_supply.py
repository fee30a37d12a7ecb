"""What others wrote and we run: its licences are listed, its advisories are looked up where that can be done."""

from __future__ import annotations

import http.server
import json
import re
import threading

import pytest

from tests import audit, licences


def test_the_licences_of_all_that_runs_are_listed():
    """`make licences` would change nothing; every package names one."""
    assert licences.PAGE.read_text(encoding="utf-8") == licences.page(), "say: make licences"
    assert licences.UNKNOWN not in licences.page()


def test_no_licence_asks_for_more_than_its_notice():
    """What binds who runs the bot (AGPL) or who ships it (GPL without a choice) is not among them."""
    for name in licences.packages():
        told = licences.licence_of(name)
        free = [one for one in re.split(r"\bOR\b", told) if not re.search(r"\bA?GPL|SSPL|BUSL", one)]
        assert free, (name, told)


class Source(http.server.BaseHTTPRequestHandler):
    """Knows of one unsafe version."""

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
        results = [{"vulns": [{"id": "GHSA-x"}]} if one["package"]["name"] == "aiohttp" else {} for one in asked]
        body = json.dumps({"results": results}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def source():
    server = http.server.HTTPServer(("127.0.0.1", 0), Source)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_unsafe_version_ends_the_audit_with_1(source, capsys):
    """Every locked version is asked for; what is known is named."""
    assert audit.main(source) == 1
    told = capsys.readouterr().out
    assert re.search(r"^aiohttp [\d.]+: GHSA-x$", told, re.MULTILINE)
    assert f"{len(audit.locked())} packages audited, 1 with advisories" in told


def test_an_audit_that_could_not_be_made_says_so(capsys):
    """Where no source can be reached nothing fails, and nobody takes it for a clean bill."""
    assert audit.main("http://127.0.0.1:9/") == 0
    assert capsys.readouterr().out.startswith("NOT AUDITED")
