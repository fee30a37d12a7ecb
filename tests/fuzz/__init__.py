"""Hostile bytes, from what a publisher or a member sends to what goes to Discord: `make fuzz`, in short in tests."""
