"""How the tests are run."""

from hypothesis import settings

# `make fast`: a property that breaks mostly breaks soon; `make test` looks longer.
settings.register_profile("fast", max_examples=20)
