# shellcheck shell=bash
# kube-score over all objects that we bring: the chart as it is installed, and what the operator makes,
# as its golden files have it. A critical finding fails the run, unless it stands here with the reason
# why the object is right as it is. A line that nothing needs any more fails it too.

GOLDEN=$KN_HOME/operator/core/src/test/resources/golden

# check | objects (Kind/name) | why
SCORE_ACCEPTED=(
  "container-image-pull-policy|*|an image is named by its version or its content: what a node has is right, and pods start while the registry is away"
  "container-ephemeral-storage-request-and-limit|*|root file systems are read only, every emptyDir has a limit and the kubelet rotates logs; one limit more would evict a database for its log"
  "pod-probes-identical|StatefulSet/*-valkey|both see whether the port is open, for a command would need the password; to be killed takes a minute, to be left out four seconds"
  "pod-probes-identical|Deployment/*-pooler|the same; to be killed takes half a minute"
  "statefulset-has-servicename|StatefulSet/*-valkey|clients use the Service, and nobody calls the one pod by a name of its own"
  "service-targets-pod|Service/*-ro|Patroni labels the pods that are replicas"
)

test_score() {
  local chart=$KN_CACHE/chart.yaml faults
  build_tools helm kube-score
  render_chart >"$chart"
  faults=$(find_faults "$chart" "$GOLDEN"/*/*.yaml) || return 1
  [[ -z $faults ]] || { echo "$faults" && return 1; }
}

render_chart() {
  local image images=()
  for image in operator postgres17 pooler valkey app; do images+=(--set-string "images.$image=$image:1"); done
  "$(tool_file helm)" template "$RELEASE" "$CHART" --namespace "$SYSTEM_NAMESPACE" "${images[@]}"
}

# find_faults FILE...: what is critical and not accepted, and what is accepted in vain.
find_faults() {
  local file found check object comment row accepted
  local -A needed=()
  for file in "$@"; do
    found=$(critical "$file") || return 1
    while IFS='|' read -r check object comment; do
      accepted=
      for row in "${SCORE_ACCEPTED[@]}"; do
        if accepts "$row" "$check" "$object"; then
          accepted=1
          needed[$row]=1
        fi
      done
      [[ -n $accepted ]] || echo "$(basename "$file"): $object: $check: $comment"
    done < <([[ -z $found ]] || echo "$found")
  done
  for row in "${SCORE_ACCEPTED[@]}"; do
    [[ -n ${needed[$row]:-} ]] || echo "accepted in vain: $row"
  done
}

accepts() {
  local check objects
  IFS='|' read -r check objects _ <<<"$1"
  # shellcheck disable=SC2053 # a pattern
  [[ $2 == "$check" && $3 == $objects ]]
}

# critical FILE: check | object | what is said of it. The program fails where it finds something, so its
# answer counts, and not how it ends.
critical() {
  local answer
  answer=$("$(tool_file kube-score)" score -o json --kubernetes-version "${KUBERNETES_VERSION%.*}" "$1") || true
  [[ -n $answer ]] || return 1
  jq -r '
    (. // [])[] | "\(.type_meta.kind)/\(.object_meta.name)" as $object
    | .checks[] | select(.grade == 1 and (.skipped | not))
    | "\(.check.id)|\($object)|\([.comments[] | "\(.path) \(.summary)"] | unique | join(", "))"' <<<"$answer"
}
