"""One file per family of sub-commands; each holds click objects and little else."""
