"""The answers to `threshold`, `allow` and `block`: first what that would change, then, with a yes, it is changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.card import Button, Reply, Span
from bot.desk.parse import Trouble
from bot.desk.question import Question, said
from bot.desk.watching.about import AboutWatch, threshold_of
from bot.desk.watching.forecast import forecast_lines
from bot.desk.watching.reach import change_watch, folder_of, read_about, watching_of
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
    "allow": "“{phrase}” alone lets an item in",
    "block": "“{phrase}” alone keeps an item out",
    "": "“{phrase}” alone decides nothing",
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
        raise Trouble(f"{folder.name} flags from {old:g} on already.")
    change = _change(question, folder, "threshold", f"{number:g}")
    trial = ChangeTrial(WatchChanges(threshold=number), loses=number > old)
    wanted = f"{folder.name} flags from a score of {number:g} on, not {old:g}"
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
        raise Trouble(f"“{cut(clean(text), 40)}” should be a number above 0 and up to 1, such as 0.6, or {_AUTO}.")
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
        raise Trouble(f"{_USES[old].format(phrase=phrase)} in {folder.name}: there is nothing to switch off.")
    new: PhraseUse = "" if question.flag("off") else use
    if new == old:
        raise Trouble(f"{_USES[old].format(phrase=phrase)} in {folder.name} already.")
    _room(question, folder.name)
    change = _change(question, folder, "phrase", new, phrase)
    loses = _OPEN.index(new) < _OPEN.index(old)
    trial = ChangeTrial(WatchChanges(phrases=((phrase, new),)), loses, phrase)
    words = f'{folder.name} "{phrase}"' + (" off" if question.flag("off") else "")
    wanted = f"{_USES[new].format(phrase=phrase)} in {folder.name}"
    return await _answer(
        question,
        _Wish(folder.name, change, trial, wanted, use, words, old or "nothing", new or "nothing", new == files),
    )


def _words(question: Question) -> str:
    """The phrase on one line, without quotes. Raises Trouble."""
    phrase = clean(question.text("phrase")).strip("\"'“”«» ").replace('"', "'")
    phrase = phrase.encode("utf-8", "replace").decode()
    if len(phrase) > LONGEST_OWN_PHRASE:
        raise Trouble(f"A phrase may have {LONGEST_OWN_PHRASE} characters; yours has {len(phrase):,}.")
    if sum(map(str.isalnum, phrase_key(phrase))) < _LEAST_LETTERS:
        raise Trouble("That is too short to decide anything. Name a word, or words that stand together.")
    return phrase


def _use(settings: object, phrase: str) -> PhraseUse:
    """What a phrase does by a watch's settings; keeping out goes before letting in."""
    assert isinstance(settings, dict)
    uses: tuple[PhraseUse, ...] = ("block", "allow")
    held = (use for use in uses if phrase_key(phrase) in map(phrase_key, settings.get(use, ())))
    return next(held, "")


def _room(question: Question, watch: str) -> None:
    """Raises Trouble where no further phrase may be kept."""
    kept = [one for one in watching_of(question).kept if one.watch == watch and one.setting == "phrase"]
    if len(kept) >= MOST_OWN_PHRASES:
        raise Trouble(f"{watch} has {MOST_OWN_PHRASES} phrases from chat, as many as there may be.")


async def _on(question: Question) -> Path:
    """The folder of the watch that is named, which must be on. Raises Trouble."""
    folder = await folder_of(question, question.text("watch"))
    if folder.name not in watching_of(question).watches:
        raise Trouble(f"{folder.name} is off. {question.prefix}watch add {folder.name} switches it on.")
    return folder


def _change(question: Question, folder: Path, setting: str, value: str, phrase: str = "") -> WatchChange:
    by, now = question.asker.signature, question.now
    return WatchChange(folder.name, "phrase" if setting == "phrase" else "threshold", value, by, now, phrase)


async def _answer(question: Question, wish: _Wish) -> Reply:
    """Do it where it was confirmed, else tell what it would change."""
    if not question.flag("yes"):
        return await _told(question, wish)
    kept = with_change(watching_of(question).kept, wish.change, gone=wish.gone)
    await change_watch(question, kept, _writing(question, wish))
    return said(f"Done: {wish.wanted}, from now on. What is in the archive stays as it is.")


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
        raise Trouble("Another change is being tried at this moment. Please ask again in a few seconds.")
    async with watching.rehearsing:
        run = DryRun(question.house.ask, watching.watches[wish.watch], wish.trial, question.now)
        found = await run.run()
    told = await forecast_lines(question, wish.watch, wish.trial, found)
    ends = tuple((Span(text),) for text in _asks(question, wish))
    fits = len(wish.words) <= _LONGEST_WORDS
    buttons = (Button("Do it", wish.command, f"{wish.words} yes"),) if fits else ()
    return Reply(lines=(*told, *ends), buttons=buttons)


def _asks(question: Question, wish: _Wish) -> Iterator[str]:
    yield "Nothing is changed yet, and what is in the archive stays as it is: it would hold for what comes."
    yield f"If that is right: {question.prefix}{wish.command} {wish.words} yes"
