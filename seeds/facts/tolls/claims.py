"""Who was killed and hurt, as a text states it, sentence by sentence: one claim for each figure.

What marks a running total, another incident or a part of a number already told takes the figure nearest to it out.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from seeds.facts.line import TaggedLine
from seeds.facts.tags import Tagged
from seeds.facts.tolls.binding import HARM_NAMES, Harm, HarmName, bind, harms, of_nobody
from seeds.facts.tolls.phrases import Phrase, named, phrases
from seeds.facts.tolls.victims import Forces, classified
from seeds.model import Victims
from seeds.text.words import COMMA, STOP

_REACH = 12  # words between a total and what marks it as one
_MOST_BETWEEN = 5  # words between victims that "and" joins
_SPARED = "unharmed"
_MOST_IN_ONE = 60  # no single incident has killed so many of a UN mission
_COUNTS: Mapping[Hashable, int] = {"one": 1, "two": 2}


@dataclass(frozen=True, slots=True)
class Claim:
    """One figure as stated: so many of those were killed or injured, at words `start` to `end` of a line.

    `group` tells which claims one word of harm makes together. `running`, `elsewhere` and `part` say why it is not
    the incident's toll, `before` that it is only if no other is told ("a week after …"); `rise` that it replaces
    earlier figures; `bare` ones have no noun, `named` ones a person's name; `unharmed` that nobody came to any harm,
    `implied` that nobody was killed because nobody is said to be hurt.
    """

    harm: HarmName
    count: int | None
    victims: Victims
    line: int
    start: int
    end: int
    group: int
    at_least: bool = False
    running: bool = False
    elsewhere: bool = False
    before: bool = False
    part: bool = False
    rise: bool = False
    bare: bool = False
    named: bool = False
    unharmed: bool = False
    implied: bool = False

    @property
    def stands(self) -> bool:
        """Whether it is a figure of the incident told."""
        return self.count is not None and not (self.running or self.elsewhere)


def claims(line: TaggedLine, theatre: frozenset[str], apart: frozenset[str] = frozenset()) -> list[Claim]:
    """All claims of a sentence, in order.

    `theatre` are the codes of countries whose soldiers are not the mission's, `apart` of those whose soldiers are not
    where peacekeepers are told of as such beside them.
    """
    if not line.tells(*HARM_NAMES, _SPARED):
        return []
    found = harms(line)
    known = _phrases(line) if found else []
    bound = bind(line, found, known)
    made = _claims(line, found, bound, known, Forces(theatre, apart))
    told = frozenset(harm.start for harm, phrase in zip(found, bound, strict=True) if phrase is not None)
    made += _said(line, len(found), told)
    made += _spared(line, made)
    return _discounted(line, _merged(line, sorted(made, key=lambda claim: (claim.start, claim.group))))


def _phrases(line: TaggedLine) -> list[Phrase]:
    """The victim phrases of a sentence, and below the title the persons named in it."""
    known = phrases(line)
    if not line.number:
        return known
    taken = {index for phrase in known for index in range(phrase.start, phrase.end)}
    return sorted([*known, *named(line, frozenset(taken.union(line.taken())))], key=lambda phrase: phrase.start)


def _claims(
    line: TaggedLine,
    found: Sequence[Harm],
    bound: Sequence[int | None],
    known: Sequence[Phrase],
    forces: Forces,
) -> list[Claim]:
    taken = {index for index in bound if index is not None}
    beside = any(phrase.victims == "peacekeepers" for phrase in known)
    made = []
    for group, (harm, index) in enumerate(zip(found, bound, strict=True)):
        if index is not None:
            part = _sharing(line, harm, known, index)
            together = [known[index], *_joined(line, harm, index, taken, known)] if part is None else [part]
            for phrase in together:
                victims = classified(line, phrase.start, phrase.end, phrase.victims, forces, beside=beside)
                made.append(_claim(line, harm, phrase, group, victims))
    return made


def _sharing(line: TaggedLine, harm: Harm, known: Sequence[Phrase], index: int) -> Phrase | None:
    """So many of those told next, if the harm is theirs: "two of the five soldiers were killed", but not "one of the
    six soldiers killed was a captain".
    """
    at = index if known[index].share is not None else index - 1
    if at < 0 or known[at].share is None or at + 1 >= len(known):
        return None
    part, whole = known[at : at + 2]
    if at != index and not _said_of(line, harm, whole):
        return None
    return replace(whole, start=part.start, count=part.share, part=False)


def _said_of(line: TaggedLine, harm: Harm, phrase: Phrase) -> bool:
    """Whether a verb says the harm of a phrase before it ("were killed", "ont été tués"), not a word that describes."""
    verb = harm.sides == {"subject"} or line.between(phrase.end, harm.start, "be")
    return phrase.end <= harm.start and not phrase.bare and verb


def _claim(line: TaggedLine, harm: Harm, phrase: Phrase, group: int, victims: Victims) -> Claim:
    count = phrase.count
    if phrase.ordinal and harm.name == "killed" and ("subject" in harm.sides or line.tells("late")):
        count = phrase.ordinal  # "a third soldier died": three by now; "a third was killed" tells of a third attack
    if victims in ("peacekeepers", "unspecified") and of_nobody(line, harm, phrase):
        count = 0
    return Claim(
        harm=harm.name,
        count=count,
        victims=victims,
        line=line.number,
        start=phrase.start,
        end=phrase.end,
        group=group,
        at_least=phrase.least,
        part=phrase.part,
        rise="rise" in harm.sides,
        bare=phrase.bare,
        named=phrase.named,
    )


def _joined(line: TaggedLine, harm: Harm, index: int, taken: set[int], known: Sequence[Phrase]) -> Iterator[Phrase]:
    """The phrases that "and" or a comma joins to the one a word of harm took, on the side away from it."""
    step = 1 if known[index].start >= harm.end else -1
    following = index + step
    while 0 <= following < len(known) and following not in taken:
        first, second = sorted((known[following - step], known[following]), key=lambda phrase: phrase.start)
        other = known[following]
        if other.bare or other.part or other.named or not _linked(line, first, second):
            return
        taken.add(following)
        yield other
        following += step


def _linked(line: TaggedLine, first: Phrase | Claim, second: Phrase | Claim) -> bool:
    """Whether "and" or a comma joins two phrases, with no word of harm between them."""
    start, end = first.end, second.start
    joined = line.between(start, end, "join") or line.words[end].gap == COMMA
    apart = line.between(start, end, "killed", "injured", "part") or line.gap(start, end) >= STOP
    return joined and not apart and end - start <= _MOST_BETWEEN


def _said(line: TaggedLine, group: int, told: frozenset[int]) -> Iterator[Claim]:
    """Words that say harm and number at once: "قتيلان". Those for one count only without a number (not in `told`)."""
    for span in line.spans:
        if not span.has(*HARM_NAMES) or span.start in told or span.has("mask"):
            continue
        for name in HARM_NAMES:
            count = next((_COUNTS[value] for kind, value in span.tags if kind == name and value in _COUNTS), None)
            if count is not None:
                yield Claim(name, count, "unspecified", line.number, span.start, span.end, group)
                group += 1


def _spared(line: TaggedLine, made: Sequence[Claim]) -> list[Claim]:
    """That nobody was killed, and nobody hurt, where that is said at once ("no casualties")."""
    said = {claim.harm for claim in made if claim.count == 0}
    return [
        Claim(harm, 0, "unspecified", line.number, span.start, span.end, len(line.words) + span.start, unharmed=True)
        for span in line.spans
        if span.has(_SPARED)
        for harm in HARM_NAMES
        if harm not in said
    ]


def _merged(line: TaggedLine, found: Sequence[Claim]) -> list[Claim]:
    """The claims, those that "and" joins told as one: "the bodies of Captain A and Corporal B, killed …"."""
    result: list[Claim] = []
    for claim in found:
        last = result[-1] if result else None
        same = last is not None and last.harm == claim.harm and last.group != claim.group and _linked(line, last, claim)
        result.append(replace(claim, group=last.group) if last is not None and same else claim)
    return result


def _discounted(line: TaggedLine, found: Sequence[Claim]) -> list[Claim]:
    """The claims with those marked that are totals over years or tell of another incident."""
    if line.tells("memorial"):
        return [replace(claim, running=True) for claim in found]
    result = [replace(claim, running=True) if _lifetime(line, claim) else claim for claim in found]
    for mark in line.marks if line.tells("running", "elsewhere", "after") else ():
        if mark.has("running") and (target := _totalled(line, mark, result)) is not None:
            result = [replace(claim, running=True) if claim.group == target.group else claim for claim in result]
        if mark.has("elsewhere", "after") and (target := _other(line, mark, result)) is not None:
            only = not mark.has("elsewhere")
            result = [_moved(claim, target, before=only) for claim in result]
    return result


def _lifetime(line: TaggedLine, claim: Claim) -> bool:
    """Whether more died than any attack has killed of a mission: that is a total of its years, marked or not."""
    if claim.harm != "killed" or claim.count is None or claim.count < _MOST_IN_ONE:
        return False
    if claim.bare:
        return line.tells("mission") and not line.tells("attack")
    return claim.victims == "peacekeepers"


def _moved(claim: Claim, target: Claim, before: bool) -> Claim:
    """The claim, of another incident if it is the one so marked or stands after it in the sentence."""
    if claim.group != target.group and claim.start <= target.start:
        return claim
    return replace(claim, before=True) if before else replace(claim, elsewhere=True)


def _totalled(line: TaggedLine, mark: Tagged, found: Sequence[Claim]) -> Claim | None:
    """The claim a running total's mark belongs to, unless the attack's number or the mission's age stands nearer."""
    best = min(found, key=lambda claim: _apart(mark, claim), default=None)
    if best is None or _apart(mark, best) > _REACH or line.marked(max(mark.start - 3, 0), mark.start, "deployed"):
        return None
    if any(_nearer(mark, other, best) for other in (*line.marks, *line.spans) if other.has("deed", "ordinal")):
        return None
    return best if line.gap(min(best.end, mark.end), max(best.start, mark.start)) < STOP else None


def _nearer(mark: Tagged, other: Tagged, best: Claim) -> bool:
    """Whether the word for an attack stands between the mark and the claim: "the fifth attack since May"."""
    before = other.end <= mark.start and mark.start - other.end < _apart(mark, best)
    return before and (best.end <= other.start or best.start >= mark.end)


def _apart(span: Tagged, claim: Claim) -> int:
    return span.start - claim.end if claim.end <= span.start else max(claim.start - span.end, 0)


def _other(line: TaggedLine, mark: Tagged, found: Sequence[Claim]) -> Claim | None:
    """The claim that a mark of another incident takes: the one after it, or else, unless it says "after", before it."""
    following = [claim for claim in found if claim.start >= mark.end and line.gap(mark.end, claim.start) < STOP]
    if following or not mark.has("elsewhere"):
        return following[0] if following else None
    before = [claim for claim in found if claim.end <= mark.start and line.gap(claim.end, mark.start) < STOP]
    return before[-1] if before else None
