# make run    everything from nothing: environment, install, five articles, the service
# make test   the tests
# make lint, make types, make clean

PYTHON ?= python3
PORT ?= 8080
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: run test lint types clean

run: $(VENV)/installed
	$(BIN)/wiretwin demo --port $(PORT)

test: $(VENV)/installed-test
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder

lint: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/installed-dev
	$(BIN)/mypy

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	rm -f wiretwin-demo.db wiretwin-demo.db-wal wiretwin-demo.db-shm

# Each file marks a step as done; the steps are repeated when the dependencies change.

$(VENV)/created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "wiretwin needs Python 3.11 or later; this is " + sys.version.split()[0] + ". Name another one: make PYTHON=python3.13")'
	$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(VENV)/installed: $(VENV)/created pyproject.toml
	$(BIN)/pip install -q -e .
	@touch $@

$(VENV)/installed-test: $(VENV)/installed
	$(BIN)/pip install -q -e '.[test]'
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed-test
	$(BIN)/pip install -q -e '.[test,dev]'
	@touch $@
