# ringtrust: `make demo` tells the story, `make test` proves the code. Both set up .venv by themselves.
SHELL := /bin/sh
export RINGTRUST_SHARED ?= ../shared
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest

.DEFAULT_GOAL := help
.PHONY: help demo test lint bench soak lock recording clean

help:  ## what can be made
	@awk -F':.*## ' '/^[a-z]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: .venv/.run.stamp  ## the story, told with real signatures
	@$(BIN)/ringtrust demo

test: lint  ## lint, then every test; ends with the requirements shown
	$(PYTEST) -n 3 --dist worksteal

lint: .venv/.develop.stamp  ## ruff, mypy --strict, import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

bench: .venv/.develop.stamp  ## speed, as ratios measured in one run
	$(BIN)/python -m bench

soak: .venv/.heavy.stamp  ## the long runs: many more random inputs, TLC where Java is, then a coverage-guided fuzzer
	RINGTRUST_SOAK=1 $(PYTEST) -n 2 --timeout 3600 tests/trust tests/prove tests/plan/recover tests/test_safe_xml.py tests/lab/phone tests/lab/wire/test_sip.py tests/observe/test_fuzzed.py tests/apply
	scripts/tlc.sh
	$(BIN)/python -m tests.fuzz 300

recording: .venv/.develop.stamp  ## docs/demo.svg, the demo as README.md shows it
	$(BIN)/python scripts/recording.py

lock: .venv/.heavy.stamp  ## the lock files anew, from requirements/*.in
	scripts/lock.sh

clean:  ## forget .venv and every cache
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis build src/*.egg-info

.venv/.%.stamp: requirements/%.txt pyproject.toml scripts/environment.sh
	@scripts/environment.sh $*
