# Everything runs from .venv; nothing outside this folder is touched, apart from the caches of pip and npm.

PYTHON ?= python3
# One more than the two cores that it is made for: tests wait for servers, browsers and phones.
WORKERS ?= 3
BIN := .venv/bin
CATALOGUES := $(wildcard rehab_tracker/locale/*/LC_MESSAGES/*.po)
ASSETS := $(addprefix rehab_tracker/assets/, build.py package.json package-lock.json .npmrc)
# Scratch folders lie in memory where there is room for them: the tests make some thousand databases and keep none.
# Others may pass through (711), because PostgreSQL doesn't run as root.
SCRATCH = mktemp -d $(shell [ "$$(df --output=avail /dev/shm 2>/dev/null | tail -n 1)" -gt 6000000 ] 2>/dev/null && echo --tmpdir=/dev/shm)
# Whatever has a long form, wherever it stands.
DRILLS = $(sort $(shell grep --recursive --files-with-matches --include='test_*.py' REHAB_LONG_DRILLS tests))
COMPILE := uv pip compile --universal --generate-hashes --no-header --quiet $(if $(UPGRADE),--upgrade) pyproject.toml

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install words demo test drills bench evidence pictures lock clean

help: ## Say what can be made (this list)
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

install: .venv/.packages .venv/.project .venv/.assets .venv/.catalogues ## Put everything into .venv; does nothing when nothing changed

# A changed lock starts over, so that what it no longer names is gone.
.venv/.packages: requirements-dev.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name it with PYTHON=")'
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install -qq --disable-pip-version-check --no-input \
		--only-binary :all: --require-hashes --requirement requirements-dev.lock
	@touch $@

.venv/.project: pyproject.toml .venv/.packages
	$(BIN)/python -m pip install -qq --disable-pip-version-check --no-input \
		--no-index --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.assets: $(ASSETS) .venv/.packages
	$(BIN)/python rehab_tracker/assets/build.py
	@touch $@

.venv/.catalogues: $(CATALOGUES) .venv/.packages
	$(if $(CATALOGUES),$(BIN)/pybabel --quiet compile --statistics --directory rehab_tracker/locale)
	@touch $@

demo: install ## Run a made-up clinic here: web, clock and mail catcher (PORT=8080 FRESH=1)
	$(BIN)/python -m rehab_tracker.demo $(if $(PORT),--port $(PORT)) $(if $(filter-out 0 no,$(FRESH)),--fresh)

test: install ## Run style, types and all tests, on SQLite and on PostgreSQL
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	@scratch=$$($(SCRATCH)) && chmod 711 "$$scratch" && trap 'rm -rf "$$scratch"' EXIT && trap 'exit 1' INT TERM && \
		TMPDIR="$$scratch" $(BIN)/pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder

drills: install ## Run the long fault drills and print their figures
	REHAB_LONG_DRILLS=1 $(BIN)/pytest --capture=no $(DRILLS)

bench: install ## Measure beside the floor and print ratios
	$(BIN)/python -m benchmarks

evidence: install ## Measure the rules on the cohorts that README reports (some minutes)
	$(BIN)/python -m benchmarks.evidence

pictures: install ## Draw the pictures of README.md anew
	$(BIN)/python -m tests.pictures

words: install ## Write new texts into the catalogues, for somebody to translate
	$(BIN)/pybabel --quiet extract --mapping-file pyproject.toml --no-location --sort-output \
		$(addprefix --keyword ,N_ RehabError InvalidValue NotFound NotAllowed ReasonNeeded NotSignedIn TooManyAttempts WrongState NotReady BadBody TooLarge) \
		--output-file .venv/messages.pot rehab_tracker dashboards
	for language in en_GB pt_PT; do $(BIN)/pybabel --quiet update --input-file .venv/messages.pot --domain messages \
		--output-dir rehab_tracker/locale --locale $$language --no-fuzzy-matching --ignore-obsolete --init-missing \
		--ignore-pot-creation-date --width 120; done

lock: .venv/.packages ## Write both locks from pyproject.toml (UPGRADE=1 takes newer versions)
	$(BIN)/$(COMPILE) --output-file requirements.lock
	$(BIN)/$(COMPILE) --extra demo --extra evaluation --group dev --constraint requirements.lock --output-file requirements-dev.lock
	@! grep --line-number --extended-regexp '://|^--(extra-)?index' requirements.lock requirements-dev.lock

clean: ## Remove what make made (the demo's data in .data stays)
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build *.egg-info
	rm -rf rehab_tracker/assets/dist rehab_tracker/assets/node_modules
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find . -path ./.data -prune -o -name '*.mo' -type f -exec rm -f {} +
