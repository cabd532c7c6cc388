# One command a chore. `make train` and `make test` need nothing but Python 3.11 to 3.13.
PYTHON ?= python3
VENV ?= .venv
RUN = $(VENV)/bin/python
READERS = weights strokes picture unipen archive upload body sheet onnx checkpoint
SEEN = data/letters/a/0.png data/letters/g/0.png data/letters/z/0.png
NPM := $(shell command -v npm 2>/dev/null)

.PHONY: train test check check-js faults fuzz coverage dist house bench tour clean

train: $(VENV)/installed
	$(RUN) train.py
	$(RUN) predict.py $(SEEN)

# A file's tests run one after the other, those that take longest first.
PYTEST = pytest -n 2 --dist loadfile --no-loadscope-reorder

test: $(VENV)/installed
	$(RUN) -m $(PYTEST)

check: $(VENV)/installed check-js
	$(RUN) -m ruff format --check .
	$(RUN) -m ruff check .
	$(RUN) -m mypy

# The JavaScript: ESLint, and TypeScript on its JSDoc. They need Node.js, which CI has and elsewhere may be missing.
ifdef NPM
check-js: node_modules/installed
	npm run --silent check
else
check-js:
	@echo "The JavaScript was not checked: npm is missing; install Node.js 20.19 or newer." $(if $(CI),&& exit 1)
endif

# What takes too long for `make test`: every fault where that takes a sample, more hostile bytes, programs that are killed.
faults: $(VENV)/installed
	$(RUN) -m $(PYTEST) --thorough

# Bytes that a reader neither reads nor refuses, looked for in each for so many SECONDS.
SECONDS ?= 60
fuzz: $(VENV)/installed
	$(RUN) -m pip install --quiet atheris
	for reader in $(READERS); do PYTHONPATH=. $(RUN) tests/fuzz.py $$reader $(SECONDS) || exit 1; done

# `make test`, and the lines and branches that it reaches, those of programs that it starts included: below 98 % it fails.
coverage: export COVERAGE_FILE = $(CURDIR)/build/coverage
coverage: $(VENV)/installed
	$(RUN) -m pip install --quiet 'coverage>=7.10'
	rm -f build/coverage build/coverage.*
	$(MAKE) test PYTEST='coverage run -m $(PYTEST)'
	$(RUN) -m coverage combine --quiet
	$(RUN) -m coverage report

# A wheel and a source archive in dist/, tried out in an environment of their own.
dist: $(VENV)/installed
	$(RUN) -m pip install --quiet build
	rm -rf dist
	$(RUN) -m build --outdir dist
	$(RUN) tests/install.py dist

# What lies where, and what imports what, printed from the code.
house: $(VENV)/installed
	$(RUN) tests/house.py

# The notebook, executed anew, with its pictures.
tour: $(VENV)/installed
	$(RUN) tests/tour.py

# DATA may name a folder of drawings, as in `make bench DATA=my/letters`.
bench: $(VENV)/installed
	PYTHONPATH=. $(RUN) benchmarks/training.py $(DATA)
	PYTHONPATH=. $(RUN) benchmarks/data.py
	PYTHONPATH=. $(RUN) benchmarks/prediction.py
	PYTHONPATH=. $(RUN) benchmarks/scaling.py
	PYTHONPATH=. $(RUN) benchmarks/classroom.py

$(VENV)/installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(RUN) -m pip install --quiet --upgrade pip
	$(RUN) -m pip install --quiet --editable '.[dev]'
	touch $@

node_modules/installed: package.json
	npm install --silent --no-package-lock --no-audit --no-fund
	touch $@

clean:
	rm -rf $(VENV) node_modules .pytest_cache .mypy_cache .ruff_cache build dist *.egg-info
