# shellcheck shell=bash
# Nodes: each has its own containerd, kubelet and kube-proxy in its own network namespace. Image
# stores stay in $KN_CACHE/containerd between clusters, so that images are imported once.

# Paths that runtime and kubelet use although nothing in their configuration names them. The kubelet's
# socket for device plug-ins is in /var/lib/kubelet whatever its root folder is: kubelets that share
# it race, and the loser ends.
PRIVATE_PATHS=(/run/containerd /var/lib/cni /var/log/containers /var/lib/kubelet)

node_folder() { echo "$KN_STATE/node$1"; }
node_store() { echo "$KN_CACHE/containerd/node$1"; }
node_ctr() { ctr --address "$(node_folder "$1")/containerd.sock" --namespace k8s.io "${@:2}"; }

# Settings that a kubelet changes, and the folder through which volumes reach the nodes' mounts.
prepare_host_for_nodes() {
  local key path
  for key in vm.overcommit_memory vm.panic_on_oom kernel.panic kernel.panic_on_oops \
    kernel.keys.root_maxkeys kernel.keys.root_maxbytes; do
    watch_sysctl "$key"
  done
  for path in "${PRIVATE_PATHS[@]}"; do
    [[ -d $path ]] || record folder "$path"
    mkdir -p "$path"
  done
  record mounts "$KN_STATE"
  mkdir -p "$KN_STATE/volumes"
  mount --bind "$KN_STATE/volumes" "$KN_STATE/volumes"
  mount --make-shared "$KN_STATE/volumes"
  make_cgroups
}

make_cgroups() {
  local id root node
  id=$(cluster_id)
  record cgroup "kn-$id"
  while read -r root; do
    mkdir -p "$root/kn-$id"
    open_cgroup "$root" "$root/kn-$id"
    for node in "${NODES[@]}"; do
      mkdir -p "$root/kn-$id/node$node"
      open_cgroup "$root/kn-$id" "$root/kn-$id/node$node"
    done
  done < <(cgroup_roots)
}

# cgroup v1: a new cpuset is empty until it is filled. v2: controllers are handed down one by one.
open_cgroup() {
  local parent=$1 child=$2 controller
  if [[ -f $parent/cpuset.cpus && ! -f $parent/cgroup.controllers ]]; then
    cat "$parent/cpuset.cpus" >"$child/cpuset.cpus"
    cat "$parent/cpuset.mems" >"$child/cpuset.mems"
  fi
  if [[ -f $parent/cgroup.subtree_control ]]; then
    for controller in cpu cpuset memory pids io hugetlb; do
      echo "+$controller" 2>/dev/null >"$parent/cgroup.subtree_control" || true
    done
  fi
}

write_containerd_config() {
  local node=$1 folder
  folder=$(node_folder "$node")
  mkdir -p "$folder"/{state,kubelet,cni,podlogs,opt} "$(node_store "$node")"
  cat >"$folder/containerd.toml" <<CONFIG
version = 2
root = "$(node_store "$node")"
state = "$folder/state"
[grpc]
  address = "$folder/containerd.sock"
[ttrpc]
  address = "$folder/containerd.sock.ttrpc"
[plugins."io.containerd.internal.v1.opt"]
  path = "$folder/opt"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "$(image_reference pause)"
  # The machine may lack CAP_SYS_RESOURCE.
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    default_runtime_name = "runc"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        Root = "$folder/runc"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "$folder/cni"
CONFIG
  # No masquerade: it would hide pod addresses from network policies; every pod is routed instead.
  cat >"$folder/cni/10-bridge.conflist" <<CONFIG
{"cniVersion": "0.4.0", "name": "kn", "plugins": [
  {"type": "bridge", "bridge": "cni0", "isGateway": true, "ipMasq": false, "hairpinMode": true,
   "ipam": {"type": "host-local", "dataDir": "$folder/ipam",
            "ranges": [[{"subnet": "$(node_pods "$node")"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
  {"type": "portmap", "capabilities": {"portMappings": true}}]}
CONFIG
}

start_runtime() {
  write_containerd_config "$1"
  run_containerd "$1"
  # A store that outlived its cluster still lists that cluster's containers.
  local old
  mapfile -t old < <(node_ctr "$1" containers list -q)
  if ((${#old[@]} > 0)); then
    node_ctr "$1" containers delete "${old[@]}" || true
    stop_process "containerd$1"
    run_containerd "$1"
  fi
}

# Runtime and kubelet of a node have their own mounts: all that they mount goes with them, and paths
# that no setting can move are private. Mounts made outside later (volumes) are still seen.
run_containerd() {
  start_process "containerd$1" "$(place_netns "$1")" unshare --mount --propagation slave \
    "$CLUSTER_DIR/with-private-paths" "${PRIVATE_PATHS[@]}" -- \
    containerd --config "$(node_folder "$1")/containerd.toml"
  ready "containerd$1" 30 node_ctr "$1" version
}

write_kubelet_config() {
  local node=$1 folder
  folder=$(node_folder "$node")
  cat >"$folder/kubelet.yaml" <<CONFIG
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication:
  anonymous: {enabled: false}
  webhook: {enabled: true, cacheTTL: 30s}
  x509: {clientCAFile: $KN_STATE/pki/ca.crt}
authorization: {mode: Webhook}
tlsCertFile: $KN_STATE/pki/kubelet$node.crt
tlsPrivateKeyFile: $KN_STATE/pki/kubelet$node.key
cgroupDriver: cgroupfs
cgroupRoot: /kn-$(cluster_id)/node$node
failCgroupV1: false
failSwapOn: false
containerRuntimeEndpoint: unix://$folder/containerd.sock
clusterDNS: [$DNS_SERVICE]
clusterDomain: $CLUSTER_DOMAIN
resolvConf: /dev/null
podLogsDir: $folder/podlogs
maxOpenFiles: 4096
oomScoreAdj: 0
# Images are imported, not pulled: one that was collected could not come back.
imageGCHighThresholdPercent: 100
evictionHard: {nodefs.available: "1%", imagefs.available: "1%", memory.available: 100Mi}
featureGates: {KubeletInUserNamespace: true}
CONFIG
}

start_node() {
  local node=$1 folder netns
  folder=$(node_folder "$node") netns=$(place_netns "$node")
  write_kubelet_config "$node"
  start_process "kubelet$node" "$netns@containerd$node" "$(tool_file kubelet)" --config="$folder/kubelet.yaml" \
    --kubeconfig="$KN_STATE/pki/kubelet$node.kubeconfig" --root-dir="$folder/kubelet" \
    --hostname-override="node$node" --node-ip="$(place_address "$node")" \
    --node-labels="topology.kubernetes.io/region=local,topology.kubernetes.io/zone=${ZONES[$node]}"
  start_process "proxy$node" "$netns" "$(tool_file kube-proxy)" \
    --kubeconfig="$KN_STATE/pki/proxy.kubeconfig" --hostname-override="node$node" \
    --proxy-mode=iptables --cluster-cidr="$POD_RANGE" --conntrack-max-per-core=0 --conntrack-min=0 \
    --conntrack-tcp-timeout-established=0 --conntrack-tcp-timeout-close-wait=0
}

nodes_ready() {
  local ready
  ready=$(kube get nodes -o jsonpath='{range .items[*]}{.status.conditions[?(@.type=="Ready")].status}{"\n"}{end}' | grep -c True)
  ((ready == ${#NODES[@]}))
}
