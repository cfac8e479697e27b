# shellcheck shell=bash
# Go programs of the cluster, built once from pinned modules and kept in $KN_CACHE/bin under a name
# that holds version and content: <program>-<version>-<hash of the module's sources and go.sum>.
# $KN_CACHE/path holds links with the plain names.

# program | module folder | package | module that carries the version
TOOLS=(
  "kube-apiserver|tools/kubernetes|k8s.io/kubernetes/cmd/kube-apiserver|k8s.io/kubernetes"
  "kube-controller-manager|tools/kubernetes|k8s.io/kubernetes/cmd/kube-controller-manager|k8s.io/kubernetes"
  "kube-scheduler|tools/kubernetes|k8s.io/kubernetes/cmd/kube-scheduler|k8s.io/kubernetes"
  "kubelet|tools/kubernetes|k8s.io/kubernetes/cmd/kubelet|k8s.io/kubernetes"
  "kube-proxy|tools/kubernetes|k8s.io/kubernetes/cmd/kube-proxy|k8s.io/kubernetes"
  "kubectl|tools/kubernetes|k8s.io/kubernetes/cmd/kubectl|k8s.io/kubernetes"
  "pause|tools/pause|.|"
  "kn-agent|agent|.|"
  "coredns|tools/coredns|.|github.com/coredns/coredns"
  "metrics-server|tools/metrics-server|sigs.k8s.io/metrics-server/cmd/metrics-server|sigs.k8s.io/metrics-server"
  "helm|tools/helm|helm.sh/helm/v3/cmd/helm|helm.sh/helm/v3"
  "k6|tools/k6|go.k6.io/k6|go.k6.io/k6"
  "kube-score|tools/kube-score|github.com/zegl/kube-score/cmd/kube-score|github.com/zegl/kube-score"
)

# shellcheck disable=SC2034 # used by kn and prerequisites.sh
CLUSTER_TOOLS=(kube-apiserver kube-controller-manager kube-scheduler kubelet kube-proxy kubectl
  pause kn-agent coredns metrics-server)

tool_row() {
  local row
  for row in "${TOOLS[@]}"; do
    [[ ${row%%|*} == "$1" ]] && echo "$row" && return 0
  done
  die "no such tool: $1"
}

module_version() {
  local folder=$1 module=$2
  [[ -n $module ]] || { echo v0.1.0; return; }
  awk -v m="$module" '$1 == m {print $2; exit} $2 == m && $1 == "require" {print $3; exit}' "$folder/go.mod"
}

# Hash of all that a program is made of: module_hash FOLDER LINKER-FLAGS.
module_hash() {
  {
    (cd "$1" && find . -type f \( -name '*.go' -o -name go.mod -o -name go.sum \) ! -name '*_test.go' -print0 \
      | LC_ALL=C sort -z | xargs -0 sha256sum)
    echo "$2"
  } | sha256sum | cut -c1-12
}

# Path of the built program, whether it exists yet or not.
tool_file() {
  local row program folder module version
  row=$(tool_row "$1")
  IFS='|' read -r program folder _ module <<<"$row"
  version=$(module_version "$CLUSTER_DIR/$folder" "$module")
  echo "$KN_CACHE/bin/$program-$version-$(module_hash "$CLUSTER_DIR/$folder" "$(linker_flags "$version" "$folder")")"
}

linker_flags() {
  local version=$1 minor
  minor=$(cut -d. -f2 <<<"$version")
  case $2 in
    tools/kubernetes)
      local base=k8s.io/component-base/version
      echo "-s -w -X $base.gitVersion=$version -X $base.gitMajor=1 -X $base.gitMinor=$minor"
      ;;
    tools/helm)
      local minor_here
      minor_here=$(cut -d. -f2 <<<"$KUBERNETES_VERSION")
      echo "-s -w -X helm.sh/helm/v3/internal/version.version=$version" \
        "-X helm.sh/helm/v3/pkg/chartutil.k8sVersionMajor=1 -X helm.sh/helm/v3/pkg/chartutil.k8sVersionMinor=$minor_here"
      ;;
    *) echo "-s -w" ;;
  esac
}

# build_tools PROGRAM...: builds what is missing. Programs of one module are built in one go.
build_tools() {
  local program row folder package module file version missing=()
  local -A packages=()
  mkdir -p "$KN_CACHE/bin" "$KN_CACHE/path"
  for program in "$@"; do
    file=$(tool_file "$program")
    row=$(tool_row "$program")
    IFS='|' read -r _ folder package _ <<<"$row"
    if [[ ! -x $file ]]; then
      packages[$folder]+=" $package"
      missing+=("$program")
    fi
  done
  for folder in "${!packages[@]}"; do
    read -ra package <<<"${packages[$folder]}"
    build_module "$folder" "${package[@]}"
  done
  for program in "${missing[@]}"; do [[ -x $(tool_file "$program") ]] || die "$program was not built"; done
  for program in "$@"; do ln -sfn "$(tool_file "$program")" "$KN_CACHE/path/$program"; done
}

build_module() {
  local folder=$1 work program row package module version file built
  shift
  printf 'building %s: %s\n' "$folder" "$*"
  work=$(mktemp -d "$KN_CACHE/bin/.build-XXXXXX")
  module=$(for row in "${TOOLS[@]}"; do
    IFS='|' read -r _ package _ version <<<"$row"
    [[ $package == "$folder" ]] && echo "$version" && break
  done)
  version=$(module_version "$CLUSTER_DIR/$folder" "$module")
  (
    cd "$CLUSTER_DIR/$folder" || return 1
    # Two modules may need a newer Go than the machine has; the module proxy carries it.
    export CGO_ENABLED=0 GOFLAGS=-mod=readonly GOTOOLCHAIN=auto GOWORK=off
    nice -n 5 go build -trimpath -buildvcs=false -ldflags "$(linker_flags "$version" "$folder")" -o "$work/" "$@"
  )
  for built in "$work"/*; do
    # A package "." is named after its module.
    program=$(basename "$built")
    for row in "${TOOLS[@]}"; do
      IFS='|' read -r file package _ _ <<<"$row"
      if [[ $package == "$folder" ]] && { [[ $file == "$program" ]] || [[ $# == 1 && $1 == . ]]; }; then
        mv -f "$built" "$(tool_file "$file")"
        break
      fi
    done
  done
  rm -rf "$work"
}

# schemathesis is written in Python: it lives in an environment of its own, made from pinned packages
# by the machine's Python.
schemathesis_file() {
  local of
  of=$({ python3 --version; cat "$CLUSTER_DIR/tools/schemathesis/requirements.txt"; } | sha256sum | cut -c1-12)
  echo "$KN_CACHE/bin/schemathesis-$of/bin/schemathesis"
}

build_schemathesis() {
  local folder
  folder=$(dirname "$(dirname "$(schemathesis_file)")")
  [[ ! -e $folder/complete ]] || return 0
  rm -rf "$folder"
  python3 -m venv "$folder"
  "$folder/bin/pip" install --quiet --require-hashes -r "$CLUSTER_DIR/tools/schemathesis/requirements.txt"
  touch "$folder/complete"
}

# The folder layout in which io.fabric8:kube-api-test looks for a real API server.
fill_kube_api_test() {
  local folder=$KN_CACHE/kubeapitest/k8s/${KUBERNETES_VERSION#v}-linux-amd64
  mkdir -p "$folder"
  ln -sfn "$(tool_file kube-apiserver)" "$folder/kube-apiserver"
  ln -sfn "$(tool_file kubectl)" "$folder/kubectl"
  ln -sfn "$(command -v etcd)" "$folder/etcd"
}
