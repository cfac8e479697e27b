# shellcheck shell=bash
# The embedded cluster as a whole: from nothing, back to nothing, and everything between.

# The process of another kn that holds the cluster; nothing where none does.
at_work() {
  local pid birth
  read -r pid birth 2>/dev/null <"$KN_CACHE/lock" || true
  if [[ -n ${birth:-} && $pid != "$$" && $(process_birth "$pid") == "$birth" ]]; then echo "$pid"; fi
}

# One `kn up` or `kn down` at a time for one cache folder. The holder is a process, not an open file,
# which the children of a killed run would keep open.
lock_cluster() {
  mkdir -p "$KN_CACHE"
  (
    flock 9
    local worker
    worker=$(at_work)
    [[ -z $worker ]] || die "another kn is at work on this cluster: process $worker"
    echo "$$ $(process_birth "$$")" >"$KN_CACHE/lock"
  ) 9<>"$KN_CACHE/lock" || exit 1
}

check_state_folder() {
  [[ $KN_STATE =~ ^/[A-Za-z0-9._/-]+$ && $KN_CACHE =~ ^/[A-Za-z0-9._/-]+$ ]] \
    || die "KN_STATE and KN_CACHE must be plain absolute paths"
  ((${#KN_STATE} <= 40)) || die "KN_STATE is too long for socket paths (at most 40 characters): $KN_STATE"
  [[ ! -e $KN_STATE || -f $KN_STATE/id || -z $(ls -A "$KN_STATE") ]] \
    || die "$KN_STATE exists, is not empty and was not made by kn: set KN_STATE to another folder"
}

cluster_processes() {
  local node
  printf '%s\n' etcd apiserver controller-manager scheduler volumes policies
  for node in "${NODES[@]}"; do printf '%s\n' "containerd$node" "kubelet$node" "proxy$node"; done
}

# A cluster that was brought up completely and still runs whole.
cluster_healthy() {
  [[ -f $KN_STATE/complete ]] || return 1
  local name
  while read -r name; do process_alive "$name" || return 1; done < <(cluster_processes)
  kube --request-timeout=5s get --raw /readyz >/dev/null 2>&1 && nodes_ready 2>/dev/null
}

cluster_up() {
  check_state_folder
  if cluster_healthy; then
    step "cluster $(cluster_id) is up already"
    renew_agents
    return 0
  fi
  if [[ -f $KN_STATE/id ]]; then
    step "cleaning up after an earlier run"
    cluster_down
  fi
  mkdir -p "$KN_STATE"
  chmod 711 "$KN_STATE"
  random_hex 4 >"$KN_STATE/id"
  step "making network, certificates and control plane of cluster $(cluster_id)"
  make_network
  make_pki
  make_logins
  prepare_host_for_nodes
  start_control_plane
  step "starting ${#NODES[@]} nodes"
  local node
  for node in "${NODES[@]}"; do start_runtime "$node"; done
  import_tool_images
  for node in "${NODES[@]}"; do start_node "$node"; done
  start_agents
  mark_owner
  wait_until 60 "all nodes are Ready" nodes_ready || cluster_failed
  step "nodes are Ready; installing CoreDNS, metrics-server and the StorageClass"
  install_addons || cluster_failed
  touch "$KN_STATE/complete"
}

# The cause is most often a process that ended: its log is what a person needs.
cluster_failed() {
  local name ended=()
  kube get nodes,pods -A -o wide >&2 || true
  while read -r name; do
    process_alive "$name" || ended+=("$name")
  done < <(cluster_processes)
  for name in "${ended[@]:-kubelet0}"; do show_log_end "$KN_STATE/logs/$name.log" 20; done
  ((${#ended[@]} == 0)) || printf 'kn: ended by themselves: %s\n' "${ended[*]}" >&2
  die "the cluster did not come up; logs: $KN_STATE/logs; clean up with: ./kn down"
}

cluster_down() {
  if [[ ! -f $KN_STATE/id ]]; then
    step "no cluster of ours in $KN_STATE"
    return 0
  fi
  step "ending the processes of cluster $(cluster_id)"
  end_processes "$(cluster_id)"
  step "undoing the changes to this machine"
  undo_all
  # The id goes last: whatever is left over is still known as ours if this is interrupted.
  find "$KN_STATE" -xdev -mindepth 1 -maxdepth 1 ! -name id ! -name undo -exec rm -rf --one-file-system {} +
  rm -f "$KN_STATE/undo" "$KN_STATE/id"
  rmdir "$KN_STATE" 2>/dev/null || true
}
