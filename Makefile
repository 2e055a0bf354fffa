# Two commands for newcomers: `make annotate` and `make test`. Both set up their own environment in .venv/.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: setup annotate test check check-wheel labels clean

setup: $(VENV)/.installed

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 10) else "Python 3.10 or newer is needed: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet --editable ".[dev]"
	touch $@

annotate: setup
	$(BIN)/bgpolitics annotate seeds/lukashenko.txt
	$(BIN)/bgpolitics evaluate seeds/

test: setup
	$(BIN)/python -m pytest

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -m "not slow"

# Build the wheel, install it in a new environment and use it where the checkout is out of sight.
check-wheel: setup
	rm -rf dist build/wheel-check
	$(BIN)/python -m build --outdir dist
	$(PYTHON) -m venv build/wheel-check
	build/wheel-check/bin/python -m pip install --quiet --disable-pip-version-check dist/*.whl
	cp seeds/lukashenko.txt build/wheel-check/article.txt
	cd build/wheel-check && bin/bgpolitics models && bin/bgpolitics annotate article.txt --format table

# Write the tables of entity and relation types into README.md.
labels: setup
	$(BIN)/python -m bgpolitics_ner.cli.labels README.md

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache
