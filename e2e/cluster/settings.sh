# shellcheck shell=bash disable=SC2034
# Paths, versions and addresses that the other pieces share. Sourced by `kn` and `fault`.

KN_CACHE=${KN_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/kn}
if [[ -z ${KN_STATE:-} ]]; then
  if ((EUID == 0)); then KN_STATE=/var/lib/kn; else KN_STATE=${XDG_STATE_HOME:-$HOME/.local/state}/kn; fi
fi
KN_CACHE=$(realpath -m -- "$KN_CACHE")
KN_STATE=$(realpath -m -- "$KN_STATE")
KN_LOGS=$KN_CACHE/logs
CLUSTER_DIR=$KN_HOME/e2e/cluster

KUBERNETES_VERSION=v1.34.4

NODES=(0 1 2)
ZONES=(zone-a zone-b zone-c)
# The control plane is a place of its own, so that any node may be lost and the API server may be
# away while all nodes live.
PLACES=(cp 0 1 2)

POD_RANGE=10.244.0.0/16
SERVICE_RANGE=10.96.0.0/16
LINK_RANGE=10.200.0.0/16
API_SERVICE=10.96.0.1
DNS_SERVICE=10.96.0.10
CLUSTER_DOMAIN=cluster.local

SYSTEM_NAMESPACE=knowledgenetwork-system
DEMO_NAMESPACE=demo
BENCH_NAMESPACE=kn-bench
RELEASE=knowledgenetwork

# Octet of a place in LINK_RANGE: node N is N, the control plane 100.
place_octet() { if [[ $1 == cp ]]; then echo 100; else echo "$1"; fi; }
place_address() { echo "10.200.$(place_octet "$1").10"; }
place_gateway() { echo "10.200.$(place_octet "$1").1"; }
place_netns() { echo "kn$1"; }
place_link() { echo "kn${1}h"; }
node_pods() { echo "10.244.$1.0/24"; }

API_ADDRESS=$(place_address cp)
API_URL=https://$API_ADDRESS:6443

cluster_id() { cat "$KN_STATE/id" 2>/dev/null || true; }
