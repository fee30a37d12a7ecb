"""What the state of the database's file comes to. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.checkup.findings import Remark, bad, doubtful, well
from bot.language import _, decimal, numeral, plural, plural_forms, translated
from bot.wording.formats import span
from feeds.store.upkeep.keeping import Condition

OLD_COPY = timedelta(days=2)
"""With one copy a day, so old a newest one says that one failed."""
_LARGE_LOG = 200_000_000  # bytes; SQLite writes them down at every 4 MB, unless somebody reads for hours
_MB = 1_000_000


def archive_findings(found: Condition, now: datetime, *, planned: bool) -> Iterator[Remark]:
    """Of a database's file, its copies and its disk; `planned` says whether copies are made by themselves."""
    if found.lost:
        yield bad("archive", found.lost)
    elif not found.there:
        yield doubtful("archive", _("There is no archive yet: the first start makes one."))
    elif found.problem:
        yield bad("archive", _("The archive cannot be read ({error}).").format(error=translated(found.problem)))
    else:
        yield from _content(found)
    yield from _files(found)
    yield _disk(found)
    if found.there:
        yield _copies(found, now, planned=planned)


def _content(found: Condition) -> Iterator[Remark]:
    if found.faults:
        told = _("The archive is damaged ({fault}). Restart the bot: it sets the file aside and names the newest copy.")
        yield bad("archive", told.format(fault=found.faults[0]))
        return
    sound = _("The archive is sound: {size} MB, checked in {seconds} s.")
    yield well("archive", sound.format(size=_mb(found.size), seconds=decimal(found.seconds, ".1f")))
    if found.schema is None:
        yield bad("archive", _("The file is no archive of Bluehelm."))
    elif found.newer:
        told = _("A newer version wrote the archive ({name}): update this program to use it.")
        yield bad("archive", told.format(name=found.newer))
    elif found.pending:
        yield doubtful("archive", _("The archive is of an older version; the next start brings it up to date."))
    else:
        yield well("archive", _("Its schema is today's, {name}.").format(name=found.schema))


def _files(found: Condition) -> Iterator[Remark]:
    if found.fixed:
        yield bad("files", _("{path} may not be written: the bot cannot keep anything.").format(path=found.fixed))
    for path in found.loose:
        yield doubtful("files", _("Others may read {path}: `chmod 600` keeps them out.").format(path=path))
    if found.there and not found.loose:
        yield well("files", _("Nobody else may read the archive and its copies."))
    if found.log > _LARGE_LOG:
        told = _("{size} MB wait beside the archive to be written down: something has been reading it for long.")
        yield doubtful("files", told.format(size=_mb(found.log)))


def _disk(found: Condition) -> Remark:
    need, free = found.size + found.log, found.free
    if free < need:
        told = _("{free} MB are free on the disk: too little for a copy of the archive ({need} MB).")
        return bad("disk", told.format(free=_mb(free), need=_mb(need)))
    if free < 3 * need or free < 500 * _MB:
        return doubtful("disk", _("{free} MB are free on the disk: little.").format(free=_mb(free)))
    return well("disk", _("{free} MB are free on the disk.").format(free=_mb(free)))


def _copies(found: Condition, now: datetime, *, planned: bool) -> Remark:
    if found.newest_copy is None:
        told = _("There is no copy of the archive yet: `bluehelm backup` makes one.")
        return doubtful("copies", told)
    age = now - found.newest_copy
    forms = plural_forms("{n} copy, made {age} ago.", "{n} copies, the newest made {age} ago.")
    text = plural(*forms, found.copies, age=span(max(age, timedelta(0))))
    if not planned:
        return doubtful("copies", f"{text} {_('None are planned (backup is off).')}")
    return doubtful("copies", text) if age > OLD_COPY else well("copies", text)


def _mb(size: int) -> str:
    return numeral(max(round(size / _MB), 1) if size else 0)
