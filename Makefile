# Two commands do everything: `make run` and `make test`. `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
PY := .venv/bin/python
STAMP := .venv/.installed
export RASA_TELEMETRY_ENABLED := false
export SQLALCHEMY_SILENCE_UBER_WARNING := 1
export TF_CPP_MIN_LOG_LEVEL := 3

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

setup: $(STAMP) ## make .venv from requirements.lock (Python 3.10)

$(STAMP): requirements.lock
	@./setup.sh
	@touch $@

run: setup ## set up what is missing and run everything (Ctrl-C stops it)
	@exec $(PY) -m run

# A made-up account at the stand-in for Twilio (channels/simulate), which only this machine reaches.
SIMULATED := TWILIO_ACCOUNT_SID=AC00000000000000000000000000000000 TWILIO_AUTH_TOKEN=token-of-the-stand-in \
  TWILIO_SENDER=+815031234567 TWILIO_API_BASE_URL=http://127.0.0.1:9180
run-phone: setup ## the same as run, with telephone and SMS led to a stand-in: then `make call` or `make text` beside it
	@exec env $(SIMULATED) $(PY) -m run

call: setup ## telephone the bot of `make run-phone` in this terminal
	@exec env $(SIMULATED) $(PY) -m channels.simulate call

text: setup ## send texts to the bot of `make run-phone` in this terminal
	@exec env $(SIMULATED) $(PY) -m channels.simulate sms

train: setup ## train the dialogue model (only data/, domain.yml and config.yml need it)
	@$(PY) -m run train

shell: setup ## talk to the bot in Rasa's own shell
	@$(PY) -m run shell

check: setup ## format, lint, types and the fast tests
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/mypy
	@$(PY) -m pytest -q -n 2 --dist loadfile -m "not slow and not postgres and not model and not browser and not journey" \
	  --ignore tests/contracts --ignore-glob 'tests/bot/test_*'  # importing Rasa alone takes longer than these tests

test: setup ## everything that CI runs
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/mypy
	@$(PY) -m pytest -q -n 2 --dist loadgroup --no-loadscope-reorder --durations=15  # groups: tests/conftest.py

SECONDS := 60
fuzz: setup ## hostile text, coverage-guided: SECONDS=60 for each of six readers
	@[ -d var/fuzz/atheris ] || $(PY) -m pip install -q --disable-pip-version-check --no-deps --require-hashes \
	  --target var/fuzz/atheris -r requirements-fuzz.lock
	@PYTHONPATH=var/fuzz/atheris nice $(PY) -m tests.fuzz $(SECONDS)

lock: setup ## resolve requirements.in into requirements.lock (needs uv)
	@uv pip compile -q requirements.in --override overrides.txt --python-version 3.10 \
	  --generate-hashes --no-annotate --no-header --no-emit-index-url --no-emit-find-links -o requirements.lock

clean: ## remove what was generated, keep var/ (the data) and .venv
	@rm -rf models .rasa .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

.PHONY: help setup run run-phone call text train shell check test fuzz lock clean
