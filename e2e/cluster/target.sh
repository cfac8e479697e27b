# shellcheck shell=bash
# Which cluster `kn` works on: embedded (built here, needs root), kind (Docker, not root), or the
# context of an existing cluster. Chosen by `up`, remembered in $KN_STATE/target.

KIND_CLUSTER=kn
KIND_NODE_IMAGE=kindest/node:v1.34.0

choose_target() {
  local known
  known=$(cat "$KN_STATE/target" 2>/dev/null || true)
  if [[ -n ${KN_CONTEXT:-} ]]; then
    KN_TARGET=context
  elif [[ -n $known ]]; then
    KN_TARGET=${known%% *}
    [[ $KN_TARGET != context ]] || KN_CONTEXT=${known#* }
  elif ((EUID == 0)) && [[ $(uname -s) == Linux ]]; then
    KN_TARGET=embedded
  elif docker info >/dev/null 2>&1; then
    KN_TARGET=kind
  else
    die "no way to a cluster: run as root on Linux (builds its own), or start Docker (uses kind)," \
      "or name an existing cluster with --context NAME"
  fi
  [[ $KN_TARGET != context || -z $known || $known == "context $KN_CONTEXT" ]] \
    || die "this state folder belongs to '$known': run ./kn down first, or set KN_STATE to another folder"
}

remember_target() {
  [[ $KN_TARGET == embedded ]] && { echo embedded >"$KN_STATE/target"; return; }
  echo "$KN_TARGET${KN_CONTEXT:+ $KN_CONTEXT}" >"$KN_STATE/target"
}

# The embedded cluster brings client tools that fit; elsewhere the user's own are taken.
client_program() { if [[ $KN_TARGET == embedded ]]; then echo "$KN_CACHE/path/$1"; else echo "$1"; fi; }
kubectl_program() { client_program kubectl; }
helm_program() { client_program helm; }
helm_here() { KN_CLUSTER=$(cluster_id) "$(helm_program)" --kubeconfig "$KN_STATE/kubeconfig" "$@"; }

target_up() {
  case $KN_TARGET in
    embedded) cluster_up ;;
    kind) kind_up ;;
    context) context_up ;;
  esac
  remember_target
}

need_programs() {
  local program
  for program in "$@"; do command -v "$program" >/dev/null || die "please install: $program"; done
}

new_state() {
  mkdir -p "$KN_STATE"
  [[ -f $KN_STATE/id ]] || random_hex 4 >"$KN_STATE/id"
}

kind_up() {
  need_programs kind docker kubectl helm
  check_state_folder
  new_state
  if ! kind get clusters 2>/dev/null | grep -qx "$KIND_CLUSTER"; then
    kind create cluster --name "$KIND_CLUSTER" --kubeconfig "$KN_STATE/kubeconfig" \
      --config "$CLUSTER_DIR/manifests/kind.yaml" --image "$KIND_NODE_IMAGE" --wait 120s
    mark_owner
  else
    kind export kubeconfig --name "$KIND_CLUSTER" --kubeconfig "$KN_STATE/kubeconfig"
    require_owned
  fi
}

context_up() {
  need_programs kubectl helm
  check_state_folder
  KN_REGISTRY=${KN_REGISTRY:-$(cat "$KN_STATE/registry" 2>/dev/null || true)}
  [[ -n $KN_REGISTRY ]] || die "--context needs --registry HOST[/PATH] that the cluster can pull from"
  new_state
  echo "$KN_REGISTRY" >"$KN_STATE/registry"
  install -m 600 /dev/null "$KN_STATE/kubeconfig"
  kubectl config view --context "$KN_CONTEXT" --minify --flatten --raw >"$KN_STATE/kubeconfig"
  local found
  found=$(kube get configmap kn-owner -n kube-system -o 'jsonpath={.data.id}' 2>/dev/null || true)
  [[ -z $found || $found == "$(cluster_id)" ]] || die "the cluster '$KN_CONTEXT' is in use by another kn ($found)"
  [[ -n $found ]] || mark_owner
}

# Takes away what `kn` put there; the embedded and the kind cluster as a whole, from a foreign
# cluster only the release, its namespaces and definitions, and the mark.
target_down() {
  case $KN_TARGET in
    embedded) cluster_down ;;
    kind)
      require_owned
      kind delete cluster --name "$KIND_CLUSTER" --kubeconfig "$KN_STATE/kubeconfig"
      forget_state
      ;;
    context)
      require_owned
      remove_platform
      kube delete configmap kn-owner -n kube-system
      forget_state
      ;;
  esac
}

forget_state() {
  rm -f "$KN_STATE"/{id,target,registry,kubeconfig,complete}
  rmdir "$KN_STATE" 2>/dev/null || true
}

# Makes the product's images known to the cluster.
deliver_images() {
  case $KN_TARGET in
    embedded) import_product_images ;;
    kind) kind_images ;;
    context) push_images ;;
  esac
}

# With Docker the images come from their Dockerfiles, under a tag made of their content.
docker_images() {
  local prefix=$1 name tag
  mkdir -p "$KN_CACHE/images"
  docker build -q -t kn.local/jre:build -f "$KN_HOME/images/jre/Dockerfile" "$KN_HOME/images" >/dev/null
  for name in postgres pooler valkey operator app; do
    if [[ $name == operator || $name == app ]]; then
      tag=$(docker build -q --build-arg JRE=kn.local/jre:build -f "$KN_HOME/images/$name/Dockerfile" "$KN_HOME")
    else
      tag=$(docker build -q -f "$KN_HOME/images/$name/Dockerfile" "$KN_HOME/images")
    fi
    docker tag "$tag" "$prefix/$name:0.1.0-${tag:7:12}"
    echo "$name $prefix/$name:0.1.0-${tag:7:12} -"
  done >"$KN_CACHE/images/.built.tmp"
  mv -f "$KN_CACHE/images/.built.tmp" "$KN_CACHE/images/built"
}

kind_images() {
  local reference
  docker_images kn.local
  while read -r _ reference _; do
    kind load docker-image --name "$KIND_CLUSTER" "$reference"
  done <"$KN_CACHE/images/built"
}

push_images() {
  local name reference archive
  if docker info >/dev/null 2>&1; then
    docker_images "$KN_REGISTRY"
    while read -r _ reference _; do docker push -q "$reference"; done <"$KN_CACHE/images/built"
    return
  fi
  need_programs skopeo
  ((EUID == 0)) || die "without Docker the images are built as root: run as root, or start Docker"
  build_product_images
  while read -r name reference archive; do
    skopeo copy "docker-archive:$archive" "docker://$KN_REGISTRY/$name:${reference##*:}"
    echo "$name $KN_REGISTRY/$name:${reference##*:} -"
  done <"$KN_CACHE/images/built" >"$KN_CACHE/images/.built.tmp"
  mv -f "$KN_CACHE/images/.built.tmp" "$KN_CACHE/images/built"
}
