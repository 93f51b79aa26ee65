# Everything a newcomer needs: make demo, make test. Python 3.11+, git and make are enough to begin.

PYTHON ?= python3
FUZZ_SECONDS ?= 60
VENV   := .venv
BIN    := $(VENV)/bin
# Byte-compiled once here, a command starts in a second; never compiled, in eight.
unexport PYTHONDONTWRITEBYTECODE

SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct)
export SOURCE_DATE_EPOCH

.PHONY: dist deb sbom audit licenses docs demo run setup test check unit soak bench footprint fuzz lock clean servers screenshots messages

demo: setup ## the whole journey on this machine alone
	$(BIN)/doleances demo

setup: $(VENV)/ready ## environment, locked packages, the program, a first model

$(VENV)/ready: requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed (PYTHON=python3.11 make …)"; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || { rm -rf $(VENV); scripts/debian-packages python3-venv && $(PYTHON) -m venv $(VENV); }
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/doleances train
	touch $@

servers: ## what the tests speak to: Dovecot, Exim, Chromium, PostgreSQL
	@scripts/debian-packages dovecot-imapd exim4-daemon-light chromium libatomic1 postgresql tesseract-ocr tesseract-ocr-fra

test: setup servers check unit ## everything that must be true before a change lands

check: setup ## style, types, the order of the rooms
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

unit: setup # three at once on two cores: tests wait for servers as much as they compute
	$(BIN)/pytest -q -n 3 --dist loadfile --no-loadscope-reorder -m "not soak"

soak: setup servers ## the long endurance tests
	$(BIN)/pytest -q -m soak

bench: setup servers ## speed, as ratios against a reference in the same run
	for each in bench/*.py; do $(BIN)/python $$each || exit 1; done

footprint: setup servers ## seconds, memory and processor of the service on this machine
	$(BIN)/python scripts/footprint

screenshots: setup servers ## pictures of every page at three widths, into screenshots/
	$(BIN)/python -m tests.screenshots

messages: setup ## gather what the pages say, update and compile the catalogues of other languages
	PYTHONPATH=. $(BIN)/python scripts/messages

fuzz: setup ## search for mails that break the reader, FUZZ_SECONDS long
	$(BIN)/python -m tests.fuzz.parse $(FUZZ_SECONDS)

lock: setup ## choose the newest packages again
	$(BIN)/uv pip compile --quiet --all-extras --generate-hashes --no-header --no-annotate --universal --python-version 3.11 pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --all-extras --group dev --generate-hashes --no-header --no-annotate --universal --python-version 3.11 pyproject.toml -o requirements-dev.lock
	$(MAKE) licenses

dist: setup ## a wheel with all a start needs: templates, corpus, a learnt model
	PYTHONPATH=. $(BIN)/python scripts/first-model
	$(BIN)/python -m hatchling build -t wheel -d dist

deb: dist licenses ## a Debian package with its locked libraries under /opt/doleances
	packaging/debian/build

sbom: setup ## what the program is made of (CycloneDX), into dist/
	scripts/sbom

audit: setup ## known flaws of the locked packages; needs the network
	scripts/audit

licenses: setup ## LICENSES.md, from the installed packages
	$(BIN)/python scripts/licenses

docs: setup ## the documentation site, into site/
	$(BIN)/mkdocs build --strict --quiet

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .import_linter_cache dist
