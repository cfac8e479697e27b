# shellcheck shell=bash
# etcd, API server, controller manager and scheduler, in the place `cp`.

start_control_plane() {
  local pki=$KN_STATE/pki netns
  netns=$(place_netns cp)
  write_audit_policy
  start_process etcd "$netns" etcd --data-dir="$KN_STATE/etcd" --unsafe-no-fsync \
    --listen-client-urls=http://127.0.0.1:2379 --advertise-client-urls=http://127.0.0.1:2379 \
    --listen-peer-urls=http://127.0.0.1:2380 --quota-backend-bytes=4294967296
  ready etcd 20 in_place cp curl -fsS http://127.0.0.1:2379/health
  start_process apiserver "$netns" "$(tool_file kube-apiserver)" \
    --etcd-servers=http://127.0.0.1:2379 \
    --bind-address=0.0.0.0 --advertise-address="$API_ADDRESS" --secure-port=6443 \
    --service-cluster-ip-range="$SERVICE_RANGE" \
    --tls-cert-file="$pki/apiserver.crt" --tls-private-key-file="$pki/apiserver.key" \
    --client-ca-file="$pki/ca.crt" --token-auth-file="$pki/tokens.csv" --anonymous-auth=false \
    --authorization-mode=Node,RBAC --enable-admission-plugins=NodeRestriction --allow-privileged=true \
    --service-account-key-file="$pki/service-account.pub" \
    --service-account-signing-key-file="$pki/service-account.key" \
    --service-account-issuer="https://kubernetes.default.svc.$CLUSTER_DOMAIN" \
    --kubelet-certificate-authority="$pki/ca.crt" \
    --kubelet-client-certificate="$pki/apiserver-kubelet.crt" --kubelet-client-key="$pki/apiserver-kubelet.key" \
    --kubelet-preferred-address-types=InternalIP \
    --requestheader-client-ca-file="$pki/front-ca.crt" --requestheader-allowed-names=front-proxy-client \
    --requestheader-username-headers=X-Remote-User --requestheader-group-headers=X-Remote-Group \
    --requestheader-extra-headers-prefix=X-Remote-Extra- \
    --proxy-client-cert-file="$pki/front-proxy.crt" --proxy-client-key-file="$pki/front-proxy.key" \
    --enable-aggregator-routing=true \
    --audit-policy-file="$KN_STATE/audit-policy.yaml" --audit-log-path="$KN_STATE/audit.log" --audit-log-maxsize=10000
  ready apiserver 60 kube get --raw /readyz
  start_process controller-manager "$netns" "$(tool_file kube-controller-manager)" \
    --kubeconfig="$pki/controller-manager.kubeconfig" --bind-address=127.0.0.1 --leader-elect=false \
    --service-account-private-key-file="$pki/service-account.key" --root-ca-file="$pki/ca.crt" \
    --use-service-account-credentials --cluster-signing-cert-file="$pki/ca.crt" \
    --cluster-signing-key-file="$pki/ca.key" --cluster-cidr="$POD_RANGE" --allocate-node-cidrs=false
  start_process scheduler "$netns" "$(tool_file kube-scheduler)" \
    --kubeconfig="$pki/scheduler.kubeconfig" --bind-address=127.0.0.1 --leader-elect=false
}

# kubectl as the administrator of our cluster, whatever KUBECONFIG says. Marked as ours, so that one
# that outlives a killed run ends with the cluster.
kube() { KN_CLUSTER=$(cluster_id) "$(kubectl_program)" --kubeconfig "$KN_STATE/kubeconfig" "$@"; }

# Who wrote what and when, without bodies: tests prove with it that a settled system writes nothing.
write_audit_policy() {
  cat >"$KN_STATE/audit-policy.yaml" <<'POLICY'
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: Metadata
  verbs: [create, update, patch, delete, deletecollection]
- level: None
POLICY
}
