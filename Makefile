# Each target makes its own .venv; Python 3.11+ and git are all that is needed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

.DEFAULT_GOAL := demo
.PHONY: demo test check bench guard man sessions formats configs format clean

$(VENV)/.ready: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --upgrade 'pip>=25.1'
	$(PIP) install --editable . --group dev
	@touch $@

# The whole job in a temporary folder, with a key of its own.
demo: $(VENV)/.ready
	@$(BIN)/git-baseline quickstart

test: $(VENV)/.ready
	$(BIN)/python -m pytest -n auto

check: $(VENV)/.ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/zizmor --offline --quiet --no-progress action.yml .github/workflows
	$(BIN)/check-jsonschema --builtin-schema vendor.github-actions action.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(BIN)/jactionlint

# The peers have a place of their own. One that cannot be installed is absent in the tables.
.venv-bench/.ready: bench/peers/requirements.txt
	$(PYTHON) -m venv .venv-bench
	while read -r peer; do \
	  .venv-bench/bin/python -m pip --quiet --disable-pip-version-check install "$$peer" || \
	    echo "not installed: $$peer" >&2; \
	done <$<
	@touch $@

# Tables on the terminal, and JSON in bench/out that git baseline itself records. LARGE=1 has
# registries of 100,000 entries too and takes far longer.
bench: $(VENV)/.ready .venv-bench/.ready
	$(BIN)/python bench/run.py $(if $(LARGE),--large)

# Ratios to what every machine has, held to what the branch baselines has of them.
guard: $(VENV)/.ready
	@$(BIN)/python bench/guard.py

# The manual page, from the program's own help; a test holds the two equal.
man: $(VENV)/.ready
	$(BIN)/python tools/make_man.py

# What each verb prints, typed on a terminal of 80 columns; a test types it again.
sessions: $(VENV)/.ready
	$(BIN)/python tools/record_sessions.py

# The page of formats, from the readers' own documentation; a test holds the two equal.
formats: $(VENV)/.ready
	$(BIN)/python tools/make_formats.py

# The tolerances as JSON, which a record reads faster; a test holds the two equal.
configs: $(VENV)/.ready
	$(BIN)/python tools/compile_configs.py

format: $(VENV)/.ready
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) .venv-bench dist bench/out .coverage .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
