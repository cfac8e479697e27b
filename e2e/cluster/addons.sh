# shellcheck shell=bash
# What a cluster needs besides nodes: names, metrics, volumes, network policies, the mark of its owner.

# Replaces ${NAME} for the names given as NAME=VALUE.
render() {
  local file=$1 text pair
  shift
  text=$(<"$file")
  for pair in "$@"; do text=${text//"\${${pair%%=*}}"/${pair#*=}}; done
  printf '%s\n' "$text"
}

apply() { kube apply --server-side --field-manager=kn -f - >/dev/null; }

install_addons() {
  apply <"$CLUSTER_DIR/manifests/base.yaml"
  render "$CLUSTER_DIR/manifests/coredns.yaml" "COREDNS_IMAGE=$(image_reference coredns)" \
    "DNS_SERVICE=$DNS_SERVICE" "CLUSTER_DOMAIN=$CLUSTER_DOMAIN" | apply
  kube create secret tls metrics-server-tls -n kube-system --cert="$KN_STATE/pki/metrics-server.crt" \
    --key="$KN_STATE/pki/metrics-server.key" --dry-run=client -o yaml | apply
  render "$CLUSTER_DIR/manifests/metrics-server.yaml" "METRICS_SERVER_IMAGE=$(image_reference metrics-server)" \
    "CA_BUNDLE=$(base64 -w0 "$KN_STATE/pki/ca.crt")" | apply
  kube wait --for=condition=Available --timeout=90s -n kube-system deployment/coredns >/dev/null
}

# metrics-server is ready only after it has measured twice; nothing before the end of `up` needs it.
await_metrics() {
  kube wait --for=condition=Available --timeout=90s -n kube-system deployment/metrics-server >/dev/null \
    || cluster_failed kubelet0
}

start_agents() {
  local node agent arguments=()
  agent=$(tool_file kn-agent)
  for node in "${NODES[@]}"; do arguments+=(--node "node$node=$(place_netns "$node")"); done
  start_process volumes - "$agent" volumes --kubeconfig "$KN_STATE/pki/agent.kubeconfig" \
    --state "$KN_STATE" --journal "$KN_STATE/undo"
  start_process policies - "$agent" policies --kubeconfig "$KN_STATE/pki/agent.kubeconfig" "${arguments[@]}"
}

# A cluster that is up gets the agents of today's sources.
renew_agents() {
  local pid
  read -r pid _ <"$KN_STATE/run/volumes"
  [[ $(readlink "/proc/$pid/exe") != "$(tool_file kn-agent)" ]] || return 0
  step "renewing the agents for volumes and policies"
  stop_process volumes
  stop_process policies
  start_agents
}

mark_owner() {
  kube create configmap kn-owner -n kube-system --from-literal=id="$(cluster_id)" \
    --dry-run=client -o yaml | apply
}

# Refuses to go on against a cluster that this state folder did not mark as its own.
require_owned() {
  local id found
  id=$(cluster_id)
  [[ -n $id ]] || die "there is no cluster of ours here ($KN_STATE/id is missing): run ./kn up first"
  found=$(kube --request-timeout=10s get configmap kn-owner -n kube-system -o 'jsonpath={.data.id}' 2>/dev/null || true)
  [[ $found == "$id" ]] || die "refusing: the cluster of $KN_STATE/kubeconfig does not carry our mark" \
    "(ConfigMap kube-system/kn-owner with id $id; found: ${found:-none, or the cluster does not answer})"
}
