# shellcheck shell=bash
# What the machine must bring. On Debian, as root, missing packages are installed; elsewhere `kn`
# says what is missing and stops.

# command, file or python:module | Debian package (alternatives with /), first candidate that exists is taken
NEEDED_ALWAYS=("curl|curl" "jq|jq" "openssl|openssl" "python3|python3-minimal" "mvn|maven")
NEEDED_EMBEDDED=("containerd|containerd" "ctr|containerd" "runc|runc" "etcd|etcd-server" "iptables|iptables"
  "ipset|ipset" "ip|iproute2" "mkfs.xfs|xfsprogs" "xfs_growfs|xfsprogs" "mmdebstrap|mmdebstrap"
  "conntrack|conntrack" "socat|socat" "losetup|mount" "mount|mount" "nsenter|util-linux" "flock|util-linux"
  "sysctl|procps" "/usr/lib/cni/bridge|containernetworking-plugins"
  "/usr/share/keyrings/debian-archive-keyring.gpg|debian-archive-keyring")
NEEDED_API_SERVER=("etcd|etcd-server")
NEEDED_INTEGRATION=("${NEEDED_API_SERVER[@]}" "python:ensurepip|python3-venv")
NEEDED_LOAD=("npm|npm")
OLDEST_GO=1.24

is_debian() { [[ -f /etc/debian_version ]] && command -v apt-get >/dev/null; }

have() {
  case $1 in
    /*) [[ -e $1 ]] ;;
    python:*) python3 -c "import ${1#python:}" 2>/dev/null ;;
    *) command -v "$1" >/dev/null 2>&1 ;;
  esac
}

missing_packages() {
  local row
  for row in "$@"; do have "${row%%|*}" || echo "${row#*|}"; done | sort -u
}

# check_prerequisites PURPOSE: embedded (a cluster here), integration (tests), api-server, load (the
# benchmark), or else only what a build needs.
check_prerequisites() {
  local missing needed=("${NEEDED_ALWAYS[@]}")
  case $1 in
    embedded) needed+=("${NEEDED_EMBEDDED[@]}") ;;
    api-server) needed+=("${NEEDED_API_SERVER[@]}") ;;
    integration) needed+=("${NEEDED_INTEGRATION[@]}") ;;
    load) needed+=("${NEEDED_LOAD[@]}") ;;
  esac
  PATH=$PATH:/usr/sbin:/sbin
  mapfile -t missing < <(missing_packages "${needed[@]}")
  if ((${#missing[@]} > 0)); then
    if ((EUID == 0)) && is_debian; then
      install_packages "${missing[@]}"
    else
      die "please install: ${missing[*]} (Debian's names), then run this again"
    fi
  fi
  if [[ $1 == embedded ]] && ! grep -qE ' /sys/fs/cgroup[^ ]* cgroup2? ' /proc/mounts; then
    die "no control groups are mounted, and nodes need them: mount -t cgroup2 none /sys/fs/cgroup" \
      "(in a container, give it those of its host)"
  fi
  LACKING=()
  find_java
  case $1 in
    embedded) find_go "${CLUSTER_TOOLS[@]}" helm ;;
    load) find_go k6 ;;
    api-server | integration) find_go kube-apiserver kubectl helm kube-score ;;
  esac
  ((${#LACKING[@]} == 0)) || die "$(printf '%s; ' "${LACKING[@]}")then run this again"
}

# Debian starts a service as soon as it is installed; ours must not run beside Debian's.
install_packages() {
  local guard=/usr/sbin/policy-rc.d code=0
  step "installing: $*"
  mkdir -p "$KN_LOGS"
  remove_service_guard
  if [[ -e $guard ]]; then
    guard=
  else
    printf '#!/bin/sh\n# kn\nexit 101\n' >"$guard"
    chmod 755 "$guard"
  fi
  apt_install "$@" >"$KN_LOGS/apt.log" 2>&1 || code=$?
  [[ -z $guard ]] || rm -f "$guard"
  if ((code != 0)); then
    show_log_end "$KN_LOGS/apt.log"
    die "apt could not install: $*; full log: $KN_LOGS/apt.log"
  fi
}

# Ours only: what a killed run left behind must not keep services from starting for ever.
remove_service_guard() {
  if grep -qsx '# kn' /usr/sbin/policy-rc.d; then rm -f /usr/sbin/policy-rc.d; fi
}

apt_install() {
  export DEBIAN_FRONTEND=noninteractive
  apt-get install -y -q --no-install-recommends "$@" && return 0
  apt-get update -q
  apt-get install -y -q --no-install-recommends "$@"
}

is_jdk_25() { [[ -x $1/bin/javac ]] && grep -qE '^JAVA_VERSION="25[."]' "$1/release" 2>/dev/null; }

find_java() {
  local home
  for home in "${JAVA_HOME:-}" /usr/lib/jvm/*25* /usr/local/*jdk*25* /opt/*jdk*25*; do
    if [[ -n $home ]] && is_jdk_25 "$home"; then
      export JAVA_HOME=$home
      return 0
    fi
  done
  if ((EUID == 0)) && is_debian && [[ -n $(apt_candidate openjdk-25-jdk-headless) ]]; then
    install_packages openjdk-25-jdk-headless
    JAVA_HOME=$(echo /usr/lib/jvm/java-25-openjdk-*)
    export JAVA_HOME
    is_jdk_25 "$JAVA_HOME" && return 0
  fi
  LACKING+=("no JDK 25 found: install one (Debian trixie: openjdk-25-jdk-headless; else unpack Eclipse Temurin 25 to /opt/jdk-25, or set JAVA_HOME)")
}

apt_candidate() { apt-cache policy "$1" 2>/dev/null | awk '$1 == "Candidate:" && $2 != "(none)" {print $2}'; }

go_new_enough() {
  local version
  version=$("$1" env GOVERSION 2>/dev/null) || return 1
  [[ $(printf '%s\n' "$OLDEST_GO" "${version#go}" | sort -V | head -n1) == "$OLDEST_GO" ]]
}

# Go is needed only where one of these tools is not built yet. A newer Go than the machine's comes from the
# module proxy by itself (GOTOOLCHAIN=auto).
find_go() {
  local program package lacking=""
  use_installed_go && return 0
  for program in "$@"; do
    [[ -x $(tool_file "$program") ]] || lacking=$program
  done
  [[ -n $lacking ]] || return 0
  if ((EUID == 0)) && is_debian; then
    for package in golang-go golang-1.26-go golang-1.25-go golang-1.24-go; do
      candidate_at_least "$package" "$OLDEST_GO" || continue
      install_packages "$package"
      use_installed_go && return 0
    done
  fi
  LACKING+=("no Go $OLDEST_GO or newer found: install one (Debian trixie: golang-go; else unpack the archive of the Go project to /usr/local/go)")
}

use_installed_go() {
  local go
  for go in "$(command -v go || true)" /usr/local/go/bin/go /usr/lib/go-*/bin/go; do
    if [[ -x $go ]] && go_new_enough "$go"; then
      PATH=$(dirname "$go"):$PATH
      return 0
    fi
  done
  return 1
}

candidate_at_least() {
  local candidate
  candidate=$(apt_candidate "$1")
  candidate=${candidate#*:}
  [[ -n $candidate && $(printf '%s\n' "$2" "$candidate" | sort -V | head -n1) == "$2" ]]
}
