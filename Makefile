# The daily commands; CONTRIBUTING.md says when to use which.
.PHONY: setup test lint types layers check bench constraints pictures

setup:
	python3 -m venv .venv
	.venv/bin/pip install -e '.[test]'
	.venv/bin/pip install ruff==0.17.5 mypy==2.4.1 import-linter==2.16 types-python-dateutil pre-commit pip-tools

test:
	.venv/bin/pytest

lint:
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .

types:
	.venv/bin/mypy

layers:
	.venv/bin/lint-imports

check: lint types layers test

bench:
	.venv/bin/python -m benchmarks

pictures:
	.venv/bin/pytest tests/screens/test_pictures.py --snapshot-update

constraints:
	.venv/bin/pip-compile --generate-hashes --extra test --extra postgresql --strip-extras \
	  --allow-unsafe --no-header --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
	  -q -o constraints.txt pyproject.toml
