#!/usr/bin/env bash
# A server full of made-up sessions, with a simulated fleet that goes on living. `make demo` builds first.
# Keeps to ./data-demo (DESKWARDEN_DATA); remove that folder to begin again.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/lib/say.sh
source scripts/lib/say.sh

data=${DESKWARDEN_DATA:-./data-demo}
bin=${DESKWARDEN_PROGRAMS:-target/quick}
# shellcheck source=scripts/lib/supervise.sh
source scripts/lib/supervise.sh

umask 077
mkdir -p "$data"
readonly STORE=(--database-url "sqlite:$data/deskwarden.db" --data-dir "$data")
# Written last by the loader: that it is there says that the load was finished.
readonly LOADED="$data/demo-fleet.json"

refuse_busy_port
if [[ ! -e $LOADED ]]; then
  step "Loading 50,000 made-up sessions (once)"
  "$bin/deskwarden" demo load --sessions 50000 "${STORE[@]}"
fi

step "Starting the server on $address"
supervise_start_server "${STORE[@]}" --set-up-username "$(id -un)"

step "Starting a simulated fleet of 20 hosts with 300 sessions"
if [[ ! -d $data/fleet ]]; then
  "$bin/deskwarden" agent code --count 20 "${STORE[@]}" >"$data/codes" 2>>"$data/server.log" ||
    die "no enrolment codes; see $data/server.log"
  enrol=(--server "$address" --codes "$data/codes")
fi
supervise_start_agent simulate --state-dir "$data/fleet" --hosts 20 --sessions 300 \
  --fleet "$data/demo-fleet.json" ${enrol[@]+"${enrol[@]}"}

link=$(this_log server | grep -oiE 'https?://[^[:space:]"]*set-?up[^[:space:]"]*' | tail -n 1 || true)
step "The demo runs on $address"
note "Open ${link:-$address}"
note "Logs: $data/server.log and $data/agent.log. Ctrl-C stops both."
supervise_watch
