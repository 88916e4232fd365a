# Runs the server and one agent together, so that they start, live and stop as one. Sourced.
# shellcheck shell=bash
#
# The caller sets `data` (folder) and `bin` (folder of the programs), and calls `supervise_start_server`,
# `supervise_start_agent`, then `supervise_watch`.

server_pid=
agent_pid=
follow_pid=
declare -A log_from
# How long a program may take to stop before it is killed.
readonly STOP_SECONDS=20
# How long the server may take to answer; a first start creates the database.
readonly READY_SECONDS=60

listen=${DESKWARDEN_LISTEN:-127.0.0.1:8080}
port=${listen##*:}
host=${listen%:*}
host=${host#[}
host=${host%]}
case "$host" in
  '' | 0.0.0.0 | ::) host=127.0.0.1 ;;
esac
if [[ $host == *:* ]]; then address="http://[$host]:$port"; else address="http://$host:$port"; fi

# The status line of `GET $1`, or nothing when nobody answers. Needs no curl.
http_status() {
  local line
  {
    exec 3<>"/dev/tcp/$host/$port" || return 0
    printf 'GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' "$1" "$host:$port" >&3
    IFS= read -r -t 5 line <&3 || true
    # To the end, so that the server sees no broken connection.
    while IFS= read -r -t 1 -u 3 _; do :; done
    exec 3>&-
    printf '%s' "${line:-}"
  } 2>/dev/null
}

refuse_busy_port() {
  if (exec 3<>"/dev/tcp/$host/$port") 2>/dev/null; then
    die "port $port is in use on $host. Stop what listens there (ss -ltnp 'sport = :$port' tells), or choose \
another address: DESKWARDEN_LISTEN=127.0.0.1:8090 make ${MAKECMDGOALS:-run}"
  fi
}

# Each program gets a session of its own: Ctrl-C reaches only this script, which then stops them in order.
start() {
  local log=$1
  shift
  NO_COLOR=1 setsid "$@" >>"$log" 2>&1 </dev/null &
}

supervise_start_server() {
  refuse_busy_port
  trap supervise_stop EXIT
  trap on_signal INT TERM HUP
  remember_log server
  remember_log agent
  start "$data/server.log" "$bin/deskwarden" serve --listen "$listen" "$@"
  server_pid=$!
  wait_ready
  # Warnings of both reach the terminal; `--pid` ends this with the script, however that ends.
  tail --pid=$$ -q -n 0 -F "$data/server.log" "$data/agent.log" 2>/dev/null \
    > >(trap '' INT && grep --line-buffered -E '\b(WARN|ERROR)\b') &
  follow_pid=$!
}

supervise_start_agent() {
  start "$data/agent.log" "$bin/deskwarden-agent" "$@"
  agent_pid=$!
  # What ends at once has something to say before anybody is told that all is well.
  sleep 1
  kill -0 "$agent_pid" 2>/dev/null || failed agent
}

# Logs are appended to; what counts is what this run writes.
remember_log() {
  touch "$data/$1.log"
  log_from[$1]=$(($(wc -c <"$data/$1.log") + 1))
}

this_log() {
  tail -c "+${log_from[$1]}" "$data/$1.log"
}

wait_ready() {
  local deadline=$((SECONDS + READY_SECONDS))
  until [[ $(http_status /ready) == *' 200 '* ]]; do
    kill -0 "$server_pid" 2>/dev/null || failed server
    ((SECONDS < deadline)) || die "the server did not become ready within $READY_SECONDS s; see $data/server.log"
    sleep 0.2
  done
}

# Until one of the two ends by itself, which takes the other along.
supervise_watch() {
  while kill -0 "$server_pid" 2>/dev/null && kill -0 "$agent_pid" 2>/dev/null; do
    wait -n "$server_pid" "$agent_pid" || true
  done
  if kill -0 "$server_pid" 2>/dev/null; then failed agent; else failed server; fi
}

failed() {
  printf '\n' >&2
  this_log "$1" | tail -n 15 | sed 's/^/    /' >&2
  die "the $1 has stopped; its log is $data/$1.log"
}

on_signal() {
  # The terminal may be gone.
  printf '\nStopping…\n' 2>/dev/null || true
  exit 0
}

# Agent before server, so that what the agent reports last still arrives.
supervise_stop() {
  local code=$?
  # Whatever fails now, a closed terminal among it, must not keep the other program running.
  set +e
  trap '' INT TERM HUP PIPE
  stop_one agent "$agent_pid"
  stop_one server "$server_pid"
  if [[ -n $follow_pid ]]; then
    kill "$follow_pid" 2>/dev/null || true
  fi
  exit "$code"
}

stop_one() {
  local name=$1 pid=$2 deadline=$((SECONDS + STOP_SECONDS))
  if [[ -z $pid ]] || ! kill -TERM "$pid" 2>/dev/null; then
    return
  fi
  while kill -0 "$pid" 2>/dev/null; do
    if ((SECONDS >= deadline)); then
      note "the $name did not stop within $STOP_SECONDS s: killing it"
      kill -KILL "$pid" 2>/dev/null || true
    fi
    sleep 0.1
  done
  wait "$pid" 2>/dev/null || true
  note "the $name has stopped"
}
