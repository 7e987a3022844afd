# Two commands do everything: `make demo` and `make test`.
# They need Python 3.11 or newer, a C++ compiler and make; the rest goes into .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO_OUTLINE := outlines/unix-pipes.yaml
DEMO_MODEL := models/random-weights.gguf

.PHONY: demo test lint types suite bench clean

demo: $(DEMO_MODEL)
	@echo
	@echo "The model below has random weights: it shows every step, and its text is noise."
	@echo
	$(BIN)/gptoss-writer generate $(DEMO_OUTLINE) --model $(DEMO_MODEL) --effort low \
		--workspace drafts/demo
	@echo
	@echo "The article (noise, from random weights): drafts/demo/article.md"

test: lint types suite

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

suite: $(VENV)/.dev
	$(BIN)/python -m pytest -q

bench: $(VENV)/.dev
	$(BIN)/python -m tests.bench.loop_overhead
	$(BIN)/python -m tests.bench.prompt_tokens

# The first installation compiles llama.cpp and takes some minutes; pip keeps what it built.
$(VENV)/.dev: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

$(DEMO_MODEL): $(VENV)/.dev tests/support/gguf_models.py
	@mkdir -p models
	$(BIN)/python -m tests.support.gguf_models $@

clean:
	rm -rf $(VENV) drafts/demo $(DEMO_MODEL)
