# Each target sets itself up. `make help` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SHELL := /bin/sh
LOCK := uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11
.DEFAULT_GOAL := help
# What was compiled is kept: to compile the tests anew costs each of their workers four seconds.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: help setup demo test suite proofs run check-settings fast check fix learn score holdout bench bench-read archive-million crash torture soak flood fuzz audit licences figures coverage catalog lock clean

help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Bluehelm needs Python 3.11 or newer: install it, then say: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
	  { echo "Python's venv module is missing: install it (on Debian and Ubuntu: apt install python3-venv), then try again."; exit 1; }
	@$(PYTHON) .ci/environment.py $(VENV)
	@touch $@

setup: $(READY) ## build the environment in .venv from the hashed lock

demo: $(READY) ## the main job on sample feeds, offline, in this terminal
	@$(BIN)/bluehelm demo

test: $(READY) ## everything that CI runs
	@$(MAKE) --no-print-directory -j 2 check suite

# Tests wait for programs and sockets now and then: three workers keep two cores busy.
suite: $(READY)
	@$(BIN)/pytest -n 3 --dist worksteal -q

check: $(READY) ## lint and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

fast: $(READY) ## quick tests only, with few examples of each property, last failures first
	@$(BIN)/pytest -q --ff -n 2 --dist worksteal -m "not slow" --hypothesis-profile fast

proofs: $(READY) ## what is proven by chance or by many cases, at full length (some minutes); `make test` has a part of it
	@$(BIN)/pytest -n 2 --dist worksteal -q --hypothesis-profile proofs -m "hypothesis or proof" --timeout 300

run: $(READY) ## production: real feeds; Discord when a token is configured, else this terminal
	@exec $(BIN)/bluehelm run

check-settings: $(READY) ## name what is wrong in your settings, or will not work, as `make run` would read them
	@exec $(BIN)/bluehelm check

learn: $(READY) ## learn anew the patterns of every watch from its documents, and how items are read from labelled ones
	@for folder in seeds/watches/*/watch.toml; do folder=$${folder%/watch.toml}; \
	  $(BIN)/bluehelm learn $$folder --out $$folder/patterns.toml || exit 1; done
	@$(BIN)/bluehelm learn --weights

score: $(READY) ## quality on the labelled corpus, beside the baselines
	@$(BIN)/python -m tests.score

holdout: $(READY) ## what is reached in languages and years that taught nothing (some minutes)
	@$(BIN)/python -m tests.score.holdout

curve: $(READY) ## what watches made of 0, 1, 2, 3 and 5 documents recognise, and other missions
	@$(BIN)/python -m tests.score.curve

bench-read: $(READY) ## CPU of reading an item, its growth, and what a second watch adds
	@$(BIN)/python -m tests.bench_reading

bench: $(READY) ## CPU of polling beside another feed reader's (needs the package index), its parts, and an alert's delay
	@$(BIN)/python -m tests.bench_poll
	@$(BIN)/python -m tests.bench_parts
	@$(BIN)/python -m tests.bench_delay

archive-million: $(READY) ## build an archive of a million items under build/, and time every question to it
	@$(BIN)/python -m tests.bench_archive

crash: $(READY) ## kill the bot a thousand times, restore backups, tear writes, lose answers (an hour or so)
	@$(BIN)/python -m tests.crash

torture: $(READY) ## poll feed files no one here wrote (needs the package index)
	@$(BIN)/python -m tests.torture

fuzz: $(READY) ## look for bytes that break something, for FUZZ_SECONDS (3600) in all; by atheris where it can be had
	@$(BIN)/python -m tests.fuzz.run

audit: $(READY) ## whether an advisory is known of a locked package (needs a source of advisories)
	@$(BIN)/python -m tests.audit

licences: $(READY) ## list the licences of all that runs, into docs/licences.md
	@$(BIN)/python -m tests.licences

soak: $(READY) ## a month of the bot's life between 500 outlets and a Discord that fail (hours; DAYS=1 is a part of it)
	@nice $(BIN)/python -m tests.soak --days $(or $(DAYS),30)

flood: $(READY) ## ten thousand relevant items in one poll, while members ask (minutes)
	@$(BIN)/python -m tests.flood

figures: $(READY) ## start-up time and peak memory
	@$(BIN)/python -m tests.figures

coverage: $(READY) ## what the lexicon knows of each language, into seeds/lexicon/COVERAGE.md
	@$(BIN)/python -m tests.coverage

catalog: $(READY) ## bring the catalogues of other languages up to what the code says
	@$(BIN)/python -m tests.catalog

gallery: $(READY) ## every kind of message as members see it, maps and charts, into build/gallery (messages as pictures where a browser is)
	@$(BIN)/python -m tests.gallery

fix: $(READY) ## mend what lint and format can mend
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

lock: ## resolve the dependencies anew (needs uv)
	@$(LOCK) --extra learn --group dev pyproject.toml -o requirements.lock
	@$(LOCK) --constraint requirements.lock --no-emit-package pip pyproject.toml -o requirements-run.lock
	@$(LOCK) --constraint requirements.lock --group build -o requirements-build.lock

clean: ## remove the environment and caches
	@rm -rf $(VENV) .venv-bench .mypy_cache .ruff_cache .pytest_cache .hypothesis
