"""What happens while the bot is killed: events, each told by one feed and later, with more dead, by others."""

from __future__ import annotations

import asyncio
from email.utils import format_datetime
from html import escape

from aiohttp import web

PLACES = (
    "Gao", "Kidal", "Timbuktu", "Mopti", "Douentza", "Bandiagara", "Goundam", "Bourem", "Tessalit", "Bankass",
    "Niono", "Markala", "Kolokani", "Nioro", "Sikasso", "Koutiala",
)  # fmt: skip
SOLDIERS = (
    "Chad", "Togo", "Egypt", "Bangladesh", "Niger", "Senegal", "Guinea", "Burkina Faso", "Germany", "Sweden", "Nigeria",
    "Benin", "Nepal", "Cambodia", "Jordan", "Sri Lanka",
)  # fmt: skip
NUMBERS = ("One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")
FEEDS = ("wire", "herald", "gazette")


class Press:
    """Three feeds on loopback that show all that was written, newest first; but those that are `away`."""

    def __init__(self):
        self.items, self.away = {name: [] for name in FEEDS}, set()
        self.asked = asyncio.Event()

    async def __aenter__(self):
        app = web.Application()
        app.router.add_get("/{name}", self._feed)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.base = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_):
        await self._runner.cleanup()

    def write(self, feed, event, dead, at):
        """Tell of an event with so many dead; returns the item's address."""
        place, country, number = PLACES[event], SOLDIERS[event], NUMBERS[dead - 1]
        link = f"https://{feed}.example.org/{event}-{dead}"
        title = f"{number} UN peacekeepers killed in attack near {place}"
        lead = (
            f"{number} peacekeepers from {country} serving with the UN mission in Mali, MINUSMA, were killed when "
            f"their convoy was attacked near {place}, the mission said."
        )
        self.items[feed].insert(0, (title, lead, link, at))
        return link

    async def _feed(self, request):
        self.asked.set()
        if request.match_info["name"] in self.away:
            return web.Response(status=503)
        items = "".join(
            f"<item><title>{escape(title)}</title><link>{link}</link><guid>{link}</guid>"
            f"<pubDate>{format_datetime(at)}</pubDate><description>{escape(lead)}</description></item>"
            for title, lead, link, at in self.items[request.match_info["name"]]
        )
        head = "<title>News</title><link>https://wire.example.org/</link><description>News</description>"
        body = f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{items}</channel></rss>'
        return web.Response(text=body, content_type="application/rss+xml")
