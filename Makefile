# Two commands: `make run` and `make test`. Both need Python 3.11 or later and nothing else.
.PHONY: run test check schema docs figures bench faults browser security contract lighthouse screenshots format dev

PY := .venv/bin/python
export PYTHONDONTWRITEBYTECODE :=

run: ## everything on this machine, until Ctrl-C (PORT, BIND, DATABASE_URL, REDIS_URL, NIGGLE_DATA_DIR)
	@scripts/setup run && $(PY) coaching/serving/preflight.py && exec $(PY) coaching/serving/leash.py $(PY) manage.py serve

test: dev ## the whole suite, on SQLite and again on PostgreSQL (DATABASE_URL names another server)
	@scripts/test

check: dev ## lint, format, types, migrations, deployment, house rules, OpenAPI copy
	@scripts/check

schema: dev ## write the OpenAPI copy that `make check` compares with
	@scripts/schema docs/openapi.yaml

docs: dev ## write docs/article.md, the source article claim by claim, and docs/roles.md, from knowledge and code
	@scripts/docs

figures: dev ## measure the guidance on the published cases (in ../shared) and write what README and /safety/ show
	@scripts/figures

bench: ## how fast the guidance is, beside two rule engines, and what noting who looked costs (ARGS="--quick")
	@scripts/bench $(ARGS)

faults: dev ## every fault at full length, figures into docs/reliability.md (ARGS="--quick --only redis")
	@scripts/faults $(ARGS)

browser: dev ## every page and state in Chromium: axe, validator, budgets, keyboard, journeys (ARGS="-k keyboard")
	@scripts/browser $(ARGS)

security: dev ## known faults, bandit, our own rules, secrets in files and history, the tests of safety at full length (ARGS=--quick)
	@scripts/security $(ARGS)

contract: dev ## what the schema promises held against the answers: schemathesis, two generated clients (ARGS="--quick --database both")
	@scripts/contract $(ARGS)

lighthouse: dev ## what Lighthouse says of the pages opened most; needs Node (ARGS="--only coach")
	@scripts/lighthouse $(ARGS)

screenshots: dev ## the pictures of the README and the tour, taken from the demo club in a real browser
	@$(PY) -m tests.browser.screenshots

format: dev ## mend what can be mended by itself
	@$(PY) -m ruff check --fix . && $(PY) -m ruff format .

dev:
	@scripts/setup dev
