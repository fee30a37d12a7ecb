"""What click itself says, in the language that is spoken: it asks gettext, whose place our catalogue takes."""

from __future__ import annotations

from importlib import import_module

from bot.language import N_, _, ngettext, plural_forms

MODULES = ("core", "decorators", "exceptions", "formatting", "parser", "types")
WORDS = (
    N_("Aborted!"),
    N_("Usage:"),
    N_("Options"),
    N_("Show the version and exit."),
    N_("Show this message and exit."),
    N_("default: {default}"),
    N_("Try '{command} {option}' for help."),
    N_("Error: {message}"),
    N_("Invalid value: {message}"),
    N_("Invalid value for {param_hint}: {message}"),
    N_("Missing argument"),
    N_("Missing option"),
    N_("Missing command."),
    N_("No such option {name!r}."),
    N_("No such command {name!r}."),
    N_("Option {name!r} does not take a value."),
    N_("Argument {name!r} takes {nargs} values."),
    N_("Could not open file {filename!r}: {message}"),
    N_("{value!r} is not a valid {number_type}."),
    N_("{value} is not in the range {range}."),
    N_("{name} {filename!r} does not exist."),
    N_("{name} {filename!r} is a file."),
    N_("{name} {filename!r} is a directory."),
    N_("{name} {filename!r} is not readable."),
    N_("{name} {filename!r} is not writable."),
    N_("file"),
    N_("directory"),
    N_("path"),
    N_("text"),
    N_("integer"),
    N_("integer range"),
    N_("float range"),
    N_("filename"),
    N_("[OPTIONS]"),
    N_("COMMAND [ARGS]..."),
)
FORMS = (
    plural_forms("Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})"),
    plural_forms("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)"),
    plural_forms("Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments."),
    plural_forms("{value!r} is not {choice}.", "{value!r} is not one of {choices}."),
)


def teach_click() -> None:
    """Let click look its words up in our catalogue."""
    for name in MODULES:
        module = import_module(f"click.{name}")
        for asked, answer in (("_", _), ("ngettext", ngettext)):
            if hasattr(module, asked):
                setattr(module, asked, answer)
