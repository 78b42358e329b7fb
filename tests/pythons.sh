#!/bin/sh
# Install the wheel bare on every supported Python that is found here, and use it:  sh tests/pythons.sh WHEEL
# The environments are .venv-bare, made anew for each and removed.
set -eu
cd "$(dirname "$0")/.."
wheel=$1

# The first of these that really is that version; a shim of pyenv may be none.
python_of() {
    for candidate in "python$1" "${PYENV_ROOT:-$HOME/.pyenv}/versions/$1".*/bin/python; do
        if [ "$("$candidate" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2> /dev/null)" = "$1" ]; then
            echo "$candidate"
            return
        fi
    done
}

for number in 3.11 3.12 3.13 3.14; do
    python=$(python_of "$number")
    if [ -z "$python" ]; then
        echo "Python $number: not found here, not tried"
        continue
    fi
    rm -rf .venv-bare
    "$python" -m venv .venv-bare
    .venv-bare/bin/python -m pip install --quiet --disable-pip-version-check "$wheel"
    .venv-bare/bin/kg explain selinexor thrombocytopenia > /dev/null
    .venv-bare/bin/kg check > /dev/null
    .venv-bare/bin/kg doctor > /dev/null
    .venv-bare/bin/kg build .venv-bare/site > /dev/null
    rm -rf .venv-bare
    echo "Python $number: explains, checks and builds from the bare wheel"
done
