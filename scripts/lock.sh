#!/bin/sh
# Compiles requirements/*.in into lock files that hold names, versions and hashes: no address, no host, no path.
set -eu
cd "$(dirname "$0")/../requirements"
for name in run develop heavy; do
    ../.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-header --no-annotate --no-emit-index-url "$@" --output-file "$name.txt" "$name.in"
done
