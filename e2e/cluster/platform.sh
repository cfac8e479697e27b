# shellcheck shell=bash
# The product on a cluster: build, images, chart, sample, demo.

CHART=$KN_HOME/charts/knowledgenetwork-operator
SAMPLE=$KN_HOME/samples/quickstart.yaml

# What the Java build reads; the same sources need no second build.
sources_hash() {
  (cd "$KN_HOME" && find pom.xml crds operator app -type d \( -name target -o -path '*/src/test' \) -prune \
    -o -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c1-16)
}

packaged_stamp() { echo "$KN_HOME $(sources_hash)"; }

# Says that what is in target/ was built from these sources.
mark_packaged() { packaged_stamp >"$KN_CACHE/packaged"; }

package_programs() {
  if [[ $(cat "$KN_CACHE/packaged" 2>/dev/null) == "$(packaged_stamp)" && -f $KN_HOME/operator/runtime/target/quarkus-app/quarkus-run.jar \
    && -f $KN_HOME/app/server/target/quarkus-app/quarkus-run.jar ]]; then
    echo "nothing changed since the last build"
    return 0
  fi
  rm -f "$KN_CACHE/packaged"
  (cd "$KN_HOME" && mvn -B -ntp package -DskipTests -Dspotless.check.skip=true -pl operator/runtime,app/server -am)
  mark_packaged
}

install_operator() {
  # Helm never changes definitions that exist.
  kube apply --server-side --force-conflicts --field-manager=kn -f "$CHART/crds"
  helm_here upgrade --install "$RELEASE" "$CHART" --namespace "$SYSTEM_NAMESPACE" --create-namespace \
    --set-string "images.operator=$(product_image operator),images.postgres17=$(product_image postgres)" \
    --set-string "images.pooler=$(product_image pooler),images.valkey=$(product_image valkey)" \
    --set-string "images.app=$(product_image app)" \
    --wait --timeout 180s || { operator_state; return 1; }
}

operator_state() {
  kube get pods,events -n "$SYSTEM_NAMESPACE" || true
  kube logs -n "$SYSTEM_NAMESPACE" -l app.kubernetes.io/name=knowledgenetwork-operator --tail=40 --prefix || true
}

# apply_sample FILE: in the demo's namespace, which holds pods to the restricted standard.
apply_sample() {
  kube create namespace "$DEMO_NAMESPACE" --dry-run=client -o yaml \
    | kube apply --server-side --field-manager=kn -f -
  kube label namespace "$DEMO_NAMESPACE" --overwrite pod-security.kubernetes.io/enforce=restricted
  kube apply --server-side --field-manager=kn -n "$DEMO_NAMESPACE" -f "$1"
}

demo_network() {
  kube get knowledgenetworks -n "$DEMO_NAMESPACE" -o 'jsonpath={.items[0].metadata.name}' 2>/dev/null
}

