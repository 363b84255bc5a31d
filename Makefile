# Needs make, sh and Python 3.11 to 3.14; everything else is installed into .venv. `make help` lists the commands.

VENV := .venv
BIN := $(VENV)/bin
export VENV PYTHON
# What runs in the checkout: platform/ is a source root beside the checkout itself.
WITH_PATH := PYTHONPATH=platform:. $(BIN)/

# How many processes test at once; what else pytest is told, e.g. make test ARGS="tests/local -x".
# A test keeps either its process or its server busy, so there are as many as processors; those that kill wait for
# browsers and servers, so there is one more.
JOBS ?= $(shell nproc)
JOBS_OF_FAULTS ?= $(shell expr $$(nproc) + 1)
# A test that hangs fails after so many seconds and says where each of its threads stood.
PATIENCE ?= 240
PATIENCE_WITH_FAULTS ?= 720
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help run down test faults e2e chaos bench check format lint types imports migrations templates translations \
	layout i18n clean distclean install

help: ## Show these commands
	@awk -F ':.*## ' '/^[a-z0-9_-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/.installed ## Start everything with a demo network (ARGS="--demo small"), Ctrl-C stops it
	@./bangfu up $(ARGS)

down: $(VENV)/.installed ## Stop what make run started
	@./bangfu down

test: $(VENV)/.installed-dev ## Run the tests on servers of their own
	@sh infra/test.sh -m "not fault" --timeout $(PATIENCE) -n $(JOBS) --maxprocesses 4 --dist loadscope $(ARGS)

faults: $(VENV)/.installed-dev ## Run the tests that kill, corrupt, ask every route or walk long ways, at the figures of CI
	@sh infra/test.sh -m fault --timeout $(PATIENCE_WITH_FAULTS) -n $(JOBS_OF_FAULTS) --maxprocesses 4 --dist loadscope $(ARGS)

e2e: $(VENV)/.installed-dev ## Run the browser tests only
	@sh infra/test.sh -m browser $(ARGS)

chaos: $(VENV)/.installed-dev ## Run the fault tests at their full figures (takes minutes)
	@BANGFU_CHAOS=full sh infra/test.sh -m fault -s $(ARGS)

bench: $(VENV)/.installed-dev ## Measure against stock django-tenants and plain SQL
	@./bangfu bench $(ARGS)

check: format lint types imports migrations templates translations layout ## Everything CI checks besides the tests

format: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .

types: $(VENV)/.installed-dev
	$(WITH_PATH)mypy

imports: $(VENV)/.installed-dev
	$(WITH_PATH)lint-imports

migrations: $(VENV)/.installed-dev
	$(WITH_PATH)python -W ignore::RuntimeWarning -m django makemigrations --check --dry-run --settings bangfu.settings

templates: $(VENV)/.installed-dev
	$(BIN)/djlint --quiet platform tenants shared_apps tenant_apps
	@if grep -rnE '\|[[:space:]]*safe([^[:alnum:]_]|$$)' --include='*.html' platform tenants shared_apps tenant_apps; then \
		echo "Nothing is marked safe in a template."; exit 1; fi

translations: $(VENV)/.installed-dev
	$(WITH_PATH)python infra/i18n.py --check

layout:
	test ! -e platform/__init__.py

i18n: $(VENV)/.installed-dev ## Collect the texts and compile the translations
	$(WITH_PATH)python infra/i18n.py

clean: ## Stop everything and delete the demo network (asks first)
	@test ! -x $(BIN)/python || ./bangfu down --delete-data

distclean: clean ## clean, and delete .venv and caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis dist build

install: $(VENV)/.installed-dev ## Install everything for development

$(VENV)/.installed: requirements.lock
	@if [ $(VENV)/.installed-dev -nt requirements-dev.lock ]; then touch $@; \
	else sh infra/venv.sh requirements.lock && touch $@; fi

$(VENV)/.installed-dev: requirements-dev.lock
	@sh infra/venv.sh requirements-dev.lock && touch $@
