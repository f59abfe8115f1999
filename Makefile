# Comity's commands. `make help` lists them.

PYTHON ?= python3
UV ?= uv
BENCH ?= all
SECONDS ?= 60
EVIDENCE ?=
SEED ?=
ARGS ?=

# What the demonstration and the tests use besides Python: standard tools that check our work.
DEMO_PACKAGES = age openssl
TEST_PACKAGES = age openssl poppler-utils postgresql gcc libc6-dev softhsm2

.DEFAULT_GOAL = help
.PHONY: help demo test fuzz soak check bench format law lock clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# Made anew when a locked version changes. uv or pip: scripts/environment.sh decides.
.venv/complete: pyproject.toml uv.lock requirements.txt scripts/environment.sh
	@PYTHON='$(PYTHON)' UV='$(UV)' scripts/environment.sh

demo: .venv/complete ## two States, one request from end to end, into demo-output/ (EVIDENCE=file or folder: your own)
	@scripts/debian-packages.sh --if-possible $(DEMO_PACKAGES)
	@.venv/bin/comity demo --output demo-output $(if $(EVIDENCE),--evidence '$(EVIDENCE)')

test: .venv/complete ## all tests (ARGS: more arguments for pytest)
	@scripts/debian-packages.sh $(TEST_PACKAGES)
	.venv/bin/pytest --quiet --numprocesses 2 $(ARGS)

fuzz: .venv/complete ## every parser of foreign bytes under a fuzzer, for SECONDS=60 in all
	@.venv/bin/python -m tests.fuzz --seconds $(SECONDS)

soak: .venv/complete ## for hours: every write of every deed disturbed, 200 kills, bad networks, 2000 stories (SEED: as a failure told it)
	@scripts/debian-packages.sh $(TEST_PACKAGES)
	$(if $(SEED),COMITY_TEST_SEED=$(SEED)) .venv/bin/pytest --quiet -rA --numprocesses 2 $(ARGS) tests/soak/soak_storm.py tests/soak/soak_faults.py \
		tests/soak/soak_stories.py

check: .venv/complete ## ruff, mypy --strict, import-linter
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/lint-imports --no-cache

bench: .venv/complete ## figures, as ratios within one run (BENCH=seal, exchange, log, verify, start, law, assess, cases, folder, graph, package; all)
	@.venv/bin/python -m tests.bench $(BENCH)

format: .venv/complete ## lay the code out
	.venv/bin/ruff format

law: .venv/complete ## after a change of the law data: its compiled bundle
	@.venv/bin/python scripts/compile_law.py

lock: ## after a change of dependencies: uv.lock, and its export for pip (needs uv)
	$(UV) lock
	$(UV) export --quiet --frozen --all-extras --all-groups --no-emit-project --format requirements-txt --output-file requirements.txt

clean: ## remove what was made: .venv, demo-output, caches
	rm -rf .venv demo-output bench-output .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
