#!/bin/sh
# Install what the tests need and run them:  sh tests/run.sh [WHEEL]
# Without a wheel the checkout is installed. The environment is .venv-test, made anew each time.
# The tests run on all cores; worksteal keeps neighbours together, which share what is loaded for a file of tests.
set -eu
cd "$(dirname "$0")/.."
what=${1:-.}

# The pages are tested in a real browser, and the questions on a real server of another kind than ours.
missing=''
[ -x "${KG_CHROMIUM:-/usr/bin/chromium}" ] || missing='chromium'
command -v virtuoso-t > /dev/null || missing="$missing virtuoso-opensource-7-bin"
if [ -n "$missing" ]; then
    sudo=''
    [ "$(id -u)" = 0 ] || sudo=sudo
    $sudo apt-get update -q
    # shellcheck disable=SC2086 # each is a package
    DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -q $missing
fi

rm -rf .venv-test
python3 -m venv .venv-test
# The pip that comes with an old Python takes three times as long to choose the versions.
.venv-test/bin/python -m pip install --quiet --disable-pip-version-check --upgrade pip
.venv-test/bin/python -m pip install --quiet --disable-pip-version-check "${what}[test]"
PYTHONSAFEPATH=1 exec .venv-test/bin/python -m pytest tests --pyargs kg -n auto --dist worksteal
