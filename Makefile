# Every target sets up what it needs; nothing but Python 3.11+ on Debian, Ubuntu or macOS is assumed.
SHELL := /bin/bash
PY := .venv/bin/python
RUNTIME := .venv/.runtime
DEVELOP := .venv/.develop
export ALULA_DATA ?= var

.DEFAULT_GOAL := help
.PHONY: help setup web run test quick check test-services bench bench-record docs screenshots types

help: ## show what can be done
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

setup: $(DEVELOP) ## make the environment in .venv with everything to run, build and test
$(RUNTIME): pyproject.toml constraints.txt tools/setup_env.py
	@python3 tools/setup_env.py postgres
	@touch $(RUNTIME)
$(DEVELOP): $(RUNTIME)
	@python3 tools/setup_env.py postgres test check
	@touch $(DEVELOP)

web: $(RUNTIME) ## build the web app into src/alula/web_dist (skipped when nothing changed)
	@$(PY) tools/web_build.py

run: $(RUNTIME) ## serve on http://127.0.0.1:8000 with a demo tenant; prints the accounts
	@$(PY) tools/web_build.py --tidy
	@$(PY) tools/system_packages.py espeak-ng || true
	@$(PY) -m alula serve --demo

test: setup web ## everything that needs no server of its own: units, properties, browser
	@$(PY) tools/system_packages.py espeak-ng chromium fonts-noto-cjk
	@$(PY) tools/system_packages.py chromium-headless-shell 2>/dev/null || true
	@$(PY) tools/side_by_side.py -- -q -m "not services and not stress"

quick: setup ## the fast part of the tests
	@$(PY) -m pytest -q -m "not slow and not browser and not services"

check: setup web ## style, types, floors, API drift, translations
	@.venv/bin/ruff check . && .venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports --no-cache | tail -n +9
	@$(PY) tools/openapi.py --check
	@$(PY) tools/web_build.py --check

test-services: setup web ## the same promises on a real PostgreSQL, installed and started here; processes killed under load
	@$(PY) tools/system_packages.py espeak-ng postgresql
	@$(PY) tools/services.py --still -- $(PY) -m pytest -q -m "services or stress or not (slow or browser)"

bench: setup web ## print the figures of docs/benchmarks.md, without those of bench-record
	@for name in delivery growth_match intents record record_pages turn_latency; do \
	  echo "== benchmarks/$$name.py"; $(PY) benchmarks/$$name.py || exit 1; done

bench-record: setup web ## ingest against Ralph; 10,000,000 statements on both engines (an hour, 30 GB of disk; STATEMENTS=N for fewer); fails when a bar is missed
	@$(PY) tools/system_packages.py postgresql
	@missed=0; $(PY) benchmarks/record_ingest.py || missed=1; \
	$(PY) benchmarks/record_large.py $(STATEMENTS) || missed=1; \
	$(PY) tools/services.py -- $(PY) benchmarks/record_large.py $(STATEMENTS) || missed=1; exit $$missed

types: setup web ## write docs/openapi.json and the web app's types from the API
	@$(PY) tools/openapi.py
	@$(PY) tools/web_build.py --types

screenshots: setup web ## every page at four sizes, two languages, day and night, into screenshots/
	@$(PY) tools/system_packages.py espeak-ng chromium fonts-noto-cjk
	@$(PY) tools/screenshots.py
