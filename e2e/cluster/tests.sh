# shellcheck shell=bash
# The test rings. At the end the ten slowest test classes; the last line is always "N passed, N
# failed", counted from the reports of this run.

SCENARIOS=e2e/scenarios

run_maven() {
  cd "$KN_HOME" || return 1
  # Operator and application are tested side by side: their tests wait more than they compute.
  # Patterns that match nothing in a module are no fault: each module has tests of some rings only.
  exec mvn -B -ntp -fae -T 2 -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false "$@"
}

# ring NAME TEXT MAVEN-ARGUMENT...: runs one ring; shows each finished test class and its seconds.
FAILED_RINGS=()
ring() {
  local name=$1 text=$2 job code=0
  shift 2
  step "$text (log: $KN_LOGS/test-$name.log)"
  background "test-$name" run_maven "$@"
  job=${JOB_OF[test-$name]}
  tail -n +1 -F --pid="$job" "$KN_LOGS/test-$name.log" 2>/dev/null \
    | grep --line-buffered -E 'Tests run:.* -- in |^\[ERROR\] +[A-Z][A-Za-z]+(Test|IT|E2E)|^\[ERROR\] Failed to execute|^figure:' \
    | sed -uE 's/^\[(INFO|ERROR|WARNING)\] /         /' >&2 &
  local follower=$!
  wait "$job" || code=$?
  wait "$follower" 2>/dev/null || true
  unset "JOB_OF[test-$name]"
  if ((code != 0)); then
    show_log_end "$KN_LOGS/test-$name.log" 25
    FAILED_RINGS+=("$name")
  fi
}

test_unit() {
  check_prerequisites build
  ring unit "unit tests" verify -DskipITs
}

# The cluster's agent is written in Go; its pure parts are tested where Go is needed anyway.
test_agent() {
  cd "$CLUSTER_DIR/agent" || return 1
  go vet -tags host ./...
  go test ./...
}

# alone COMMAND...: with mounts, processes and named network namespaces of its own, which end with it,
# however it ends. What others unmount meanwhile goes here too: a cluster that is up is not held.
alone() {
  setpriv --pdeathsig KILL unshare --mount --propagation slave --pid --fork --kill-child --mount-proc \
    sh -c 'mkdir -p /run/netns && mount -t tmpfs tmpfs /run/netns && exec "$@"' alone "$@"
}

# What this machine lacks for tests that need its kernel; nothing where they can run.
kernel_tests_lack() {
  if ((EUID != 0)) || [[ $(uname -s) != Linux ]]; then
    echo "root on Linux"
  elif ! alone true 2>/dev/null || [[ ! -e /dev/loop-control ]]; then
    echo "the right to mount, and loop devices"
  elif ! is_debian; then
    missing_packages "${NEEDED_EMBEDDED[@]}" | paste -sd' ' -
  fi
}

# A loop device does not end with its process: what a killed run left is freed by the next one.
test_agent_on_kernel() {
  local folder=$KN_CACHE/test-agent
  exec 8>"$folder.lock"
  flock 8
  free_loops "$folder"
  mkdir "$folder"
  cd "$CLUSTER_DIR/agent" || return 1
  TMPDIR=$folder alone go test -tags host -count=1 ./... || { free_loops "$folder" && return 1; }
  free_loops "$folder"
}

free_loops() {
  local device
  while read -r device; do
    losetup --detach "$device"
  done < <(losetup --list --noheadings --output NAME,BACK-FILE | awk -v below="$1/" 'index($2, below) == 1 {print $1}')
  rm -rf --one-file-system "$1"
}

test_images() { KN_CACHE=$KN_CACHE alone "$KN_HOME/images/test"; }

