# Two commands do everything, from a fresh clone, with Rust, Python 3.11+, a C compiler and make:
#
#   make demo   sets up, gets the flights data, answers five questions in Hypostyle and in pandas
#   make test   sets up, then checks everything: format, lints, Rust, Python, documentation
#
# What they make goes to .venv/, build/, target/ and datasets/generated/; `make clean` removes it.
# LEAN=1 takes less disk: no debug information, nothing kept for the next build or download.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c

# The first Python of at least 3.11; `make PYTHON=...` names another.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
  "$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)
CARGO ?= cargo
VENV := .venv
PY := $(VENV)/bin/python
FEATURES := ndarray,arrow2,cloud
DATA := datasets/generated
MATURIN := maturin==1.16.0

# Tests use the dependencies that the wheel is made of, and the crate itself unoptimised and with its assertions: all
# that is not ours is built once. (`cargo test` alone builds everything for debugging, which is as good.)
CHECKED := --release --locked --features $(FEATURES) \
  $(foreach set,opt-level=0 debug-assertions=true overflow-checks=true,--config profile.release.package.hypostyle.$(set))

ifdef LEAN
export CARGO_INCREMENTAL := 0
export CARGO_PROFILE_RELEASE_DEBUG := none
export PIP_NO_CACHE_DIR := 1
endif

WHEEL_SOURCES := Cargo.toml Cargo.lock python-bindings/Cargo.toml python-bindings/pyproject.toml \
  $(shell find src python-bindings/src python-bindings/python -type f \( -name '*.rs' -o -name '*.py' -o -name '*.pyi' -o -name 'py.typed' \))

.PHONY: help setup demo test test-format test-lints test-rust test-doc test-python bench versus clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: build/wheel.installed build/data.made ## virtual environment, wheel and data

demo: build/wheel.installed build/data.made ## five questions about 336,776 flights
	$(PY) examples/flights.py

test: test-format test-lints test-rust test-doc test-python ## everything that is checked before a change lands

test-format:
	$(CARGO) fmt --all --check

test-lints:
	$(CARGO) clippy --release --locked --workspace --all-targets --features $(FEATURES) -- -D warnings

test-rust: build/data.made
	$(CARGO) test $(CHECKED) --lib --tests
	$(CARGO) build $(CHECKED) --examples
	$(CARGO) run --quiet $(CHECKED) --example linear_regression

test-doc:
	$(CARGO) test $(CHECKED) --doc
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --release --locked --features $(FEATURES) --no-deps

test-python: build/wheel.installed build/python-tests.installed build/data.made
	CARGO_OPTIONS="$(CHECKED)" $(PY) -m pytest -v python-bindings/tests tests/python

bench: ## the criterion benches
	$(CARGO) bench --locked

versus: build/wheel.installed ## the comparison with other engines
	$(PY) -m pip install --quiet -r benches/versus/requirements.txt
	$(PY) benches/versus/run.py

clean: ## removes all that was made
	rm -rf $(VENV) build target $(DATA)

# Each stamp below is made again when what it depends on changes.

build/venv.made: examples/requirements.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed (make PYTHON=/path/to/python3)"; exit 1; }
	@$(CARGO) --version >/dev/null 2>&1 || { echo "Rust is needed: https://rustup.rs"; exit 1; }
	mkdir -p build
	test -x $(PY) || $(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check $(MATURIN) -r examples/requirements.txt
	touch $@

build/python-tests.installed: build/venv.made python-bindings/requirements-test.txt tests/python/requirements.txt
	$(PY) -m pip install --quiet --disable-pip-version-check -r python-bindings/requirements-test.txt -r tests/python/requirements.txt
	touch $@

build/wheel.installed: build/venv.made $(WHEEL_SOURCES)
	rm -rf build/wheel
	$(PY) -m maturin build --release --locked --manifest-path python-bindings/Cargo.toml --interpreter $(PY) --out build/wheel
	$(PY) -m pip install --quiet --disable-pip-version-check --force-reinstall --no-deps build/wheel/hypostyle-*.whl
	touch $@

build/data.made: build/venv.made datasets/make_datasets.py
	$(PY) datasets/make_datasets.py flights --format csv
	touch $@
