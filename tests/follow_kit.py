"""What tests of follows build their cases from: a letterbox in the place of a transport, and a teller that uses it."""

from __future__ import annotations

from bot.delivery.transport import Rejected, Retry, Sent, Transport
from bot.follows.teller import Teller
from feeds.model import Cause, CauseKind, Follower, FollowRequest

AWA, KOFI = Follower("discord", "1", "7"), Follower("discord", "1", "8")
ELSEWHERE = Follower("discord", "2", "7")  # Awa in another server
AWAY = Retry(Cause(CauseKind.NO_ANSWER))
CLOSED, LEFT = Rejected(Cause(CauseKind.DM_CLOSED)), Rejected(Cause(CauseKind.MEMBER_LEFT))


class Letterbox(Transport):
    """Keeps what followers are told; `answers` are given first, one a message."""

    name = "discord"

    def __init__(self, *answers):
        self.answers, self.letters, self.looked = list(answers), [], []

    async def send(self, delivery, cards, channel):
        return Sent(delivery.id)

    async def note(self, delivery, text, channel):
        return Sent(delivery.id)

    async def tell(self, telling, stories):
        if telling.doubtful:
            self.looked.append(telling.id)
        answer = self.answers.pop(0) if self.answers else Sent("1")
        if isinstance(answer, Sent):
            self.letters.append((telling, [story.id for story in stories]))
        return answer

    def told(self, who=AWA):
        """The stories that a follower was told of, message by message."""
        return [stories for telling, stories in self.letters if telling.follower == who]


def wished(query, who=AWA, *, place="42", way="dm"):
    return FollowRequest(who, place, query, way)


def teller(house, box):
    """A teller over the desk's store and clock."""
    return Teller(house.store, {"discord": box}, lambda: house.now, house.desk.names.known, chance=lambda: 0.0)
