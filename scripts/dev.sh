#!/usr/bin/env bash
# Builds and runs, and does so again whenever a source file changes. A build that fails leaves the last
# good one running.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/lib/say.sh
source scripts/lib/say.sh

readonly WATCHED=(Cargo.toml Cargo.lock crates frontend migrations)
stamp=$(mktemp)
run_pid=

stop() {
  trap '' INT TERM HUP
  stop_run
  rm -f "$stamp"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 0' TERM HUP

stop_run() {
  if [[ -n $run_pid ]]; then
    kill -TERM "$run_pid" 2>/dev/null || true
    wait "$run_pid" 2>/dev/null || true
    run_pid=
  fi
}

changed() {
  [[ -n $(find "${WATCHED[@]}" -name node_modules -prune -o -type f -newer "$stamp" -print -quit 2>/dev/null) ]]
}

programs() {
  stat -c %Y target/quick/deskwarden target/quick/deskwarden-agent 2>/dev/null || true
}

while true; do
  touch "$stamp"
  before=$(programs)
  if make --no-print-directory build-quick; then
    # A change that reaches no program, as in a test, needs no restart.
    if [[ -z $run_pid || $before != "$(programs)" ]]; then
      stop_run
      setsid scripts/run.sh &
      run_pid=$!
    fi
  else
    note "the build failed; waiting for the next change"
  fi
  until changed; do
    sleep 1
  done
  step "Something changed: building again"
done
