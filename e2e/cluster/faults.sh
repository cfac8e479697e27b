# shellcheck shell=bash
# Faults in the network of the embedded cluster: a place (0, 1, 2 or cp) loses its cable, or two
# places no longer hear each other. Packets vanish silently, as they do on a dead line. Each fault is
# a few rules in the router (the root namespace), journaled like every change to the machine.

check_place() {
  local place
  for place in "${PLACES[@]}"; do [[ $place == "$1" ]] && return 0; done
  die "no such place: $1 (one of: ${PLACES[*]})"
}

place_name() { if [[ $1 == cp ]]; then echo "the control plane"; else echo "node$1"; fi; }

# While the control plane is cut off the mark cannot be read; what gives the right to repair is the
# journal, which lists the link as ours.
require_journal() {
  grep -qxF "link $(place_link "$1")" "$KN_STATE/undo" 2>/dev/null \
    || die "refusing: $KN_STATE/undo does not list $(place_link "$1") as ours"
}

mark_of_faults() { echo "kn-$(cluster_id)-fault"; }

# drop CHAIN MATCH...: packets that match vanish.
drop() {
  local chain=$1
  shift
  local rule=("$chain" "$@" -m comment --comment "$(mark_of_faults)" -j DROP)
  iptables -w -C "${rule[@]}" 2>/dev/null && return 0
  record rule filter "${rule[@]}"
  iptables -w -I "${rule[@]}"
}

# undrop TEXT: takes back the faults whose rule contains the text.
undrop() {
  local words
  while read -ra words; do
    iptables -w -D "${words[@]:1}"
  done < <(iptables -w -S | grep -F -- "$(mark_of_faults)" | grep -F -- "$1" | tr -d '"')
}

node_down() {
  local link
  link=$(place_link "$1")
  check_place "$1"
  require_owned
  require_journal "$1"
  drop INPUT -i "$link"
  drop OUTPUT -o "$link"
  drop FORWARD -i "$link"
  drop FORWARD -o "$link"
  step "$(place_name "$1") is cut off"
}

# Ends the cut and the partitions of one place.
node_up() {
  check_place "$1"
  require_journal "$1"
  undrop " $(place_link "$1") "
  step "$(place_name "$1") is connected"
}

# The router, where tests run, still reaches both.
partition() {
  check_place "$1"
  check_place "$2"
  [[ $1 != "$2" ]] || die "a place cannot be parted from itself"
  require_owned
  require_journal "$1"
  drop FORWARD -i "$(place_link "$1")" -o "$(place_link "$2")"
  drop FORWARD -i "$(place_link "$2")" -o "$(place_link "$1")"
  step "$(place_name "$1") and $(place_name "$2") no longer hear each other"
}

heal() {
  require_journal cp
  undrop ""
  step "all places are connected"
}
