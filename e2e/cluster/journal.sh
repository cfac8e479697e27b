# shellcheck shell=bash
# Every change to the host is one line of $KN_STATE/undo, written before the change is made. `kn down`
# walks the lines backwards. Each undo may be repeated and may find its change never made, because a
# run may be killed between the line and the change.
#
#   sysctl KEY OLD        netns NAME      link NAME       route ROUTE...      rule TABLE RULE...
#   mount PATH            mounts PREFIX   loop FILE       folder PATH         cgroup NAME
#   module NAME           process NAME    (ended before all else, by its marker: process.sh)

record() { printf '%s\n' "$*" >>"$KN_STATE/undo"; }

# Sets a kernel setting and remembers the old value; nothing where it is set already or unknown here.
change_sysctl() {
  local key=$1 value=$2
  watch_sysctl "$key"
  [[ $(sysctl -n "$key" 2>/dev/null) == "$value" ]] || sysctl -qw "$key=$value"
}

# Remembers a kernel setting that something we start is going to change.
watch_sysctl() {
  local old
  old=$(sysctl -n "$1" 2>/dev/null) || return 0
  record sysctl "$1" "$old"
}

# load_module NAME PROOF: PROOF is a command that succeeds when the kernel has it, built in or loaded.
load_module() {
  local name=$1
  shift
  "$@" >/dev/null 2>&1 && return 0
  record module "$name"
  modprobe "$name" || die "this kernel lacks the module $name"
}

undo_all() {
  [[ -f $KN_STATE/undo ]] || return 0
  local kind rest
  while read -r kind rest; do
    [[ -n $kind ]] || continue
    undo_one "$kind" "$rest" && printf '         undone: %s %s\n' "$kind" "$rest" >&2
  done < <(tac "$KN_STATE/undo" | awk '!seen[$0]++')
  return 0
}

# Returns 0 when something was undone, 1 when there was nothing left to undo.
undo_one() {
  local kind=$1 rest=$2 words
  read -ra words <<<"$rest"
  case $kind in
    sysctl)
      local old=${rest#* }
      [[ $(sysctl -n "${words[0]}" 2>/dev/null) != "$old" ]] && sysctl -qw "${words[0]}=$old" 2>/dev/null
      ;;
    netns) [[ -e /run/netns/$rest ]] && ip netns delete "$rest" ;;
    link) ip link show "$rest" >/dev/null 2>&1 && ip link delete "$rest" ;;
    route) ip route delete "${words[@]}" 2>/dev/null ;;
    rule) iptables -w -t "${words[0]}" -D "${words[@]:1}" 2>/dev/null ;;
    mount) unmount_below "$rest" exact ;;
    mounts) unmount_below "$rest" ;;
    loop) detach_loop "$rest" ;;
    folder) remove_empty_folder "$rest" ;;
    cgroup) remove_cgroup "$rest" ;;
    module) [[ -d /sys/module/$rest ]] && modprobe -r "$rest" 2>/dev/null ;;
    process) true ;;
    *) printf 'kn: unknown line in the journal: %s %s\n' "$kind" "$rest" >&2; return 1 ;;
  esac
}

mounts_below() {
  awk -v top="$1" -v exact="${2:-}" \
    '$5 == top || (exact == "" && index($5, top "/") == 1) {print $5}' /proc/self/mountinfo
}

# Deepest first; a mount that is still busy is taken off the tree and goes with its last user.
unmount_below() {
  local path found=1 round
  for round in 1 2 3; do
    while read -r path; do
      found=0
      path=$(printf '%b' "$path")
      umount "$path" 2>/dev/null || { ((round == 3)) && umount -l "$path"; } || true
    done < <(mounts_below "$@" | tac)
  done
  return "$found"
}

# A folder that others may have come to use as well goes only when nothing is in it.
remove_empty_folder() {
  [[ -d $1 && -z $(ls -A "$1") ]] || return 1
  unmount_below "$1" exact || true
  rmdir "$1"
}

detach_loop() {
  local device found=1
  while IFS=: read -r device _; do
    [[ -n $device ]] || continue
    found=0
    losetup -d "$device" || true
  done < <(losetup -j "$1" 2>/dev/null)
  return "$found"
}

cgroup_roots() {
  if [[ -f /sys/fs/cgroup/cgroup.controllers ]]; then
    echo /sys/fs/cgroup
  else
    find /sys/fs/cgroup -mindepth 1 -maxdepth 1 -type d
  fi
}

remove_cgroup() {
  local root found=1
  while read -r root; do
    [[ -d $root/$1 ]] || continue
    found=0
    find "$root/$1" -depth -type d -exec rmdir {} + 2>/dev/null || true
  done < <(cgroup_roots)
  return "$found"
}
