"""The answers to `threshold`, `allow` and `block`: first what that would change, then, with a yes, it is changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bot.card import Button, Reply, Span
from bot.desk.parse import Trouble
from bot.desk.question import Question, said
from bot.desk.watching.about import AboutWatch, threshold_of
from bot.desk.watching.forecast import forecast_lines
from bot.desk.watching.reach import change_watch, folder_of, read_about, watching_of
from bot.language import N_, _, decimal, in_context, numeral
from bot.wording.formats import clean, cut
from feeds.store import Store
from feeds.store.watching.book import phrase_key
from feeds.watching.model import LONGEST_OWN_PHRASE, MOST_OWN_PHRASES, WatchChange, with_change
from feeds.watching.rehearsal import ChangeTrial, DryRun
from seeds.byhand import PhraseUse, WatchChanges

_AUTO = "auto"
_LONGEST_WORDS = 80  # of a button: what Discord keeps with it is bounded
_LEAST_LETTERS = 2
_OPEN: tuple[PhraseUse, ...] = ("block", "", "allow")  # the later, the more a phrase lets in
_USES: dict[PhraseUse, str] = {
    "allow": N_("“{phrase}” alone lets an item in in {name}"),
    "block": N_("“{phrase}” alone keeps an item out in {name}"),
    "": N_("“{phrase}” alone decides nothing in {name}"),
}


@dataclass(frozen=True, slots=True)
class _Wish:
    """What is to be changed of a watch: `wanted` is the sentence about it as it is then, `words` ask for it again,
    `old` and `new` are for the record. `gone` says that nothing is kept of it, because the files say the same."""

    watch: str
    change: WatchChange
    trial: ChangeTrial
    wanted: str
    command: str
    words: str
    old: str
    new: str
    gone: bool = False


async def threshold(question: Question) -> Reply:
    """`threshold <watch> <value|auto> [yes]`: from which score on the watch flags."""
    folder = await _on(question)
    about, value = await read_about(question, folder), question.text("value").casefold()
    number, old = _number(about, value), about.threshold
    gone = number == threshold_of(about.settings)
    if number == old:
        raise Trouble(_("{name} flags from {old} on already.").format(name=folder.name, old=decimal(old)))
    change = _change(question, folder, "threshold", f"{number:g}")
    trial = ChangeTrial(WatchChanges(threshold=number), loses=number > old)
    wanted = _("{name} flags from a score of {number} on, not {old}").format(
        name=folder.name, number=decimal(number), old=decimal(old)
    )
    words = f"{folder.name} {value}"
    return await _answer(
        question, _Wish(folder.name, change, trial, wanted, "threshold", words, f"{old:g}", f"{number:g}", gone)
    )


def _number(about: AboutWatch, text: str) -> float:
    """A threshold as it is typed. Raises Trouble."""
    if text == _AUTO:
        return threshold_of(about.settings)
    try:
        number = round(float(text.replace(",", ".")), 3)
    except ValueError:
        number = -1.0
    if not 0 < number <= 1:
        raise Trouble(
            _("“{text}” should be a number above 0 and up to 1, such as 0.6, or {auto}.").format(
                text=cut(clean(text), 40), auto=_AUTO
            )
        )
    return number


async def allow_words(question: Question) -> Reply:
    """`allow <watch> <phrase> [off] [yes]`: words that let an item in by themselves."""
    return await _phrase(question, "allow")


async def block_words(question: Question) -> Reply:
    """`block <watch> <phrase> [off] [yes]`: words that keep an item out by themselves."""
    return await _phrase(question, "block")


async def _phrase(question: Question, use: PhraseUse) -> Reply:
    folder, phrase = await _on(question), _words(question)
    about = await read_about(question, folder)
    old, files = _use(about.changed, phrase), _use(about.settings, phrase)
    if question.flag("off") and old != use:
        raise Trouble(_("{said}: there is nothing to switch off.").format(said=_said(old, phrase, folder.name)))
    new: PhraseUse = "" if question.flag("off") else use
    if new == old:
        raise Trouble(_("{said} already.").format(said=_said(old, phrase, folder.name)))
    _room(question, folder.name, phrase)
    change = _change(question, folder, "phrase", new, phrase)
    loses = _OPEN.index(new) < _OPEN.index(old)
    trial = ChangeTrial(WatchChanges(phrases=((phrase, new),)), loses, phrase)
    words = f'{folder.name} "{phrase}"' + (" off" if question.flag("off") else "")
    wanted = _said(new, phrase, folder.name)
    return await _answer(
        question,
        _Wish(folder.name, change, trial, wanted, use, words, old or "nothing", new or "nothing", new == files),
    )


def _said(use: PhraseUse, phrase: str, name: str) -> str:
    return _(_USES[use]).format(phrase=phrase, name=name)


def _words(question: Question) -> str:
    """The phrase on one line, without quotes. Raises Trouble."""
    phrase = clean(question.text("phrase")).strip("\"'“”«» ").replace('"', "'")
    phrase = phrase.encode("utf-8", "replace").decode()
    if len(phrase) > LONGEST_OWN_PHRASE:
        raise Trouble(
            _("A phrase may have {most} characters; yours has {n}.").format(
                most=LONGEST_OWN_PHRASE, n=numeral(len(phrase))
            )
        )
    if sum(map(str.isalnum, phrase_key(phrase))) < _LEAST_LETTERS:
        raise Trouble(_("That is too short to decide anything. Name a word, or words that stand together."))
    return phrase


def _use(settings: object, phrase: str) -> PhraseUse:
    """What a phrase does by a watch's settings; keeping out goes before letting in."""
    assert isinstance(settings, dict)
    uses: tuple[PhraseUse, ...] = ("block", "allow")
    held = (use for use in uses if phrase_key(phrase) in map(phrase_key, settings.get(use, ())))
    return next(held, "")


