# Two commands matter: `make run` and `make test`. Both need Python >= 3.11, make and a package index, nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help

help: ## what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

$(BIN)/threadproof: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Threadproof needs Python 3.11 or newer; name one with: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --require-hashes -r requirements.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/test-tools: requirements-test.txt $(BIN)/threadproof
	$(PIP) install --require-hashes -r requirements-test.txt
	@touch $@

run: $(BIN)/threadproof ## everything on http://127.0.0.1:8321: API, pages, workers, valkey, SQLite
	$(BIN)/threadproof serve

test: $(VENV)/test-tools ## lint, types, and every test this machine can run
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -rs

format: $(VENV)/test-tools ## let ruff lay the code out
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

test-faults: $(VENV)/test-tools ## play every fault in full and print what was found (15 minutes)
	$(BIN)/python -m tests.faults

bench: $(VENV)/test-tools ## print measured figures and ratios
	$(BIN)/python -m tests.bench

grounding: $(VENV)/test-tools ## print what the verifier finds and decides on labelled claims, and on the worlds' cards
	$(BIN)/python -m tests.quality.grounding
	$(BIN)/python -m tests.quality.world_mutations

extension: ## write the extension's packages for Chrome and Firefox to extension/dist
	$(PYTHON) extension/pack.py

lock: ## refresh the hash-pinned requirements (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header \
	  pyproject.toml --extra postgres --group build -o requirements.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header \
	  pyproject.toml --extra postgres --group build --group test -o requirements-test.txt

sample: $(VENV)/test-tools ## rebuild the sample world's archive from its pages
	$(BIN)/python -m server.sample.build

clean: ## remove the virtual environment and caches
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache

.PHONY: help run test test-faults format bench grounding extension lock sample clean
