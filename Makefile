# The only entry for people. `make help` lists what there is.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
DEMO ?= 1
SPREAD := -n auto --dist loadfile
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup run demo test test-quick test-all test-browser check fix migration messages snapshot docs bench assets clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

setup: .venv/.ready ## make the environment in .venv and build the pages' assets

.venv/.ready: requirements.lock pyproject.toml hatch_build.py
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "houqin needs Python 3.11 or newer; set PYTHON=/path/to/python3.11" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { echo "Python's venv module is missing; on Debian: apt-get install python3-venv" >&2; exit 1; }
	@$(BIN)/python -m uv --version >/dev/null 2>&1 || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv || true
	@if $(BIN)/python -m uv --version >/dev/null 2>&1; then \
		$(BIN)/python -m uv pip sync --quiet --python $(BIN)/python --compile-bytecode requirements.lock && \
		$(BIN)/python -m uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .; \
	else \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock && \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .; \
	fi
	@touch $@

assets: setup ## build the pages' assets and message catalogues again if their sources changed
	@$(BIN)/python hatch_build.py

run: assets ## start houqin at http://127.0.0.1:8000 (DEMO=0 starts empty; HOUQIN_PORT, HOUQIN_BIND, HOUQIN_PUBLIC_URL)
	@exec $(BIN)/houqin run $(if $(filter 0,$(DEMO)),--no-demo)

demo: assets ## load the demonstration campus into an existing installation
	@$(BIN)/houqin demo load

test: assets ## run the tests: quick ones, browser, a short API fuzz (DATABASE_URL=… for another server)
	@$(BIN)/python tests/needs.py
	@HOUQIN_TEST_DATABASE_URL="$(DATABASE_URL)" $(BIN)/pytest $(SPREAD) -m "not long"

test-quick: assets ## run only the quick tests
	@HOUQIN_TEST_DATABASE_URL="$(DATABASE_URL)" $(BIN)/pytest $(SPREAD) -m "not long and not browser and not fuzz"

test-browser: assets ## run only the browser tests
	@$(BIN)/python tests/needs.py
	@$(BIN)/pytest -m "browser and not long"

test-all: assets ## run everything, the long tests too
	@$(BIN)/python tests/needs.py --all
	@HOUQIN_TEST_DATABASE_URL="$(DATABASE_URL)" $(BIN)/pytest

check: assets ## format, lint, types, dependency contracts, migrations, messages
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m django makemigrations --check --dry-run --settings tests.settings

fix: setup ## let ruff mend what it can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

migration: setup ## write migrations for changed models (NAME=what_changed)
	@test -n "$(NAME)" || { echo "say what changed: make migration NAME=hold_reason_index" >&2; exit 1; }
	$(BIN)/python -m django makemigrations -n $(NAME) --settings tests.settings

messages: setup ## collect the English messages into the Chinese catalogue (needs gettext)
	cd src/houqin && ../../$(BIN)/python -m django makemessages -l zh_Hans --no-location --no-wrap -e html,txt,py --settings houqin.config.settings

snapshot: setup ## write the OpenAPI snapshot after an intended change of the API
	$(BIN)/houqin openapi > docs/reference/openapi.json

docs: setup ## write the generated pages of the documentation
	$(BIN)/python docs/generate.py

bench: assets ## measure against bare SQL and bare Django in one run
	$(BIN)/python -m benchmarks

clean: ## remove the environment and what was built; data stay
	rm -rf .venv frontend/node_modules src/houqin/web/static/houqin .mypy_cache .ruff_cache .pytest_cache
