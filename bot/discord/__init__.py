"""The Discord side: the only folder that imports discord.py."""
