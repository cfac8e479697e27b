# shellcheck shell=bash
# What the product costs: the heap of the operator, a keyed read, or the API under load.

run_bench() {
  case ${1:-api} in
    heap) bench_heap ;;
    read) bench_read ;;
    *) bench_load "${1:-api}" ;;
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
  ring read "what a keyed read costs beside JDBC by hand" verify -pl app/documents -am \
    -Dtest=NoUnitTest -Dit.test=KeyedReadBench
  ((${#FAILED_RINGS[@]} == 0))
}

# bench_load SCRIPT: load from this machine on a platform of its own, whose API is one pod limited to
# one core. The demo platform is left alone; it should be idle meanwhile.
bench_load() {
  local script=$KN_HOME/e2e/bench/$1.js name=bench code=0
  local DEMO_NAMESPACE=$BENCH_NAMESPACE
  [[ -f $script ]] || die "there is no benchmark $1 (looked for $script)"
  require_owned
  logged k6 "building k6" build_tools k6
  logged bench-platform "applying e2e/bench/platform.yaml in namespace $DEMO_NAMESPACE" \
    apply_sample "$KN_HOME/e2e/bench/platform.yaml"
  await_platform "$name"
  open_demo "$name"
  (umask 077 && sign_token --tenant bench --user bench --namespace "$DEMO_NAMESPACE" --name "$name" >"$DEMO_WORK/token")
  local address host
  host=$(sed -E 's#^https://([^/:]+).*#\1#' <<<"$DEMO_URL")
  address=$(kube get service "$name-api" -n "$DEMO_NAMESPACE" -o 'jsonpath={.spec.clusterIP}')
  # On the embedded cluster services are reached directly; elsewhere through the forwarded port.
  [[ $KN_TARGET == embedded ]] || address=127.0.0.1:$DEMO_PORT
  step "running e2e/bench/$1.js against $DEMO_URL (one API pod, one core)"
  SSL_CERT_FILE=$DEMO_WORK/ca.crt "$(tool_file k6)" run --quiet --no-usage-report -e "KN_URL=$DEMO_URL" \
    -e "KN_HOST=$host" -e "KN_ADDRESS=$address" -e "KN_TOKEN_FILE=$DEMO_WORK/token" "$script" || code=$?
  logged bench-end "removing the platform of the benchmark" kube delete namespace "$DEMO_NAMESPACE" --timeout=180s
  return "$code"
}