def _room(question: Question, watch: str, phrase: str) -> None:
    """Raises Trouble where no further phrase may be kept; what is said of one that is kept may always change."""
    kept = [one for one in watching_of(question).kept if one.watch == watch and one.setting == "phrase"]
    known = phrase_key(phrase) in {phrase_key(one.phrase) for one in kept}
    if len(kept) >= MOST_OWN_PHRASES and not known:
        raise Trouble(
            _("{name} has {most} phrases from chat, as many as there may be.").format(name=watch, most=MOST_OWN_PHRASES)
        )


async def _on(question: Question) -> Path:
    """The folder of the watch that is named, which must be on. Raises Trouble."""
    folder = await folder_of(question, question.text("watch"))
    if folder.name not in watching_of(question).watches:
        raise Trouble(
            _("{name} is off. {prefix}watch add {name} switches it on.").format(
                name=folder.name, prefix=question.prefix
            )
        )
    return folder


def _change(question: Question, folder: Path, setting: str, value: str, phrase: str = "") -> WatchChange:
    by, now = question.asker.signature, question.now
    return WatchChange(folder.name, "phrase" if setting == "phrase" else "threshold", value, by, now, phrase)


async def _answer(question: Question, wish: _Wish) -> Reply:
    """Do it where it was confirmed, else tell what it would change."""
    if not question.flag("yes"):
        return await _told(question, wish)
    made = partial(with_change, change=wish.change, gone=wish.gone)
    await change_watch(question, made, _writing(question, wish))
    return said(_("Done: {wanted}, from now on. What is in the archive stays as it is.").format(wanted=wish.wanted))


def _writing(question: Question, wish: _Wish) -> Callable[[Store], None]:
    def write(store: Store) -> None:
        one = wish.change
        subject = f"{one.watch}: {one.phrase}" if one.phrase else one.watch
        with store.together():
            store.watches.forget(one.watch, one.setting, one.phrase) if wish.gone else store.watches.put(one)
            question.record(store, wish.command, subject, wish.old, wish.new)

    return write


async def _told(question: Question, wish: _Wish) -> Reply:
    """What a change would do, and how it is confirmed."""
    watching = watching_of(question)
    if watching.rehearsing.locked():
        raise Trouble(_("Another change is being tried at this moment. Please ask again in a few seconds."))
    async with watching.rehearsing:
        run = DryRun(question.house.ask, watching.watches[wish.watch], wish.trial, question.now)
        found = await run.run()
    told = await forecast_lines(question, wish.watch, wish.trial, found)
    ends = tuple((Span(text),) for text in _asks(question, wish))
    fits = len(wish.words) <= _LONGEST_WORDS
    buttons = (Button(_("Do it"), wish.command, f"{wish.words} yes"),) if fits else ()
    return Reply(lines=(*told, *ends), buttons=buttons)


def _asks(question: Question, wish: _Wish) -> Iterator[str]:
    yield _("Nothing is changed yet, and what is in the archive stays as it is: it would hold for what comes.")
    yield _("If that is right: {prefix}{command} {words} yes").format(
        prefix=question.prefix, command=in_context("command", wish.command), words=wish.words
    )
