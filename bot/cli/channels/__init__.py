"""`bluehelm channels …`: what channels are set to."""
