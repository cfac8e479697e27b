# shellcheck shell=bash
# What a person sees: one line for each step with the time since the start, long output in a log
# file, and on failure the end of that log.

step() { printf '[%4ds] %s\n' "$SECONDS" "$*" >&2; }

die() {
  printf 'kn: %s\n' "$*" >&2
  exit 1
}

show_log_end() {
  [[ -s $1 ]] || return 0
  printf -- '--- the end of %s ---\n' "$1" >&2
  tail -n "${2:-20}" -- "$1" >&2
  printf -- '---\n' >&2
}

# The newest line of a log, short enough for a terminal.
last_line() {
  tail -n 1 -- "$1" 2>/dev/null | tr -d '\r' | cut -c1-100
}

# Seconds between two signs of life of a long step.
TELL_EVERY=60

declare -A JOB_OF=()

# background NAME COMMAND...: starts a command with its output in $KN_LOGS/NAME.log. It is its own
# process group, so that an interrupted `kn` can end it with all that it started.
background() {
  local name=$1
  shift
  mkdir -p "$KN_LOGS"
  set -m
  (
    set -euo pipefail
    trap - INT TERM EXIT
    "$@"
  ) >"$KN_LOGS/$name.log" 2>&1 </dev/null &
  JOB_OF[$name]=$!
  set +m
}

# await NAME TEXT: waits for the job NAME, and tells every minute that it is still at work; where it
# failed, shows its log and ends `kn`.
await() {
  local name=$1 text=$2 code=0 next=$((SECONDS + TELL_EVERY))
  while kill -0 "${JOB_OF[$name]}" 2>/dev/null; do
    sleep 0.2
    if ((SECONDS >= next)); then
      next=$((SECONDS + TELL_EVERY))
      step "at work: $text: $(last_line "$KN_LOGS/$name.log")"
    fi
  done
  wait "${JOB_OF[$name]}" || code=$?
  unset "JOB_OF[$name]"
  if ((code != 0)); then
    show_log_end "$KN_LOGS/$name.log" 30
    die "$text failed (exit $code); full log: $KN_LOGS/$name.log"
  fi
}

# logged NAME TEXT COMMAND...: one step in the foreground.
logged() {
  local name=$1 text=$2
  shift 2
  step "$text"
  background "$name" "$@"
  await "$name" "$text"
}

end_jobs() {
  local name
  for name in "${!JOB_OF[@]}"; do
    kill -TERM -- "-${JOB_OF[$name]}" 2>/dev/null || true
  done
}

# wait_until SECONDS TEXT COMMAND...: polls until the command succeeds; returns 1 when it did not.
wait_until() {
  local limit=$((SECONDS + $1)) text=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    if ((SECONDS >= limit)); then
      printf 'kn: gave up waiting: %s\n' "$text" >&2
      return 1
    fi
    sleep 0.3
  done
}
