"""The main job on an embedded default: sample feeds on loopback, a clock that starts at a fixed date, a script."""
