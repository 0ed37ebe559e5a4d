# AutoSocial. `make help` lists everything; `make run` and `make test` are all a newcomer needs.
SHELL := /bin/bash
.DEFAULT_GOAL := help
STAGE ?= local
PYTHON ?= python3
BIN := .venv/bin
PY := $(BIN)/python
LOCK := $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet
export PYTHONDONTWRITEBYTECODE := 1
# The CDK's own runtime is happy with this version; without the variable it prints a banner at each call.
export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION := 20

.PHONY: help setup run stop reset test test-hostile lint fmt generate lock synth deploy bench chaos clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

setup: .venv/.ready node_modules/.ready ## Install the pinned tools and dependencies (the targets that need them do it)

$(BIN)/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "AutoSocial needs Python 3.11 or newer (PYTHON=/path/to/python3 make …)."; exit 1; }
	@test -x $(PY) || $(PYTHON) -m venv .venv || { echo "python3 cannot make virtual environments: install its venv package (Debian: apt-get install python3-venv)."; exit 1; }
	@mkdir -p .local && awk '/^uv==/{on=1;print;next} /^[^ ]/{on=0} on' requirements.lock > .local/uv.lock
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r .local/uv.lock

.venv/.ready: requirements.lock pyproject.toml functions/model_server/requirements-demo.lock | $(BIN)/uv
	@echo "· installing Python dependencies"
	@$(BIN)/uv pip sync --quiet --python $(PY) --require-hashes requirements.lock
	@$(BIN)/uv pip install --quiet --python $(PY) --no-deps --require-hashes -r functions/model_server/requirements-demo.lock
	@$(BIN)/uv pip install --quiet --python $(PY) --no-deps --no-build-isolation --editable .
	@touch $@

node_modules/.ready: package-lock.json package.json widget/package.json web/package.json
	@command -v node >/dev/null || { echo "AutoSocial needs Node.js 20 or newer with npm."; exit 1; }
	@node -e 'process.exit(Number(process.versions.node.split(".")[0]) < 20 ? 1 : 0)' || { echo "AutoSocial needs Node.js 20 or newer."; exit 1; }
	@echo "· installing JavaScript dependencies"
	@npm ci --silent --no-progress
	@touch $@

run: setup ## Start everything on this machine and print the addresses (INDEX=opensearch, MODEL=…)
	@$(PY) -m infra.local run

stop: setup ## Stop what `make run` started
	@$(PY) -m infra.local stop

reset: setup ## Forget all local state (asks first)
	@$(PY) -m infra.local reset

test: setup ## Run every test: Python, widget, web, browser journeys on the deployed app
	@bash .ci/test

test-hostile: setup ## Run the Python tests on one core, under load, as a stranger, …: CASES="loaded stranger"
	@$(PY) -m tests.hostile $(CASES)

lint: setup ## Check style, types, import rules, generated files; changes nothing
	@$(BIN)/ruff format --check --quiet . || { echo "ruff: run 'make fmt'"; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(PY) -m tests.architecture.import_rules
	@$(PY) -m tests.architecture.generate --check
	@npm run --silent lint --workspaces --if-present

fmt: setup ## Format and fix what can be fixed
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format --quiet .
	@npm run --silent format --workspaces --if-present

generate: setup ## Generate the API description, its client and the socket protocol
	@$(PY) -m tests.architecture.generate

lock: $(BIN)/uv ## Renew all lock files (hashes, no addresses)
	@$(LOCK) --group dev layers/*/requirements.in functions/model_server/requirements.in -o requirements.lock
	@for layer in base http search documents; do $(LOCK) -c requirements.lock layers/$$layer/requirements.in -o layers/$$layer/requirements.lock; done
	@$(LOCK) -c requirements.lock functions/model_server/requirements.in -o functions/model_server/requirements.lock
	@$(LOCK) --no-deps functions/model_server/requirements-demo.in -o functions/model_server/requirements-demo.lock
	@$(LOCK) infra/local/emulator.in -o infra/local/emulator.lock

synth: setup ## Synthesise the CDK app: make synth STAGE=production
	@npx cdk synth --quiet --context stage=$(STAGE) --output .build/cdk.out/$(STAGE)
	@echo "templates are in .build/cdk.out/$(STAGE)"

deploy: setup ## Deploy to AWS: make deploy STAGE=starter
	@test "$(STAGE)" != local || { echo "STAGE=local is deployed by 'make run'; use STAGE=starter or STAGE=production."; exit 1; }
	@$(PY) -m infra.deployable $(STAGE)
	@npm run --silent build --workspaces
	@npx cdk deploy --all --context stage=$(STAGE)
	@$(PY) -m infra.publish $(STAGE)

bench: setup ## Print the measured figures of this machine (ONLY="embeddings retrieval" for others)
	@$(PY) -m tests.bench $(ONLY)

chaos: setup ## Kill workers at random while visitors talk; prints what became of every message (10 min)
	@$(PY) -m tests.chaos

clean: ## Remove what was built (not the local state)
	@rm -rf .build .mypy_cache .ruff_cache .pytest_cache widget/dist web/dist
