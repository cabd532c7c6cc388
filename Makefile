# One command a chore. `make train` and `make test` need nothing but Python 3.11 or newer. PYTHON=python3.12 names another
# Python than python3, TORCH=cpu asks for the small torch, without CUDA.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
RUN = $(BIN)/python
READERS = weights strokes picture unipen archive upload body sheet onnx line checkpoint
SEEN = data/letters/a/0.png data/letters/g/0.png data/letters/z/0.png
NPM := $(shell command -v npm 2>/dev/null)

.PHONY: environment train test check check-js faults fuzz coverage dist light pythons house site bench tour clean

train: environment
	$(RUN) train.py
	$(RUN) predict.py $(SEEN)

# A file's tests run one after the other, those that take longest first.
# Three workers for two processors: tests of pages wait much of the time.
PYTEST = pytest -n 3 --dist loadfile --no-loadscope-reorder

test: environment
	$(RUN) -m $(PYTEST)

check: environment check-js
	$(RUN) -m ruff format --check .
	$(RUN) -m ruff check .
	$(RUN) -m mypy
	$(BIN)/zizmor --offline --quiet --pedantic .github

# The JavaScript: ESLint, and TypeScript on its JSDoc. They need Node.js, which CI has and elsewhere may be missing.
ifdef NPM
check-js: node_modules/installed
	npm run --silent check
else
check-js:
	@echo "The JavaScript was not checked: npm is missing; install Node.js 20.19 or newer." $(if $(CI),&& exit 1)
endif

# What takes too long for `make test`: every fault where that takes a sample, more hostile bytes, programs that are killed.
faults: environment
	$(RUN) -m pip install --quiet fusepy # for names that fold together; libfuse2 comes with the system
	$(RUN) -m $(PYTEST) --thorough

# Bytes that a reader neither reads nor refuses, looked for in each for so many SECONDS.
SECONDS ?= 60
fuzz: environment
	$(RUN) -m pip install --quiet atheris
	for reader in $(READERS); do PYTHONPATH=. $(RUN) tests/fuzz.py $$reader $(SECONDS) || exit 1; done

# `make test`, and the lines and branches that it reaches, those of programs that it starts included: below 98 % it fails.
coverage: export COVERAGE_FILE = $(CURDIR)/build/coverage
coverage: environment
	$(RUN) -m pip install --quiet 'coverage>=7.10'
	rm -f build/coverage build/coverage.*
	$(MAKE) test PYTEST='coverage run -m $(PYTEST)'
	$(RUN) -m coverage combine --quiet
	$(RUN) -m coverage report

# A wheel and a source archive in dist/, tried out in an environment of their own.
dist: environment
	$(RUN) -m pip install --quiet build
	rm -rf dist
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(RUN) -m build --outdir dist
	$(RUN) tests/install.py dist

# The README's installation without torch, in an environment of its own, tried out with the README's commands.
light: environment
	$(RUN) tests/install.py light

# What lies where, and what imports what, printed from the code.
house: environment
	$(RUN) tests/house.py

# The quick tests on each Python from 3.11 to 3.15 that can be had here, or on those of PYTHONS=3.14; two versions of Hydra.
pythons:
	$(PYTHON) tests/pythons.py $(PYTHONS)

# README, docs/ and the docstrings as a site in build/site, without a warning.
site: environment
	$(RUN) tests/site_pages.py build/pages
	$(RUN) -m zensical build --strict --clean

# The notebook, executed anew, with its pictures.
tour: environment
	$(RUN) tests/tour.py

# DATA may name a folder of drawings, as in `make bench DATA=my/letters`.
bench: environment
	$(VENV)/bin/python -m pip install --quiet jax
	PYTHONPATH=. $(RUN) benchmarks/loops.py $(DATA)
	PYTHONPATH=. $(RUN) benchmarks/loops.py cnn $(DATA)
	PYTHONPATH=. $(RUN) benchmarks/training.py $(DATA)
	PYTHONPATH=. $(RUN) benchmarks/data.py
	PYTHONPATH=. $(RUN) benchmarks/prediction.py
	PYTHONPATH=. $(RUN) benchmarks/scaling.py
	PYTHONPATH=. $(RUN) benchmarks/classroom.py

# tests/environment.py says when an environment is kept, and when it is made anew.
environment:
	@$(PYTHON) tests/environment.py $(VENV) '$(filter-out file,$(origin PYTHON))' $(TORCH)

node_modules/installed: package.json
	npm install --silent --no-package-lock --no-audit --no-fund
	touch $@

clean:
	rm -rf $(VENV) node_modules .pytest_cache .mypy_cache .ruff_cache build dist *.egg-info
