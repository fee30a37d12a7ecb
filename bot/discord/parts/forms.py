"""Forms as Discord's modals: a reply that has one is shown as such, and what is chosen in it is asked of the desk.

What comes back is read from the interaction itself, so that a form that was open while we restarted is not lost.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

import discord
from discord.ext import commands

from bot.card import FormField, FormOption, ReplyForm
from bot.desk import COMMANDS, Desk
from bot.desk.setup.form import NONE_CHOSEN
from bot.discord.parts import pressing
from bot.discord.parts.asking import asker_of
from bot.discord.parts.pressing import PATIENCE, FormButton

_ID = "form:"
_LABEL, _HELP = 45, 100
_FORMS = frozenset(command.name for command in COMMANDS if command.form)


class FormsPart:
    """Opens forms and takes their answers. `prefix` is what commands begin with."""

    def __init__(self, desk: Desk, prefix: str) -> None:
        self._desk, self._prefix = desk, prefix

    def install(self, client: commands.Bot) -> None:
        """Make the buttons and open forms of earlier runs work."""
        client.add_dynamic_items(FormButton)
        client.add_listener(self._wanted, "on_form_wanted")
        client.add_listener(self._filled, "on_interaction")

    async def _wanted(self, interaction: discord.Interaction, button: FormButton) -> None:
        """The form, for who may fill it in; else what stands in its way."""
        try:
            reply = await self._desk.answer(button.command, asker=asker_of(interaction, self._prefix))
            if reply.form is not None:
                await interaction.response.send_modal(modal_of(reply.form))
            else:
                await pressing.show_privately(interaction, reply, button.command, "")
        except Exception as error:
            await pressing.apologise(interaction, error)

    async def _filled(self, interaction: discord.Interaction) -> None:
        data: Mapping[str, Any] = interaction.data or {}
        command = form_named(str(data.get("custom_id", "")))
        if interaction.type is not discord.InteractionType.modal_submit or command is None:
            return
        try:
            await self._answer(interaction, command, dict(_values(data.get("components") or ())))
        except Exception as error:
            await pressing.apologise(interaction, error)

    async def _answer(self, interaction: discord.Interaction, command: str, values: dict[str, object]) -> None:
        asker = asker_of(interaction, self._prefix)
        task = asyncio.ensure_future(self._desk.answer(command, values, asker=asker))
        await asyncio.wait({task}, timeout=PATIENCE)
        if not task.done():
            await interaction.response.defer(ephemeral=True, thinking=True)
        await pressing.show_privately(interaction, await task, command, "")


def form_named(custom_id: str) -> str | None:
    """The command whose form has this id; None where there is none."""
    command = custom_id.removeprefix(_ID)
    return command if command != custom_id and command in _FORMS else None


def modal_of(form: ReplyForm) -> discord.ui.Modal:
    """The form as Discord shows it."""
    made = discord.ui.Modal(title=form.title[:_LABEL], custom_id=f"{_ID}{form.command}", timeout=900.0)
    for field in form.fields:
        label = discord.ui.Label(
            text=field.label[:_LABEL], description=field.help[:_HELP] or None, component=_select(field)
        )
        made.add_item(label)
    return made


def _select(field: FormField) -> discord.ui.Item[Any]:
    """A question as a select, with what holds now chosen in it."""
    bounds: dict[str, Any] = {"custom_id": field.name, "min_values": field.least, "max_values": field.most}
    bounds["required"] = field.least > 0
    if field.roles:
        chosen = [
            discord.SelectDefaultValue(id=int(one), type=discord.SelectDefaultValueType.role) for one in field.chosen
        ]
        return discord.ui.RoleSelect(default_values=chosen, **bounds)
    return discord.ui.Select(options=[_option(one, field) for one in field.options], **bounds)


def _option(one: FormOption, field: FormField) -> discord.SelectOption:
    chosen = one.value in field.chosen
    return discord.SelectOption(label=one.label, value=one.value, description=one.help or None, default=chosen)


def _values(components: Iterable[Mapping[str, Any]]) -> Iterable[tuple[str, object]]:
    """What was chosen, by the names of the questions."""
    for one in components:
        inner = one.get("component") or {}
        if "custom_id" in inner:
            yield str(inner["custom_id"]), ",".join(map(str, inner.get("values") or ())) or NONE_CHOSEN
