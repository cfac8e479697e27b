# shellcheck shell=bash
# Images without a registry: archives made on this machine, imported into each node's runtime.

# Static programs of the cluster itself.
image_reference() { echo "kn.local/$(basename "$(tool_file "$1")" | sed "s/^$1-/$1:/")"; }
image_archive() { echo "$KN_CACHE/images/$(basename "$(tool_file "$1")").tar"; }

build_tool_image() {
  local tool=$1 archive work
  archive=$(image_archive "$tool")
  [[ -s $archive ]] && return 0
  mkdir -p "$KN_CACHE/images"
  work=$(mktemp -d "$KN_CACHE/images/.tool-XXXXXX")
  install -D -m 755 "$(tool_file "$tool")" "$work/root/$tool"
  tar -C "$work/root" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -cf "$work/layer.tar" "$tool"
  printf '{"user": "10001:10001", "entrypoint": ["/%s"]}\n' "$tool" >"$work/config.json"
  python3 "$KN_HOME/images/pack.py" --rootfs-tar "$work/layer.tar" --config "$work/config.json" \
    --reference "$(image_reference "$tool")" --out "$archive" >/dev/null
  rm -rf "$work"
}

# import_image REFERENCE ARCHIVE: into the nodes that lack it, all at once.
import_image() {
  local reference=$1 archive=$2 node pids=() pid
  for node in "${NODES[@]}"; do
    node_ctr "$node" images list -q "name==$reference" | grep -q . && continue
    node_ctr "$node" images import --snapshotter overlayfs "$archive" >/dev/null &
    pids+=("$!")
  done
  for pid in "${pids[@]}"; do wait "$pid"; done
}

import_tool_images() {
  local tool
  for tool in pause coredns metrics-server; do
    build_tool_image "$tool"
    import_image "$(image_reference "$tool")" "$(image_archive "$tool")"
  done
}

# The product's images: one line "<name> <reference> <archive>" each, kept in $KN_CACHE/images/built.
build_product_images() {
  mkdir -p "$KN_CACHE/images"
  KN_CACHE=$KN_CACHE "$KN_HOME/images/build" >"$KN_CACHE/images/.built.tmp"
  mv -f "$KN_CACHE/images/.built.tmp" "$KN_CACHE/images/built"
}

import_product_images() {
  local reference archive node
  while read -r _ reference archive; do
    import_image "$reference" "$archive"
  done <"$KN_CACHE/images/built"
  for node in "${NODES[@]}"; do prune_images "$node"; done
}

# The stores outlive clusters: without this each build of the product would stay in them for ever.
# An image stays while it is of the last build, or named by a workload or pod. The runtime lists each
# image a second time under its digest; both names must go.
prune_images() {
  local unused workloads
  workloads=$(kube get pods,deployments,statefulsets,jobs -A -o json)
  mapfile -t unused < <(
    {
      awk '{print $2}' "$KN_CACHE/images/built"
      jq -r '.. | objects | select(has("image")) | .image | strings' <<<"$workloads"
      echo ---
      node_ctr "$1" images list | awk 'NR > 1 {print $1, $3}'
    } | awk '
      !listing && $1 == "---" {listing = 1; next}
      !listing {keep[$1] = 1; next}
      {digest[$1] = $2}
      END {
        for (name in digest) if (name in keep || name !~ /^(sha256:|kn\.local\/(postgres|pooler|valkey|operator|app):)/) kept[digest[name]] = 1
        for (name in digest) if (!(digest[name] in kept)) print name
      }'
  )
  ((${#unused[@]} == 0)) || node_ctr "$1" images delete "${unused[@]}" >/dev/null
}

product_image() {
  awk -v name="$1" '$1 == name {print $2; found = 1} END {exit !found}' "$KN_CACHE/images/built" \
    || die "the image $1 was not built"
}
