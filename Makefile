# Bookipi Web with QuickBooks. `make run` needs make, Python 3.11+ and pip, and nothing else.
#
#   make run          the whole app: http://localhost:3000 (PORT, SANDBOX_PORT, BOOKIPI_VAR choose others)
#   make test         what proves the app;  make test-all: the long forms;  make check: style, types, contracts
#   make doctor       what is configured and reachable
#   make prove      every harness in one table: SEEDS=1000 or MINUTES=60 (more of it: ARGS=--go-on), BUGS=1, ARGS="--seed 7"
#   make fidelity   invoices there and back, to the cent: N=2000, ARGS="--invoice 7" replays one
#   make bench · make screenshots · make lock · make clean

SHELL := /bin/sh
VENV := .venv
PY := $(VENV)/bin/python
RUNTIME := $(VENV)/.installed
DEVELOPMENT := $(VENV)/.installed-dev
PYTHON ?=
ARGS ?=
SEEDS ?= 1000
MINUTES ?=
BUGS ?=
PROCESSES ?=
N ?= 2000
# Six processes load the same modules: let the first of them keep what it compiled.
unexport PYTHONDONTWRITEBYTECODE

# A virtual environment knows its own folder: in a copied or moved project it is made anew.
ifneq ($(shell cat $(VENV)/.folder 2>/dev/null),$(CURDIR))
.PHONY: $(VENV)/.folder
endif

.DEFAULT_GOAL := run
.PHONY: run test test-all check doctor bench prove fidelity screenshots lock clean

run: $(RUNTIME)
	@exec $(PY) -m bookipi_app.cli run

doctor: $(RUNTIME)
	@$(PY) -m bookipi_app.cli doctor

# Two processes: first for what needs no run of the app, then for what does, each with an app of its own.
test: $(DEVELOPMENT)
	@$(PY) -m bookipi_app.cli build
	$(PY) -m pytest -n 2 --dist worksteal -m "not long and not app" $(ARGS)
	$(PY) -m pytest -n 2 --dist loadfile -m "not long and app" $(ARGS)

# Only what `make test` leaves out, and what touches the database once more on Postgres, where that is installed. Exit
# code 5 means that there is nothing long yet.
ENGINE_ON_POSTGRES := main_job deaths matching conflicts merges guard grant feed ends_invoices ends_lists references trace
ON_POSTGRES := tests/api tests/quickbooks tests/services $(ENGINE_ON_POSTGRES:%=tests/engine/test_%.py)
test-all: $(DEVELOPMENT)
	@$(PY) -m bookipi_app.cli build
	$(PY) -m pytest -n 2 --dist worksteal -m "long and not app" $(ARGS) || test $$? -eq 5
	$(PY) -m tests.prove --seeds 1000 --first 301 --processes 2 --without planner --without nemesis
	$(PY) -m pytest -n 2 --dist loadfile -m "long and app" $(ARGS) || test $$? -eq 5
	$(PY) -m tests.postgres -n 2 --dist worksteal -m "not long and not app" $(ON_POSTGRES) $(ARGS)

check: $(DEVELOPMENT)
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	PATH="$(CURDIR)/$(VENV)/bin:$$PATH" $(PY) -m pyright
	$(VENV)/bin/lint-imports
	$(PY) -m tests.check_migrations
	$(PY) -m tests.check_secrets
	$(PY) -m tests.check_audit

bench: $(DEVELOPMENT)
	$(PY) -m tests.bench $(ARGS)

prove: $(DEVELOPMENT)
	@$(PY) -m bookipi_app.cli build
	$(PY) -m tests.prove --seeds $(SEEDS) $(if $(PROCESSES),--processes $(PROCESSES)) $(if $(MINUTES),--minutes $(MINUTES)) $(if $(BUGS),--bugs) $(ARGS)

fidelity: $(DEVELOPMENT)
	$(PY) -m tests.fidelity --invoices $(N) $(ARGS)

screenshots: $(DEVELOPMENT)
	$(PY) -m tests.screenshots $(ARGS)

# The only use of uv (https://docs.astral.sh/uv/), and only for who changes a dependency.
lock:
	@command -v uv >/dev/null || { echo "make lock needs uv: https://docs.astral.sh/uv/" >&2; exit 1; }
	uv pip compile --universal --python-version 3.11 --no-emit-index-url --no-annotate --all-extras pyproject.toml -o constraints.txt

# Data in var/ stays.
clean:
	rm -rf $(VENV) .web .web-builds .states *.egg-info .pytest_cache .ruff_cache .hypothesis .import_linter_cache

$(VENV)/.folder:
	@python='$(PYTHON)'; \
	if [ -z "$$python" ]; then \
	  for one in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	    if $$one -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then python=$$one; break; fi; \
	  done; \
	fi; \
	if [ -z "$$python" ]; then \
	  old=$$(python3 --version 2>&1 || true); \
	  echo "Bookipi needs Python 3.11 or newer (found: $${old:-none}): install it, or name one: make run PYTHON=/path/to/python3.11" >&2; exit 1; \
	fi; \
	if ! "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	  echo "Bookipi needs Python 3.11 or newer, and $$python is $$("$$python" --version 2>&1): name another: make run PYTHON=/path/to/python3.11" >&2; exit 1; \
	fi; \
	if ! "$$python" -c 'import venv, ensurepip' 2>/dev/null; then \
	  echo "This Python has no venv module: install it (on Debian and Ubuntu: apt-get install python3-venv) and start again." >&2; exit 1; \
	fi; \
	echo "  environment    making $(VENV) with $$("$$python" --version)"; \
	"$$python" -m venv --clear $(VENV) && printf '%s' '$(CURDIR)' > $@

$(RUNTIME): $(VENV)/.folder pyproject.toml constraints.txt
	@$(call install,.)
	@touch $@

$(DEVELOPMENT): $(RUNTIME)
	@$(call install,".[dev]")
	@touch $@

# Installs a requirement with the pinned versions, one line for each package that has to be fetched. The whole output
# is kept, because pip's last lines name the package and our sentence the remedy.
define install
echo "  environment    installing Python packages (once, or after a change of dependencies)"; \
{ $(PY) -m pip install --disable-pip-version-check --no-input -e $(1) -c constraints.txt 2>&1; echo "exit $$?"; } \
  | tee $(VENV)/install.log | sed -n 's/^Collecting \([^ ]*\).*/  environment    \1/p'; \
if ! grep -qx "exit 0" $(VENV)/install.log; then \
  tail -n 12 $(VENV)/install.log >&2; \
  if grep -qiE "command '[^']*(gcc|g\+\+|cc|clang)' failed|no such file.*(gcc|cc)|unable to find.*compiler|rust.*not (found|installed)" $(VENV)/install.log; then \
    echo "A package has no ready-made form for this machine, and there is no compiler to make it: install one (on Debian and Ubuntu: apt-get install build-essential) and start again." >&2; \
  else \
    echo "The Python packages could not be installed: check the network (pip's lines above name what was missing) and start again." >&2; \
  fi; \
  exit 1; \
fi
endef
