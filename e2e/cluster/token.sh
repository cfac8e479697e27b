# shellcheck shell=bash
# Tokens for the Development mode, signed with the platform's own key.

TOKEN_ISSUER=https://knowledgenetwork.dev/development
TOKEN_AUDIENCE=knowledge-network

base64url() { base64 -w0 | tr '+/' '-_' | tr -d '='; }

# The r and s of an ECDSA signature in DER, as 64 bytes: what ES256 wants.
der_to_jose() {
  openssl asn1parse -inform DER \
    | sed -nE 's/.*INTEGER *:([0-9A-F]+)$/\1/p' \
    | awk '{n = "0000000000000000000000000000000000000000000000000000000000000000" $1
            printf "%s", substr(n, length(n) - 63)}' \
    | python3 -c 'import sys; sys.stdout.buffer.write(bytes.fromhex(sys.stdin.read()))'
}

signing_key() {
  kube get secret "$2-signing-key" -n "$1" -o 'jsonpath={.data.private\.pem}' | base64 -d
}

# sign_token [--tenant T] [--user U] [--namespace N] [--name KN] [--groups A,B] [--hours H]
sign_token() {
  local tenant=acme user=ada namespace=$DEMO_NAMESPACE name="" groups=reader,writer hours=12
  while (($# > 0)); do
    (($# > 1)) || die "$1 needs a value"
    case $1 in
      --tenant) tenant=$2 ;;
      --user) user=$2 ;;
      --namespace) namespace=$2 ;;
      --name) name=$2 ;;
      --groups) groups=$2 ;;
      --hours) hours=$2 ;;
      *) die "unknown option of token: $1" ;;
    esac
    shift 2
  done
  if [[ -z $name ]]; then
    name=$(kube get knowledgenetworks -n "$namespace" -o 'jsonpath={.items[0].metadata.name}' 2>/dev/null) \
      || die "no platform in namespace $namespace"
  fi
  kube get secret "$name-signing-key" -n "$namespace" >/dev/null \
    || die "$namespace/$name has no Development signing key (Secret $name-signing-key)"
  local now claims signed
  now=$(date +%s)
  claims=$(jq -cn --arg iss "$TOKEN_ISSUER" --arg aud "$TOKEN_AUDIENCE" --arg sub "$user" --arg tenant "$tenant" \
    --arg groups "$groups" --argjson now "$now" --argjson hours "$hours" \
    '{iss: $iss, aud: $aud, sub: $sub, upn: $sub, tenant: $tenant, groups: ($groups | split(",")),
      iat: $now, exp: ($now + $hours * 3600)}')
  signed=$(printf '{"alg":"ES256","typ":"JWT","kid":"development"}' | base64url).$(printf '%s' "$claims" | base64url)
  printf '%s.%s\n' "$signed" "$(printf '%s' "$signed" \
    | openssl dgst -sha256 -sign <(signing_key "$namespace" "$name") -binary | der_to_jose | base64url)"
}
