#!/usr/bin/env bash
# Starts a server and an agent of this machine on ./data and keeps them together. `make run` builds first.
# DESKWARDEN_LISTEN chooses the address, DESKWARDEN_DATA the folder, DESKWARDEN_PROGRAMS the programs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/lib/say.sh
source scripts/lib/say.sh

data=${DESKWARDEN_DATA:-./data}
bin=${DESKWARDEN_PROGRAMS:-target/quick}
# shellcheck source=scripts/lib/supervise.sh
source scripts/lib/supervise.sh

# The logs hold the set-up link, and the folder holds keys; what the agent launches is not to inherit that.
mask=$(umask)
umask 077
# Others may pass through to the agent's socket, which decides by itself who may ask.
[[ -d $data ]] || { mkdir -p "$data" && chmod 711 "$data"; }
[[ -w $data ]] || die "$data belongs to $(stat -c %U "$data"): run as that person, or choose a folder by DESKWARDEN_DATA"
readonly person=${SUDO_USER:-$(id -un)}
readonly STORE=(--database-url "sqlite:$data/deskwarden.db" --data-dir "$data")
readonly ENROLLED="$data/agent/.enrolled"

step "Starting the server on $address"
supervise_start_server "${STORE[@]}" --set-up-username "$person"

if [[ ! -e $ENROLLED ]]; then
  step "Enrolling this machine's agent"
  code=$("$bin/deskwarden" agent code --this-machine "${STORE[@]}" 2>>"$data/server.log") ||
    die "no enrolment code; see $data/server.log"
  "$bin/deskwarden-agent" enrol --server "$address" --code "$code" --state-dir "$data/agent" ||
    die "the agent could not enrol; to begin again: rm -r $data/agent"
  "$bin/deskwarden" demo samples "${STORE[@]}" >>"$data/server.log" 2>&1 ||
    note "no sample desktop; see $data/server.log"
  touch "$ENROLLED"
fi

step "Starting the agent"
umask "$mask"
supervise_start_agent run --state-dir "$data/agent"
if ((EUID != 0)); then
  note "not running as root: the agent can't put sessions into cgroups of their own, so it can't end"
  note "everything that a session has started. All else works. For the whole: sudo scripts/run.sh"
fi

# Without a screen, as over SSH, a window ends as soon as it begins.
program=xterm
[[ -n ${DISPLAY:-} ]] || program="sleep 600"

# The link is only printed while the tenant has no owner with a password.
link=$(this_log server | grep -oiE 'https?://[^[:space:]"]*set-?up[^[:space:]"]*' | tail -n 1 || true)
step "Deskwarden runs on $address"
if [[ -n $link ]]; then
  note "1. Open this link to choose your password (it works once):"
  note "   $link"
else
  note "1. Open $address and sign in"
fi
note "2. Under your name, top right, choose My page and open the sample desktop: it comes into a tab of its own"
note "3. Or start a session in another terminal, and see it appear:"
note "   $bin/deskwarden-agent launch --state-dir $data/agent $program"
note "Logs: $data/server.log and $data/agent.log. Ctrl-C stops both."
supervise_watch
