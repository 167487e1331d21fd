# make chat    set up, load the sample reports the first time, open the chat on http://127.0.0.1:7860
# make test    set up, then style, types and every test; prints the measured figures
# `make help` lists the rest. Needs Python 3.11 or later, make, and a package index the first time.

PYTHON   ?= python3
VENV     ?= .venv
PIP_ARGS ?=
HOST     ?= 127.0.0.1
PORT     ?= 7860
SHARED    = $(if $(REPORTS_SHARED),$(REPORTS_SHARED),$(abspath ../shared))

BIN     := $(VENV)/bin
INSTALL  = $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt $(PIP_ARGS)

.DEFAULT_GOAL := help
.PHONY: help setup setup-test chat test check evaluate figures bench clean distclean

help:  ## list these targets
	@sed -n 's/^\([a-z-]*\):[^#]*## /  make \1\t/p' $(firstword $(MAKEFILE_LIST))

setup: $(VENV)/.installed  ## make .venv with pinned versions; nothing to do the second time

setup-test: $(VENV)/.installed-test

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or later is needed; '$(PYTHON)' is $$($(PYTHON) --version 2>&1). Name another: make setup PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { \
	  echo "'$(PYTHON) -m venv' failed. On Debian or Ubuntu: apt-get install python3-venv" >&2; rm -rf $(VENV); exit 1; }

$(VENV)/.installed: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing the pinned packages into $(VENV) (some minutes the first time) …"
	@$(INSTALL) --editable .
	@touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	@echo "Installing the packages the tests need …"
	@$(INSTALL) --editable '.[test]'
	@touch $@

chat: setup  ## the chat page, with the sample reports the first time
	@$(BIN)/report-assistant serve --host $(HOST) --port $(PORT) --samples eval/sets/samples/reports

check: setup-test  ## style, types and the layer rule: the quick part of `make test`
	@$(BIN)/ruff check .
	@$(BIN)/mypy index assistant ui eval
	@$(BIN)/python -m pytest -q tests/test_layers.py

test: setup-test  ## style, types, all tests, and the figures the product has to show
	@$(BIN)/ruff check .
	@$(BIN)/mypy index assistant ui eval
	@REPORTS_SHARED="$(SHARED)" $(BIN)/python -m pytest

evaluate: setup  ## the evaluation sets: tables, and the thresholds of eval/gate.toml
	@REPORTS_SHARED="$(SHARED)" $(BIN)/report-assistant eval samples seed --gate --failures
	@REPORTS_SHARED="$(SHARED)" $(BIN)/report-assistant eval heldout
	@$(BIN)/python -m eval.injections

figures: setup  ## measure every set, keep the results, write them into the READMEs
	@REPORTS_SHARED="$(SHARED)" $(BIN)/report-assistant eval samples seed heldout --save
	@$(BIN)/python -m eval.readme

bench: setup-test  ## indexing, cold question and evidence against a stock recipe
	@$(INSTALL) --editable '.[test,bench]'
	@REPORTS_SHARED="$(SHARED)" $(BIN)/python -m eval.benchmarks --json eval/results/benchmarks.json

clean:  ## remove caches and built files; keeps .venv and your library
	rm -rf build dist out *.egg-info .pytest_cache .ruff_cache .mypy_cache .hypothesis
	find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +

distclean: clean  ## remove .venv as well
	rm -rf $(VENV)