# For tests that start an API server of their own.
prepare_api_server() {
  check_prerequisites api-server
  logged tools "building the API server (minutes the first time)" build_tools kube-apiserver kubectl
  fill_kube_api_test
  export KUBE_API_TEST_DIR=$KN_CACHE/kubeapitest
  export KUBE_API_TEST_API_SERVER_VERSION=${KUBERNETES_VERSION#v}
  # Somebody's cluster is none of theirs.
  unset KUBECONFIG
}

prepare_schemathesis() {
  check_prerequisites integration
  logged schemathesis "installing schemathesis" build_schemathesis
  export KN_SCHEMATHESIS
  KN_SCHEMATHESIS=$(schemathesis_file)
}

test_it() {
  local lacking
  prepare_api_server
  prepare_schemathesis
  logged test-score "what kube-score says of all objects" test_score
  logged test-agent "unit tests of the cluster's agent" test_agent
  lacking=$(kernel_tests_lack)
  if [[ -n $lacking ]]; then
    step "NOT RUN, for want of $lacking: the agent's tests on the kernel, the tests of the images"
  else
    check_prerequisites embedded
    logged test-kernel "tests of the cluster's agent on the kernel" test_agent_on_kernel
  fi
  rm -f "$KN_CACHE/packaged"
  ring it "unit and integration tests" verify
  ((${#FAILED_RINGS[@]} == 0)) || return 0
  mark_packaged
  # They pack what the ring has just built.
  [[ -n $lacking ]] || logged test-images "tests of the images (minutes the first time)" test_images
}

# test_e2e SCALE [PATTERN]: the scenarios with small or large numbers.
test_e2e() {
  up_without_demo
  require_owned
  export KUBECONFIG=$KN_STATE/kubeconfig
  ring e2e "scenarios on the cluster, with $1 numbers" verify -pl "$SCENARIOS" -am -DskipE2E=false \
    "-Dkn.state=$KN_STATE" "-Dkn.scale=$1" -Dtest=NoUnitTest "-Dit.test=${2:-*E2E}"
}

# The document of the API, judged with a seed that is drawn: a failure prints it.
test_document() {
  prepare_schemathesis
  KN_SCALE=large ring document "what the API says of itself, with a seed that is drawn" verify -pl app/server -am \
    -Dtest=NoUnitTest -Dit.test=SchemathesisIT
}

# The reports that are newer than a file.
reports() { find "$KN_HOME" -path '*/target/*-reports/TEST-*.xml' -newer "$1" -print0; }

# Passed, failed and skipped tests in the reports that are newer than a file.
count_reports() {
  reports "$1" | python3 -c '
import sys, xml.etree.ElementTree as tree
total = failed = skipped = 0
for path in filter(None, sys.stdin.read().split("\0")):
    suite = tree.parse(path).getroot()
    total += int(suite.get("tests", 0))
    failed += int(suite.get("failures", 0)) + int(suite.get("errors", 0))
    skipped += int(suite.get("skipped", 0))
print(total - failed - skipped, failed, skipped)'
}

# The test classes that took longest in the reports that are newer than a file.
slowest_classes() {
  reports "$1" | python3 -c '
import sys, xml.etree.ElementTree as tree
suites = [tree.parse(path).getroot() for path in filter(None, sys.stdin.read().split("\0"))]
times = [(float(suite.get("time", "0").replace(",", "")), suite.get("name")) for suite in suites]
for seconds, name in sorted(times, reverse=True)[:10]:
    print("%17.1f s  %s" % (seconds, name.rsplit(".", 1)[-1]))'
}

run_tests() {
  local stamp passed failed skipped
  stamp=$(mktemp)
  case ${1:-all} in
    unit) test_unit ;;
    it) test_it ;;
    e2e) test_e2e small "${2:-}" ;;
    long)
      [[ -n ${2:-} ]] || test_document
      test_e2e large "${2:-}"
      ;;
    all)
      test_it
      test_e2e small
      ;;
    *) die "unknown ring: $1 (unit, it, e2e, long, or nothing for all)" ;;
  esac
  read -r passed failed skipped < <(count_reports "$stamp")
  if ((passed + failed + skipped > 0)); then
    step "the slowest test classes:"
    slowest_classes "$stamp" >&2
  else
    step "no test was run: nothing matches ${2:-the ring ${1:-all}}"
  fi
  rm -f "$stamp"
  ((skipped == 0)) || step "$skipped tests were skipped, which counts as a failure"
  ((${#FAILED_RINGS[@]} == 0)) || step "failed: ${FAILED_RINGS[*]}"
  printf '%s passed, %s failed\n' "$passed" "$((failed + skipped))"
  ((failed + skipped == 0 && passed > 0 && ${#FAILED_RINGS[@]} == 0))
}
