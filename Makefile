# What a person runs is what CI runs. `.venv` is built from the lock files alone and rebuilt only when they change.
.DELETE_ON_ERROR:
.PHONY: help demo test lint bench simulate screenshot lock clean

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input --quiet --quiet

# The first Python that is new enough and can make a virtual environment; PYTHON=... chooses another.
PYTHON ?= $(shell for python in python3.11 python3.12 python3 python3.13; do \
	"$$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo "$$python" && break; done)

LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header

help: ## Say what can be made.
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /make \1|/' | column -t -s '|'

demo: $(VENV)/.project ## Start the sandbox and print its address; ARGS="--port 9000" changes it.
	@exec $(BIN)/pawdeploy sandbox $(ARGS)

# Three side by side whatever the machine: a third of the time is waiting for bots, and modules share one each.
# In the order of their names, for those with the fewest tests take the longest: neither waits for the other at the end.
test: $(VENV)/.project $(VENV)/.locked-dev ## Run every test.
	$(BIN)/python -m pytest -n 3 --dist loadscope --no-loadscope-reorder

# import-linter's cache does not see modules that are new.
lint: $(VENV)/.project $(VENV)/.locked-dev ## Check style, types and the arrows between packages.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache --no-logo

bench: $(VENV)/.project $(VENV)/.locked-dev ## Measure ack, start-up, memory, recovery, webhooks, a storm and a hundred ticks at once.
	$(BIN)/python -m tests.bench

simulate: $(VENV)/.project ## Measure false alarms and power of the watch; RUNS=500 is quicker.
	RUNS=$${RUNS:-3000} $(BIN)/python -m tests.simulation

screenshot: $(VENV)/.project $(VENV)/.locked-dev ## Take the README's pictures anew, in the tests that drive the page.
	PAWDEPLOY_SCREENSHOT=1 $(BIN)/python -m pytest tests/browser/test_deploy_in_browser.py \
		tests/browser/test_production_in_browser.py tests/browser/test_alerts_in_browser.py \
		tests/browser/test_incidents_in_browser.py tests/browser/test_ota_in_browser.py \
		tests/browser/test_release_in_browser.py \
		-k "green_card or taken_back or outage or names_the_deploy or live_in_both"

lock: $(VENV)/.locked-dev ## Write the lock files anew; UPGRADE=--upgrade takes newer versions.
	$(LOCK) $(UPGRADE) --extra build pyproject.toml -o requirements.txt
	$(LOCK) $(UPGRADE) --extra build --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt

clean: ## Remove everything that was built; state under var/ stays.
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.locked: requirements.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer with venv is missing. On Debian: apt-get install python3-venv" >&2; exit 1; }
	@echo "Building $(VENV) with $(PYTHON) from requirements.txt"
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.locked-dev: requirements-dev.txt $(VENV)/.locked
	@echo "Adding the tools of requirements-dev.txt"
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@

$(VENV)/.project: pyproject.toml $(VENV)/.locked
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@
