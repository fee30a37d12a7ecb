"""A third transport, as somebody may write one: plain lines on a tape, which can be neither edited nor looked at."""

from __future__ import annotations

from pydantic import BaseModel

from bot.delivery.spec import TransportSpec, own_table
from bot.delivery.transport import Capabilities, Sent, Transport
from bot.fit import Fitter, Limits
from bot.wording.formats import cut

LONGEST = 500


class TelegraphOptions(BaseModel):
    prefix: str = ">"
    office: str


class Telegraph(Transport):
    name = "telegraph"
    capabilities = Capabilities(limits=Limits(text=LONGEST, message=LONGEST, card=LONGEST, field=200, files=0))

    def __init__(self, office):
        self.office, self.tape = office, []
        self._fitter = Fitter(self.capabilities.limits)

    async def send(self, delivery, cards, channel):
        said = [line for card in self._fitter.message(cards) for line in written(card)]
        return self._type("\n".join(said))

    async def note(self, delivery, text, channel):
        return self._type(cut(text, LONGEST))

    def _type(self, text):
        self.tape.append(text)
        return Sent(f"{self.office}-{len(self.tape)}")


def written(card):
    lines = [*card.lines, *(line for field in card.fields for line in field.lines)]
    return filter(None, (card.title, *("".join(span.text for span in line) for line in lines), card.footer))


def options(settings):
    return own_table(settings, "telegraph", TelegraphOptions)


SPEC = TransportSpec(
    name="telegraph",
    options=options,
    build=lambda around: Telegraph(options(around.settings).office),
    place="the telegraph",
    greeting=lambda settings: f"Telegraphing from {options(settings).office}.",
    wanted=lambda settings: "telegraph" in settings.transport,
)
