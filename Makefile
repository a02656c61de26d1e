# Two commands to start: make demo, make test.
VENV := .venv
BIN := $(VENV)/bin
LOGSTATS := $(BIN)/logstats
SOAK_S ?= 3600
KILLS ?= 300
FIRST_RUNS ?= 400
HISTORIES_S ?= 3600
FIRST_SEED ?= 0
FAULTS_S ?= 3600
CUTS_S ?= 3600
DAMAGES_S ?= 1800
EXAMPLES ?= 10
FUZZ_S ?= 600
FUZZ_NATIVE_S ?= 3600
LOWEST_TESTS ?= tests/reports/test_reports.py tests/unit/formats/test_named.py tests/unit/titles/test_files.py

.PHONY: cluster demo engines pictures locked lowest test test-slow test-all check settings pipeline wheel bench bench-formats instructions histories fuzz fuzz-native soak clean

# Installed once, and again when what it depends on changes.
$(VENV)/.installed: pyproject.toml hatch_build.py logstats/native/_lines.c
	python3 -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

# The same from requirements.lock, as CI installs it: each file by its hash, and nothing else.
locked:
	python3 -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $(VENV)/.installed

# Some tests with the lowest versions that pyproject.toml allows.
lowest: $(VENV)/.installed
	rm -rf build/lowest
	python3 -m venv build/lowest
	build/lowest/bin/pip install --quiet --disable-pip-version-check --requirement requirements.lowest
	build/lowest/bin/pip install --quiet --disable-pip-version-check --constraint requirements.lowest \
		--editable '.[geo]' pytest pytest-xdist hypothesis
	$(MEMORY) build/lowest/bin/python -m pytest --numprocesses auto $(LOWEST_TESTS)

# The sample month of a made-up portal: its box, and its ten most read articles.
demo: $(VENV)/.installed
	$(LOGSTATS) demo

# The pictures of the README, from the sample: the page at a desk and on a phone. They need Chromium.
pictures: $(VENV)/.installed
	cd tests && ../$(BIN)/python -m support.pictures ../docs/pictures

# Tests are in two halves that have no test in common: `test` is what to run after each change, `test-slow` the rest.
# One process a core; `.venv/bin/python -m pytest tests/unit/rules` runs a folder by itself.
# SHARE=4 runs one in four cases of each test, and PART says which: for CI, where each commit has another part.
SHARE ?= 1
PART ?= 0
PYTEST := $(BIN)/python -m pytest --numprocesses auto --dist worksteal --share $(SHARE) --part $(PART)

# A store in memory is written without waiting for a disk: where the system has a gigabyte there, tests use it.
MEMORY := $(shell [ -w /dev/shm ] && df -k /dev/shm | awk 'NR == 2 && $$4 > 1000000 {print "TMPDIR=/dev/shm"}')

test: $(VENV)/.installed
	@echo "unit, statements, reports, cli, dashboard: about nine minutes on two cores"
	$(MEMORY) $(PYTEST) tests/unit tests/statements tests/reports tests/cli tests/dashboard

test-slow: $(VENV)/.installed
	@echo "stories, properties, histories: about a quarter of an hour on two cores"
	$(MEMORY) $(PYTEST) tests/stories tests/properties tests/fuzz
	$(MAKE) histories HISTORIES=1000

test-all: test test-slow

# Style, types, the import contracts, the drawing of the statements, and the words of identifiers.
check: $(VENV)/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python .ci/pipeline.py --check
	$(BIN)/python .ci/words.py

# The statements of each stage with what they read and make, drawn into CONTRIBUTING.md.
pipeline: $(VENV)/.installed
	$(BIN)/python .ci/pipeline.py

# The example and the reference in docs/settings.md, from the rows in logstats/config.
settings: $(VENV)/.installed
	$(BIN)/python -m logstats.config.documents docs/settings.md

# Engines that need no Java, beside one ingest, a worker of theirs killed: processes, Sail by Spark Connect, and Dask.
engines:
	python3 -m venv build/engines
	build/engines/bin/pip install --quiet --disable-pip-version-check --editable '.[connect,dask]' pysail pytest hypothesis
	$(MEMORY) build/engines/bin/python -m pytest -rs -p no:cacheprovider tests/stories/test_engines.py

