# make demo   make the environment, install, answer the first question, say where the page is
# make test   everything that can be checked without a browser, in at most 15 minutes on two cores
#
# PYTHON=/path/to/python   use this Python (3.12 to 3.14)      VENV=.venv   where the environment lives
# WORKERS=2                test in so many processes

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/sh

VENV ?= .venv
BIN := $(VENV)/bin
PYTHON ?=
MODEL ?= smoking
WORKERS ?= 2
export PIP_DISABLE_PIP_VERSION_CHECK := 1

DEFINITION := pyproject.toml bayescause/__init__.py

.PHONY: help demo test check tests test-long test-browser bench bench-full coverage docs clean

help:
	@echo "make demo          install, answer the first question, say where the page is"
	@echo "make test          check, then all tests but the long ones and the browser's"
	@echo "make check         ruff, formatting, mypy, import-linter, deptry"
	@echo "make test-long     the tests that take minutes; SHARD=1/4 runs the first quarter of them"
	@echo "make test-browser  the rendered pages in Chromium (NOT RUN where there is none)"
	@echo "make bench         the figures that have bars, measured here in half an hour, into benchmarks/RESULTS.md"
	@echo "make bench-full    those, a hundred million rows, verdicts beside other packages, and calibration"
	@echo "make coverage      what is missing of the coverage grid, and its page of the documentation"
	@echo "make docs          the documentation, into docs/_build/html"
	@echo "make clean         remove the environment and everything that was built"
	@echo "Any of them takes PYTHON=/path/to/python (3.12 to 3.14)."

demo: $(VENV)/.installed-run
	$(BIN)/bayescause demo --out out/demo

test: check tests

# Several threads of OpenBLAS wait for each other longer than the products of tests take.
tests test-long: export OPENBLAS_NUM_THREADS ?= 1

tests: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile

check: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .

test-long: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -m long $(if $(SHARD),--shard=$(SHARD))

test-browser: $(VENV)/.installed-dev
	@tests/browser/run $(BIN)/python

bench: $(VENV)/.installed-dev
	$(BIN)/python benchmarks/bench.py

bench-full: $(VENV)/.installed-dev
	$(BIN)/python benchmarks/bench.py --full

coverage: $(VENV)/.installed-dev
	$(BIN)/python benchmarks/coverage_of_intervals.py

docs: $(VENV)/.installed-dev
	$(BIN)/sphinx-build -W --keep-going -b html docs docs/_build/html
	@echo "The documentation: docs/_build/html/index.html"

clean:
	rm -rf $(VENV) build dist docs/_build out test-results node_modules
	rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .benchmarks
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp says what was installed into the environment, so that the next make starts at once.
$(VENV)/.installed-run: $(VENV)/.made $(DEFINITION)
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.made $(DEFINITION)
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@ $(VENV)/.installed-run

$(VENV)/.made:
	@python=$$(.ci/find-python "$(PYTHON)") && "$$python" -m venv $(VENV)
	@touch $@
