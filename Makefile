# Two commands for newcomers: `make annotate` and `make test`. Both set up their own environment in .venv/.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: setup annotate test test-backends check check-wheel labels clean

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

# The front ends of other packages and Ray, each in an environment of its own: they want different versions of torch.
# TORCH is taken in its build for CPUs where TORCH_INDEX can be reached or the file lies at hand.
TORCH ?= torch==2.13.0
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu
INSTALL := bin/python -m pip --disable-pip-version-check install --quiet
TEST_NEEDS := pytest hypothesis

test-backends: .venv-stanza/.installed .venv-classla/.installed .venv-ray/.installed
	.venv-stanza/bin/python -m pytest tests/backends tests/training
	.venv-classla/bin/python -m pytest tests/backends
	.venv-ray/bin/python -m pytest tests/corpus/test_ray*.py

.venv-stanza/.installed: pyproject.toml
	$(PYTHON) -m venv .venv-stanza
	.venv-stanza/$(INSTALL) --no-deps --retries 1 --extra-index-url $(TORCH_INDEX) "$(TORCH)"
	.venv-stanza/$(INSTALL) --editable ".[stanza]" $(TEST_NEEDS)
	touch $@

.venv-ray/.installed: pyproject.toml
	$(PYTHON) -m venv .venv-ray
	.venv-ray/$(INSTALL) --editable ".[ray]" $(TEST_NEEDS) "moto[server]>=5"
	touch $@

# CLASSLA's requirements name torch <= 2.6 for Python before 3.14; it runs with newer ones, so all but torch
# are installed as it says.
CLASSLA_NEEDS := from importlib.metadata import requires; \
	print(*(r for r in requires("classla") if not r.startswith("torch") and "extra ==" not in r), sep="\n")

.venv-classla/.installed: pyproject.toml
	$(PYTHON) -m venv .venv-classla
	.venv-classla/$(INSTALL) --no-deps --retries 1 --extra-index-url $(TORCH_INDEX) "$(TORCH)"
	.venv-classla/$(INSTALL) --no-deps "classla>=2.2.3"
	.venv-classla/bin/python -c '$(CLASSLA_NEEDS)' > .venv-classla/needs.txt
	.venv-classla/$(INSTALL) --requirement .venv-classla/needs.txt --editable . "$(TORCH)" $(TEST_NEEDS)
	touch $@

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
	rm -rf $(VENV) .venv-stanza .venv-classla .venv-ray build dist .mypy_cache .ruff_cache .pytest_cache
