"""What may be told aloud of a story that has its alert: the names that the settings know, and how they are checked."""

from __future__ import annotations

from config.sentence import Said

FIRST_DEATH, UN_WORD, TOLL_STEP = "first-death", "un-word", "toll+"
USUAL_ESCALATIONS = (FIRST_DEATH,)


def toll_step(name: str) -> int | None:
    """The step of "toll+5"; None for what is no such name."""
    digits = name.removeprefix(TOLL_STEP)
    whole = digits != name and digits.isascii() and digits.isdecimal() and len(digits) < 7
    return int(digits) or None if whole else None


def checked_escalation(name: str) -> str:
    """The name. Raises ValueError when it is none."""
    if name not in (FIRST_DEATH, UN_WORD) and toll_step(name) is None:
        raise ValueError(
            Said(
                "should be {first}, {word} or {step} with a step, such as {step}5",
                first=FIRST_DEATH,
                word=UN_WORD,
                step=TOLL_STEP,
            )
        )
    return name
