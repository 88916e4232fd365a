#!/usr/bin/env bash
# Runs all tests against the programs that `make test` has built, and closes with one summary line.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/lib/say.sh
source scripts/lib/say.sh

# Absolute: each test program runs in its own package's folder.
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
export DESKWARDEN_BIN=${DESKWARDEN_BIN:-$target/debug/deskwarden}
export DESKWARDEN_AGENT_BIN=${DESKWARDEN_AGENT_BIN:-$target/debug/deskwarden-agent}
export DESKWARDEN_CONSOLE_DIST=${DESKWARDEN_CONSOLE_DIST:-$PWD/dist/console}
# Most tests wait for servers, agents and browsers rather than for the processor.
export RUST_TEST_THREADS=${RUST_TEST_THREADS:-4}
log=$target/test.log

for needed in "$DESKWARDEN_BIN" "$DESKWARDEN_AGENT_BIN" "$DESKWARDEN_CONSOLE_DIST/index.html"; do
  [[ -e $needed ]] || die "$needed is missing: run make test, which builds it"
done

step "Running the tests (log: $log)"
code=0
# Through a file, not a pipe: programs under test share the output, one that makes it non-blocking would cut off a test
# program's last words while a pipe is full.
: >"$log"
tail -n +1 -f "$log" &
viewer=$!
trap 'kill "$viewer" 2>/dev/null || true' EXIT
cargo test --workspace --exclude deskwarden-console --no-fail-fast "$@" >>"$log" 2>&1 || code=$?
sleep 1
kill "$viewer"

# cargo closes each test program with a line of its own; their sum is what a person wants to know.
step "All tests together"
awk '
  /^test result:/ { passed += $4; failed += $6; ignored += $8 }
  /^test .* FAILED$/ { names = names "    failed: " $2 "\n" }
  END {
    printf "%s%d passed, %d failed, %d skipped\n", names, passed, failed, ignored
    exit passed == 0
  }
' "$log" || die "no test has passed"
if ((code != 0)); then
  die "the tests failed; their output is in $log"
fi
