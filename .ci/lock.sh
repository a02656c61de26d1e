#!/usr/bin/env bash
# Write requirements.lock, with the newest releases, and requirements.lowest, with the lowest that pyproject.toml allows.
# The resolver is uv; the files have no registry in them, and pip installs from them.
set -euo pipefail
cd "$(dirname "$0")/.."
python3 -m venv build/lock
build/lock/bin/pip install --quiet --disable-pip-version-check uv
compile() {
    build/lock/bin/uv --no-config pip compile pyproject.toml --universal --python-version 3.11 \
        --no-header --no-annotate --no-emit-index-url --quiet "$@"
}
compile --extra dev --group build --generate-hashes --upgrade --output-file requirements.lock
compile --resolution lowest-direct --output-file requirements.lowest