# These and all others: Ray, and Spark with an executor killed. Spark needs Java; its client is in another environment.
cluster: engines
	build/engines/bin/pip install --quiet --disable-pip-version-check --editable '.[ray]'
	$(MEMORY) build/engines/bin/python -m pytest -rs -p no:cacheprovider tests/stories/test_engines.py -k ray
	python3 -m venv build/spark
	build/spark/bin/pip install --quiet --disable-pip-version-check --editable '.[spark]' pytest hypothesis
	$(MEMORY) build/spark/bin/python -m pytest -rs -p no:cacheprovider tests/stories/test_engines.py -k spark

# The built wheel in a clean venv, run from another folder.
wheel: $(VENV)/.installed
	rm -rf build/wheel
	$(BIN)/python -m build --wheel --outdir build/wheel
	python3 -m venv build/wheel/venv
	build/wheel/venv/bin/pip install --quiet --disable-pip-version-check build/wheel/logstats-*.whl
	cd build/wheel && venv/bin/logstats demo

# The same work side by side with the peers that are installed; BENCH='--big' beside 20 million stored lines too.
BENCH :=
bench: $(VENV)/.installed
	$(BIN)/python benchmarks/bench.py $(BENCH)

# Instructions of cron's commands beside those in benchmarks/instructions.json; KEEP=--keep writes them.
KEEP :=
instructions: $(VENV)/.installed
	$(BIN)/python benchmarks/instructions.py $(KEEP)

# Each named format beside combined: lines a second of processor time.
bench-formats: $(VENV)/.installed
	$(BIN)/python benchmarks/formats.py

# Random histories of a folder of logs: rotations, archives, copies, truncations, between the reads too.
HISTORIES := 5000
histories: $(VENV)/.installed
	cd tests && ../$(BIN)/python -m properties.test_histories $(HISTORIES)

# Each parser is fed with inputs that reach new lines of it, for FUZZ_S seconds; 1000x: with 1,000, always the same.
fuzz: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[fuzz]' \
		|| echo "atheris can't be installed here"
	cd tests && ../$(BIN)/python -m fuzz.run $(FUZZ_S)

# The native reader of lines is fed for FUZZ_NATIVE_S seconds, under sanitizers of memory and of undefined behaviour.
fuzz-native: $(VENV)/.installed
	cd tests && ../$(BIN)/python -m fuzz.native $(FUZZ_NATIVE_S)

# Crons, the real logrotate, readers and kills for SOAK_S seconds, then KILLS histories with kills and FIRST_RUNS kills
# while a store is made, and random histories from FIRST_SEED on for HISTORIES_S seconds. Then for FAULTS_S seconds a call
# of the system fails, for CUTS_S seconds the power is cut, for DAMAGES_S seconds a store is damaged, and `fuzz-native`
# runs. Last, the properties are tried with EXAMPLES times as many examples as in the tests, and others each time (0: not
# at all).
soak: $(VENV)/.installed
	cd tests && ../$(BIN)/python -m stories.soak $(SOAK_S)
	cd tests && ../$(BIN)/python -m stories.kills $(KILLS) 4 $(FIRST_RUNS)
	cd tests && ../$(BIN)/python -m properties.test_histories 1000000 $(HISTORIES_S) $(FIRST_SEED)
	cd tests && ../$(BIN)/python -m stories.placed_faults $(FAULTS_S)
	cd tests && ../$(BIN)/python -m stories.power_cuts $(CUTS_S)
	cd tests && ../$(BIN)/python -m stories.damages $(DAMAGES_S)
	cd tests && ../$(BIN)/python -m fuzz.native $(FUZZ_NATIVE_S)
ifneq ($(EXAMPLES),0)
	HYPOTHESIS_PROFILE=search LOGSTATS_EXAMPLES=$(EXAMPLES) $(MEMORY) $(PYTEST) tests/unit tests/stories tests/properties
endif

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
