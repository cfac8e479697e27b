# shellcheck shell=bash
# The processes of the cluster. Each carries KN_CLUSTER=<id of this cluster> in its environment, and
# what it starts inherits it; containers are known by their cgroup. Nothing else is ever signalled.

# start_process NAME NETNS COMMAND...: NETNS is "-" for the root network namespace, and may name the
# process whose mounts are shared: NETNS@PROCESS.
start_process() {
  local name=$1 netns=${2%@*} mounts=${2#*@} enter=() sharer
  shift 2
  [[ $netns == - ]] || enter=(nsenter "--net=/run/netns/$netns")
  if [[ $mounts != "$netns" ]]; then
    read -r sharer _ <"$KN_STATE/run/$mounts"
    enter+=("--mount=/proc/$sharer/ns/mnt")
  fi
  ((${#enter[@]} == 0)) || enter+=(--)
  record process "$name"
  mkdir -p "$KN_STATE/logs" "$KN_STATE/run"
  KN_CLUSTER=$(cluster_id) setsid "${enter[@]}" "$@" \
    >>"$KN_STATE/logs/$name.log" 2>&1 </dev/null &
  local pid=$!
  disown "$pid"
  printf '%s %s\n' "$pid" "$(process_birth "$pid")" >"$KN_STATE/run/$name"
}

# Start time in clock ticks since boot: with the pid it names one process for ever.
process_birth() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }

process_alive() {
  local pid birth
  read -r pid birth 2>/dev/null <"$KN_STATE/run/$1" || return 1
  [[ -n $birth && $(process_birth "$pid") == "$birth" ]]
}

stop_process() {
  local pid
  process_alive "$1" || return 0
  read -r pid _ <"$KN_STATE/run/$1"
  kill "$pid" 2>/dev/null || true
  wait_until 10 "$1 ends" process_gone "$1" || kill -KILL "$pid" 2>/dev/null || true
}

process_gone() { ! process_alive "$1"; }

# ready NAME SECONDS COMMAND...: waits for a process that was started to answer.
ready() {
  local name=$1 limit=$((SECONDS + $2))
  shift 2
  until "$@" >/dev/null 2>&1; do
    if ! process_alive "$name" || ((SECONDS >= limit)); then
      show_log_end "$KN_STATE/logs/$name.log" 30
      die "$name did not become ready; full log: $KN_STATE/logs/$name.log"
    fi
    sleep 0.2
  done
}

# Pids that prove to belong to the cluster with this id: by environment, or by cgroup.
owned_processes() {
  local id=$1 file
  grep -lzxF "KN_CLUSTER=$id" /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3 || true
  while read -r file; do
    find "$file/kn-$id" -name cgroup.procs -exec cat {} + 2>/dev/null || true
  done < <(cgroup_roots)
}

signal_owned() {
  local pids
  mapfile -t pids < <(owned_processes "$2" | sort -un)
  ((${#pids[@]} > 0)) || return 1
  kill "-$1" "${pids[@]}" 2>/dev/null || true
}

# Ends all processes of a cluster: politely for two seconds, then at once.
end_processes() {
  local id=$1 round
  [[ -n $id ]] || return 0
  for round in {1..100}; do
    if ((round == 1)); then
      signal_owned TERM "$id" || return 0
    elif ((round > 10)); then
      signal_owned KILL "$id" || return 0
    else
      [[ -n $(owned_processes "$id") ]] || return 0
    fi
    sleep 0.2
  done
  die "some processes of cluster $id do not end: $(owned_processes "$id" | sort -un | tr '\n' ' ')"
}
