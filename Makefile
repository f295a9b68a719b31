# Community Support: `make run` to try it, `make test` to check it. Both set up what they need.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
DIST := service/web/static/dist
BROWSER_SOURCES := $(shell find service/web/browser service/i18n -type f 2>/dev/null)

# Images for containers like to set it; without bytecode each of the processes that tests start would
# compile what it imports: two seconds instead of one.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run reminders night test lint types unit build lock reset bench screenshots audit packages clean

run: .venv/.ready $(DIST)/manifest.json
	@$(BIN)/community-support demo

test: packages .venv/.ready $(DIST)/manifest.json lint types unit

lint: .venv/.ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: .venv/.ready node_modules/.ready
	$(BIN)/mypy --num-workers auto
	npm run --silent check

# One pytest process a core, and one more for those that wait for a page or a wiki; more are no faster.
unit: .venv/.ready $(DIST)/manifest.json
	$(BIN)/pytest -n $$(($$(nproc) + 1)) --dist loadgroup $(PYTEST)

# Lets every subscribed reminder of a running demo come now.
reminders: .venv/.ready
	@$(BIN)/community-support demo --reminders-now

night: .venv/.ready
	@$(BIN)/community-support demo --night-now

build: $(DIST)/manifest.json

bench: packages .venv/.ready $(DIST)/manifest.json
	$(BIN)/python -m tests.bench

screenshots: packages .venv/.ready $(DIST)/manifest.json
	$(BIN)/python -m tests.screenshots

# Clears what `make run` keeps between two starts.
reset:
	rm -rf instance

# Needs the internet: data about known weaknesses. It fails when nothing was audited.
audit: .venv/.ready node_modules/.ready
	$(BIN)/python toolforge/audit.py

packages:
	@toolforge/packages.sh

.venv/.ready: requirements-dev.txt requirements-uv.txt pyproject.toml
	$(PYTHON) -m venv .venv 2>/dev/null || { toolforge/packages.sh python3-venv && $(PYTHON) -m venv --clear .venv; }
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.txt
	$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements-dev.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

node_modules/.ready: package-lock.json
	npm ci --silent
	@touch $@

$(DIST)/manifest.json: node_modules/.ready $(BROWSER_SOURCES)
	npm run --silent build

# Locks carry hashes and no addresses.
lock: .venv/.ready
	$(BIN)/uv pip compile -q --upgrade --generate-hashes --no-annotate --no-header pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile -q --upgrade --generate-hashes --no-annotate --no-header --group dev pyproject.toml -c requirements.txt -o requirements-dev.txt

clean:
	rm -rf .venv node_modules $(DIST) .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis
