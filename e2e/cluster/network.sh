# shellcheck shell=bash
# Places (nodes and the control plane) as network namespaces, joined by the root namespace as router.

in_place() {
  local place=$1
  shift
  nsenter "--net=/run/netns/$(place_netns "$place")" -- "$@"
}

check_addresses_free() {
  local range taken place
  for range in $POD_RANGE $SERVICE_RANGE $LINK_RANGE; do
    taken=$({ ip -o route show to root "$range"; ip -o route show to match "$range"; } | grep -v '^default' || true)
    [[ -z $taken ]] || die "the address range $range is in use on this machine: ${taken%%$'\n'*}"
  done
  for place in "${PLACES[@]}"; do
    [[ ! -e /run/netns/$(place_netns "$place") ]] || die "a network namespace $(place_netns "$place") exists that is not ours"
    ! ip link show "$(place_link "$place")" >/dev/null 2>&1 || die "a network link $(place_link "$place") exists that is not ours"
  done
}

make_network() {
  check_addresses_free
  load_module br_netfilter test -d /proc/sys/net/bridge
  load_module overlay grep -qw overlay /proc/filesystems
  change_sysctl net.ipv4.ip_forward 1
  # Three kubelets and their runtimes watch more files than the default for one user allows.
  raise_sysctl fs.inotify.max_user_instances 2048
  raise_sysctl fs.inotify.max_user_watches 524288
  [[ -d /run/netns ]] || record folder /run/netns
  local place
  for place in "${PLACES[@]}"; do make_place "$place"; done
  for place in "${NODES[@]}"; do
    record route "$(node_pods "$place")"
    ip route add "$(node_pods "$place")" via "$(place_address "$place")"
  done
  add_service_route
  allow_forwarding
}

raise_sysctl() {
  local now
  now=$(sysctl -n "$1" 2>/dev/null) || return 0
  ((now >= $2)) || change_sysctl "$1" "$2"
}

make_place() {
  local netns link gateway
  netns=$(place_netns "$1") link=$(place_link "$1") gateway=$(place_gateway "$1")
  record netns "$netns"
  ip netns add "$netns"
  record link "$link"
  ip link add "$link" type veth peer name eth0 netns "$netns"
  ip address add "$gateway/24" dev "$link"
  ip link set "$link" up
  ip -n "$netns" address add "$(place_address "$1")/24" dev eth0
  ip -n "$netns" link set lo up
  ip -n "$netns" link set eth0 up
  ip -n "$netns" route add default via "$gateway"
  in_place "$1" sysctl -qw net.ipv4.ip_forward=1
  # Traffic between two pods of one node crosses only the bridge; policies must see it too.
  in_place "$1" sysctl -qw net.bridge.bridge-nf-call-iptables=1 2>/dev/null || true
}

# Services are reached through any node that is up; a flow stays on its node.
add_service_route() {
  local node hops=()
  for node in "${NODES[@]}"; do hops+=(nexthop via "$(place_address "$node")"); done
  record route "$SERVICE_RANGE"
  ip route add "$SERVICE_RANGE" "${hops[@]}"
}

# A machine with Docker drops forwarded packets by default.
allow_forwarding() {
  iptables -w -S FORWARD 2>/dev/null | grep -q -- '-P FORWARD DROP' || return 0
  local range direction
  for range in $LINK_RANGE $POD_RANGE; do
    for direction in -s -d; do
      record rule filter FORWARD "$direction" "$range" -m comment --comment "kn-$(cluster_id)" -j ACCEPT
      iptables -w -I FORWARD "$direction" "$range" -m comment --comment "kn-$(cluster_id)" -j ACCEPT
    done
  done
}
