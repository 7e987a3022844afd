# Two commands do everything: `make demo` and `make test`.
# They need Python 3.11 or newer, a C++ compiler and make; the rest goes into .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO_OUTLINE := outlines/unix-pipes.yaml

.PHONY: demo test lint types suite bench clean

demo: $(VENV)/.dev
	$(BIN)/gptoss-writer generate $(DEMO_OUTLINE) --model demo --effort low --workspace drafts/demo
	@echo
	@cat drafts/demo/article.md

test: lint types suite

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

suite: $(VENV)/.dev
	$(BIN)/python -m pytest -q -n logical --dist loadfile

bench: $(VENV)/.dev
	$(BIN)/python -m tests.bench.loop_overhead
	$(BIN)/python -m tests.bench.prompt_tokens

# The first installation compiles llama.cpp and takes some minutes; pip keeps what it built.
$(VENV)/.dev: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) drafts/demo
