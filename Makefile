# Needs Python 3.11 or newer and make; everything else is installed into .venv/ from constraints.txt.
# PYTHON=/path/to/python chooses the interpreter. CHECK=1 makes `docs` compare instead of write.
# ARGS="..." is handed to pytest (test) and to the benchmarks (bench).

SHELL = /bin/sh
.DEFAULT_GOAL = help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PYTHON ?= $(shell command -v python3.11 || command -v python3)
PIP_INSTALL = -m pip install --quiet --disable-pip-version-check
BIN = .venv/bin
STAMP = .venv/.installed
SPARK = .venv/.spark

.PHONY: help setup demo test test-spark test-cluster test-browser lint types layers docs bench bench-identity bench-spark sample-data build lock clean python

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' Makefile | while IFS='|' read -r name text; do printf '  make %-12s %s\n' "$$name" "$$text"; done

setup: $(STAMP) ## make .venv/ with segaudit and its tools in it

demo: $(STAMP) ## run the main job on sample_data/; results in build/demo/
	@rm -rf build/demo
	@mkdir -p build
	@$(BIN)/segaudit demo -o build/demo

test: $(STAMP) ## run the tests, on all cores
	@$(BIN)/python -m pytest -n auto --dist loadfile $(ARGS)

test-spark: $(SPARK) ## run the tests that need Spark (and Java); installs it into .venv/
	@$(BIN)/python -m pytest -k spark tests/test_export_sql.py
	@$(BIN)/python -m pytest -n 2 --dist loadfile tests/spark --ignore tests/spark/test_cluster.py --ignore tests/spark/test_connect.py $(ARGS)

test-cluster: $(SPARK) ## run segaudit on a Spark cluster of this machine, and kill a part of it
	@$(BIN)/python -m pytest tests/spark/test_cluster.py tests/spark/test_connect.py $(ARGS)

test-browser: $(STAMP) ## run the tests in a browser; installs Chromium, poppler and axe-core where they are missing
	@tests/browser/setup.sh
	@$(BIN)/python $(PIP_INSTALL) --constraint constraints.txt --no-build-isolation --editable '.[browser]'
	@$(BIN)/python -m pytest tests/browser $(ARGS)

lint: $(STAMP) ## check style, format and layers
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet || { echo "make lint: some files are not formatted; '$(BIN)/ruff format' does it" >&2; exit 1; }
	@$(MAKE) layers

types: $(STAMP) ## check the types, strictly
	@$(BIN)/mypy --no-error-summary

layers: $(STAMP) ## check that imports only go down
	@out=$$($(BIN)/lint-imports --no-logo 2>&1) || { printf '%s\n' "$$out" >&2; exit 1; }

docs: $(STAMP) ## write docs/cli.md from --help and check links (CHECK=1: only compare)
	@$(BIN)/python tests/docs_check.py $(if $(CHECK),,--write)

bench: $(STAMP) ## time segaudit beside its peers; table here, figures in build/bench.json
	@$(BIN)/python tests/benchmarks/run.py $(ARGS)

bench-identity: $(STAMP) ## score and time dedupe on made-up worlds; figures in build/bench-identity.json
	@$(BIN)/python tests/benchmarks/identity.py $(ARGS)

bench-spark: $(SPARK) ## measure how coverage and assign grow on Spark; figures in build/bench-spark.json
	@$(BIN)/python tests/benchmarks/spark_growth.py $(ARGS)

sample-data: $(STAMP) ## make sample_data/ again from its seed
	@$(BIN)/python -m sample_data.generate

build: $(STAMP) ## build the wheel into dist/
	@rm -rf dist
	@$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir dist .

lock: python ## resolve the dependencies anew and write constraints.txt
	@rm -rf build/lock
	@"$(PYTHON)" -m venv build/lock
	@build/lock/bin/python $(PIP_INSTALL) --editable '.[dev,spark,browser]'
	@build/lock/bin/python -m pip freeze --disable-pip-version-check --exclude-editable --exclude segaudit > build/lock/frozen.txt
	@LC_ALL=C sort -f build/lock/frozen.txt > constraints.txt
	@rm -rf build/lock

clean: ## remove what was built, the environment too
	@rm -rf .venv build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

python:
	@[ -n "$(PYTHON)" ] || { echo "segaudit needs Python 3.11 or newer: neither python3.11 nor python3 was found. Install it, or: make PYTHON=/path/to/python ..." >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo "segaudit needs Python 3.11 or newer: $(PYTHON) is $$("$(PYTHON)" --version 2>/dev/null || echo not there). Choose another: make PYTHON=/path/to/python ..." >&2; exit 1; }

# The build backend is installed first, from the lock like the rest, so that nothing is fetched outside it.
$(STAMP): pyproject.toml constraints.txt | python
	@echo "setting up .venv/ (once; about a minute)"
	@"$(PYTHON)" -m venv .venv || { echo "$(PYTHON) could not make .venv/; on Debian and Ubuntu the package python3-venv is missing" >&2; exit 1; }
	@$(BIN)/python $(PIP_INSTALL) --constraint constraints.txt hatchling
	@$(BIN)/python $(PIP_INSTALL) --constraint constraints.txt --no-build-isolation --editable '.[dev]'
	@touch $@

# PySpark comes as source only: building it takes an environment of its own, with what builds wheels in it.
$(SPARK): $(STAMP)
	@$(BIN)/python $(PIP_INSTALL) --constraint constraints.txt --editable '.[spark]'
	@touch $@