# "Ready=False (reason): message": what stands between now and Ready; more only where a person is
# needed or something was lost.
conditions_line() {
  kube get knowledgenetworks "$1" -n "$DEMO_NAMESPACE" -o json | jq -r '
    [.status.conditions[]?
      | select(.type == "Ready" or .status == "True" and (.type == "Stalled" or .type == "Degraded"))
      | .type + "=" + .status + " (" + (.reason // "-") + "): " + (.message // "")] | join("; ")'
}

is_ready() {
  kube get knowledgenetworks "$1" -n "$DEMO_NAMESPACE" -o json 2>/dev/null | jq -e '
    .metadata.generation as $g
    | any(.status.conditions[]?; .type == "Ready" and .status == "True" and .observedGeneration == $g)' >/dev/null
}

# Shows each change of the conditions once, until Ready.
await_platform() {
  local name=$1 limit=$((SECONDS + ${2:-300})) line shown=""
  until is_ready "$name"; do
    line=$(conditions_line "$name" 2>/dev/null || true)
    if [[ -n $line && $line != "$shown" ]]; then
      step "  $line"
      shown=$line
    fi
    if ((SECONDS >= limit)); then
      kube get pods,statefulsets,deployments,jobs -n "$DEMO_NAMESPACE" >&2 || true
      operator_state >&2
      die "the platform $DEMO_NAMESPACE/$name did not become Ready; see ./kn status and ./kn logs"
    fi
    sleep 1
  done
}

platform_up() {
  logged operator "installing the operator" install_operator
  logged sample "applying samples/quickstart.yaml in namespace $DEMO_NAMESPACE" apply_sample "$SAMPLE"
  local name
  name=$(demo_network)
  step "waiting for $DEMO_NAMESPACE/$name to be Ready"
  await_platform "$name"
  step "$DEMO_NAMESPACE/$name is Ready"
}

# Platforms before their operator, which ends what they leave; definitions last, with nothing of them
# left. Platforms of others would be lost with them: then nothing is removed.
remove_platform() {
  local others
  others=$(kube get knowledgenetworks,shardsets,cachetiers -A -o json 2>/dev/null \
    | jq -r '.items[] | select(.metadata.namespace | IN($ARGS.positional[]) | not)
        | "\(.kind) \(.metadata.namespace)/\(.metadata.name)"' \
      --args "$DEMO_NAMESPACE" "$BENCH_NAMESPACE" "$SYSTEM_NAMESPACE" || true)
  [[ -z $others ]] || die "not removing the operator under platforms that kn did not make; delete them first: ${others//$'\n'/, }"
  kube delete namespace "$DEMO_NAMESPACE" "$BENCH_NAMESPACE" --ignore-not-found --timeout=180s
  helm_here uninstall "$RELEASE" --namespace "$SYSTEM_NAMESPACE" --ignore-not-found --wait
  kube delete namespace "$SYSTEM_NAMESPACE" --ignore-not-found --timeout=120s
  kube delete -f "$CHART/crds" --ignore-not-found --timeout=60s
}

# --- demo -----------------------------------------------------------------------------------------

# api_call CURL-ARGUMENT...: one call of the demo's API. The token reaches curl through a pipe.
api_call() {
  curl -sS --fail-with-body --max-time 15 --cacert "$DEMO_WORK/ca.crt" \
    --connect-to "::127.0.0.1:$DEMO_PORT" -H @<(printf 'Authorization: Bearer %s\n' "$DEMO_TOKEN") "$@"
}

open_demo() {
  local name=$1 secret
  DEMO_WORK=$(mktemp -d)
  DEMO_URL=$(kube get knowledgenetworks "$name" -n "$DEMO_NAMESPACE" -o 'jsonpath={.status.binding.url}')
  secret=$(kube get knowledgenetworks "$name" -n "$DEMO_NAMESPACE" -o 'jsonpath={.status.binding.caSecret}')
  [[ -n $DEMO_URL && -n $secret ]] || die "$DEMO_NAMESPACE/$name does not say its address yet (status.binding)"
  kube get secret "$secret" -n "$DEMO_NAMESPACE" -o 'jsonpath={.data.ca\.crt}' | base64 -d >"$DEMO_WORK/ca.crt"
  local port
  port=$(sed -nE 's#^https://[^/:]+:([0-9]+).*#\1#p' <<<"$DEMO_URL")
  forward "service/$name-api" "${port:-443}"
  DEMO_PORT=$FORWARDED
}

# forward WHAT PORT: a way from this machine to a Service or pod of the demo, at port $FORWARDED here.
DEMO_FORWARDS=()
forward() {
  local said=$DEMO_WORK/forward-${#DEMO_FORWARDS[@]}
  KN_CLUSTER=$(cluster_id) "$(kubectl_program)" --kubeconfig "$KN_STATE/kubeconfig" port-forward -n "$DEMO_NAMESPACE" \
    "$1" ":$2" >"$said" 2>&1 &
  DEMO_FORWARDS+=($!)
  wait_until 15 "a way to $1" grep -q 'Forwarding from 127' "$said" || die "$(cat "$said")"
  FORWARDED=$(sed -nE 's/.*127\.0\.0\.1:([0-9]+) .*/\1/p' "$said" | head -n1)
}

close_demo() {
  ((${#DEMO_FORWARDS[@]} == 0)) || kill "${DEMO_FORWARDS[@]}" 2>/dev/null || true
  [[ -z ${DEMO_WORK:-} ]] || rm -rf "$DEMO_WORK"
}

demo() {
  local name id etag
  require_owned
  name=$(demo_network) || true
  [[ -n $name ]] || die "no platform in namespace $DEMO_NAMESPACE: run ./kn up first"
  open_demo "$name"
  DEMO_TOKEN=$(sign_token --tenant acme --user ada --name "$name")
  step "POST $DEMO_URL/api/v1/documents (tenant acme)"
  api_call -D "$DEMO_WORK/headers" -o "$DEMO_WORK/created" -H 'Content-Type: application/json' \
    -d '{"title": "Hello", "content": "A first document.", "tags": ["demo"]}' "$DEMO_URL/api/v1/documents" \
    || die "the API refused the document: $(cat "$DEMO_WORK/created" 2>/dev/null)"
  id=$(jq -r .id "$DEMO_WORK/created")
  etag=$(sed -nE 's/^[Ee][Tt][Aa][Gg]: *([^\r]*).*/\1/p' "$DEMO_WORK/headers")
  step "created document $id, ETag $etag; reading it back"
  api_call "$DEMO_URL/api/v1/documents/$id" | jq .
  step "where it lives:"
  show_row "$name" "$id"
}

# Asks every shard's primary.
show_row() {
  local name=$1 id=$2 set pod shard
  set=$(kube get knowledgenetworks "$name" -n "$DEMO_NAMESPACE" -o 'jsonpath={.spec.shardSet.name}')
  set=${set:-$name}
  for pod in $(kube get pods -n "$DEMO_NAMESPACE" -o name \
    -l "knowledgenetwork.dev/shardset=$set,knowledgenetwork.dev/role=primary"); do
    shard=$(kube get -n "$DEMO_NAMESPACE" "$pod" -o 'jsonpath={.metadata.labels.knowledgenetwork\.dev/shard}')
    superuser_psql "$set" "$pod" -At -F ' | ' \
      <<<"select 'shard $shard', 'bucket ' || bucket, id, title from documents where id = '$id'"
  done
}

# shellcheck disable=SC2016 # the inner shell expands
# superuser_psql SHARDSET POD OPTION...: psql in a pod, with SQL from standard input. The password goes
# ahead of it, into a file that psql reads.
superuser_psql() {
  local set=$1 pod=$2
  shift 2
  {
    kube get secret "$set-superuser" -n "$DEMO_NAMESPACE" -o json \
      | jq -r '"*:*:*:postgres:" + (.data.password | @base64d)'
    cat
  } | kube exec -i -n "$DEMO_NAMESPACE" "$pod" -- sh -c '
      umask 077; file=$(mktemp); trap "rm -f $file" EXIT; read -r login; printf "%s\n" "$login" >"$file"
      PGPASSFILE=$file psql -v ON_ERROR_STOP=1 -h /run/postgresql -U postgres -d kn "$@"' sh "$@"
}
