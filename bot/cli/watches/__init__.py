"""Commands on watches themselves: making one."""
