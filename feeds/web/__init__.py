"""Asking publishers: fetching, within limits, guarded, at their pace."""
