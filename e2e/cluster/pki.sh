# shellcheck shell=bash
# Certificates, tokens and kubeconfigs of one cluster. All are made anew for each cluster, live in
# $KN_STATE/pki (mode 0700) and are verified: every client knows the authority.

openssl_quiet() { openssl "$@" 2>>"$KN_STATE/logs/openssl.log"; }

make_authority() {
  local file=$KN_STATE/pki/$1
  openssl_quiet ecparam -name prime256v1 -genkey -noout -out "$file.key"
  openssl_quiet req -x509 -new -key "$file.key" -subj "/CN=kn-$1" -days 365 -out "$file.crt" \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign
}

# issue AUTHORITY NAME SUBJECT [SUBJECT-ALTERNATIVE-NAMES]
issue() {
  local authority=$KN_STATE/pki/$1 file=$KN_STATE/pki/$2 subject=$3 names=${4:-}
  openssl_quiet ecparam -name prime256v1 -genkey -noout -out "$file.key"
  {
    echo "basicConstraints=CA:FALSE"
    echo "keyUsage=digitalSignature"
    echo "extendedKeyUsage=serverAuth,clientAuth"
    [[ -z $names ]] || echo "subjectAltName=$names"
  } >"$file.ext"
  openssl_quiet req -new -key "$file.key" -subj "$subject" -out "$file.csr"
  openssl_quiet x509 -req -in "$file.csr" -CA "$authority.crt" -CAkey "$authority.key" \
    -set_serial "0x$(random_hex 12)" -days 365 -extfile "$file.ext" -out "$file.crt"
  rm -f "$file.csr" "$file.ext"
}

random_hex() { od -An -N"$1" -tx1 /dev/urandom | tr -d ' \n'; }

make_pki() {
  mkdir -p "$KN_STATE/pki" "$KN_STATE/logs"
  chmod 700 "$KN_STATE/pki"
  make_authority ca
  make_authority front-ca
  local names="DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc"
  names+=",DNS:kubernetes.default.svc.$CLUSTER_DOMAIN,DNS:localhost"
  issue ca apiserver /CN=kube-apiserver "$names,IP:$API_SERVICE,IP:$API_ADDRESS,IP:127.0.0.1"
  issue ca apiserver-kubelet /O=system:masters/CN=kube-apiserver-kubelet-client
  issue front-ca front-proxy /CN=front-proxy-client
  issue ca metrics-server /CN=metrics-server "DNS:metrics-server.kube-system.svc"
  local node
  for node in "${NODES[@]}"; do
    issue ca "kubelet$node" "/O=system:nodes/CN=system:node:node$node" "DNS:node$node,IP:$(place_address "$node")"
  done
  openssl_quiet genrsa -out "$KN_STATE/pki/service-account.key" 2048
  openssl_quiet rsa -in "$KN_STATE/pki/service-account.key" -pubout -out "$KN_STATE/pki/service-account.pub"
}

# The API server reads the tokens once, at its start: all of them are written before it.
make_logins() {
  local node
  : >"$KN_STATE/pki/tokens.csv"
  chmod 600 "$KN_STATE/pki/tokens.csv"
  login admin admin system:masters
  login controller-manager system:kube-controller-manager
  login scheduler system:kube-scheduler
  login proxy system:kube-proxy
  login agent kn-agent system:masters
  for node in "${NODES[@]}"; do login "kubelet$node" "system:node:node$node" system:nodes; done
  install -m 600 "$KN_STATE/pki/admin.kubeconfig" "$KN_STATE/kubeconfig"
}

# login NAME USER [GROUP]
login() {
  local token file=$KN_STATE/pki/$1.kubeconfig
  token=$(random_hex 24)
  echo "$token,$2,$2${3:+,\"$3\"}" >>"$KN_STATE/pki/tokens.csv"
  install -m 600 /dev/null "$file"
  cat >"$file" <<CONFIG
apiVersion: v1
kind: Config
clusters:
- name: kn
  cluster:
    server: $API_URL
    certificate-authority-data: $(base64 -w0 "$KN_STATE/pki/ca.crt")
users:
- name: $1
  user: {token: $token}
contexts:
- name: kn
  context: {cluster: kn, user: $1}
current-context: kn
CONFIG
}
