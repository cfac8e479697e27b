package main

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	netv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// The rules live in the mangle table, which a packet passes before the filter table: so
// kube-proxy's accept of masqueraded packets in filter FORWARD cannot pass by a policy. Service
// addresses are already translated there (DNAT happens in PREROUTING). Packets between a pod and
// its own node never pass FORWARD, and so are always allowed, as Kubernetes wants it.
const (
	table      = "mangle"
	rootChain  = "KN-POLICY"
	setPrefix  = "KN-"
	nameDigits = 12
)

// direction is one side of a policy, seen from the pod that it selects.
type direction struct {
	letter string
	kind   netv1.PolicyType
	own    string // the match of the pod's own address
	peer   string // the match of the other side's address
	flag   string // how ipset sees the other side
}

var (
	egress  = direction{letter: "E", kind: netv1.PolicyTypeEgress, own: "-s", peer: "-d", flag: "dst"}
	ingress = direction{letter: "I", kind: netv1.PolicyTypeIngress, own: "-d", peer: "-s", flag: "src"}
)

// ruleset is what one node's network namespace must hold. Both texts are complete and
// deterministic: equal texts mean that nothing is to do.
type ruleset struct {
	Sets   string // for ipset restore; a set's name is a hash of its content
	Rules  string // for iptables-restore --noflush
	chains []string
	sets   []string
	pods   int // isolated pods
}

// permission is one line of a policy: who, on which ports.
type permission struct {
	peers []netv1.NetworkPolicyPeer
	ports []netv1.NetworkPolicyPort
}

type compiler struct {
	snapshot snapshot
	sets     map[string]string
}

// compile turns the cluster's objects into the rules of one node. Each isolated pod has a chain
// for each isolated direction: a permission returns from it, the end drops, so that a packet
// between two pods of one node must be permitted by both of them.
func compile(node string, s snapshot) ruleset {
	c := compiler{snapshot: s, sets: map[string]string{}}
	byName := func(a, b *corev1.Pod) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	}
	pods := slices.SortedFunc(slices.Values(s.pods), byName)
	result := ruleset{chains: []string{rootChain}}
	jumps := []string{"-A " + rootChain + " -m conntrack --ctstate ESTABLISHED,RELATED -j RETURN"}
	var bodies []string
	for _, pod := range pods {
		address := podAddress(pod)
		if address == "" || pod.Spec.NodeName != node {
			continue
		}
		isolated := 0
		for _, side := range []direction{egress, ingress} {
			policies := c.policiesOn(pod, side)
			if len(policies) == 0 {
				continue
			}
			isolated = 1
			chain := rootChain + "-" + side.letter + "-" + digest(pod.Namespace+"/"+pod.Name)
			result.chains = append(result.chains, chain)
			jumps = append(jumps, fmt.Sprintf("-A %s %s %s/32%s -j %s",
				rootChain, side.own, address, comment(pod.Namespace+"/"+pod.Name), chain))
			bodies = append(bodies, c.chain(chain, address, pod, policies, side)...)
		}
		result.pods += isolated
	}
	result.Rules = rulesText(result.chains, append(jumps, bodies...))
	for name := range c.sets {
		result.sets = append(result.sets, name)
	}
	slices.Sort(result.sets)
	for _, name := range result.sets {
		result.Sets += c.sets[name]
	}
	return result
}

func rulesText(chains, lines []string) string {
	var text strings.Builder
	text.WriteString("*" + table + "\n")
	for _, chain := range chains {
		text.WriteString(":" + chain + " - [0:0]\n")
	}
	for _, line := range lines {
		text.WriteString(line + "\n")
	}
	text.WriteString("COMMIT\n")
	return text.String()
}

// policiesOn are the policies that isolate a pod in one direction, sorted by name.
func (c compiler) policiesOn(pod *corev1.Pod, side direction) []*netv1.NetworkPolicy {
	var found []*netv1.NetworkPolicy
	for _, policy := range c.snapshot.policies {
		if policy.Namespace == pod.Namespace &&
			selects(&policy.Spec.PodSelector, pod.Labels) && isolates(policy, side.kind) {
			found = append(found, policy)
		}
	}
	slices.SortFunc(found, func(a, b *netv1.NetworkPolicy) int { return cmp.Compare(a.Name, b.Name) })
	return found
}

// isolates applies the API's default: always ingress, egress where the policy has such rules.
func isolates(policy *netv1.NetworkPolicy, kind netv1.PolicyType) bool {
	if len(policy.Spec.PolicyTypes) == 0 {
		return kind == netv1.PolicyTypeIngress || len(policy.Spec.Egress) > 0
	}
	return slices.Contains(policy.Spec.PolicyTypes, kind)
}

func permissions(policy *netv1.NetworkPolicy, kind netv1.PolicyType) []permission {
	var found []permission
	if kind == netv1.PolicyTypeIngress {
		for _, rule := range policy.Spec.Ingress {
			found = append(found, permission{peers: rule.From, ports: rule.Ports})
		}
		return found
	}
	for _, rule := range policy.Spec.Egress {
		found = append(found, permission{peers: rule.To, ports: rule.Ports})
	}
	return found
}

func (c compiler) chain(
	chain, address string, pod *corev1.Pod, policies []*netv1.NetworkPolicy, side direction,
) []string {
	// A pod always reaches itself, also by a service address.
	lines := []string{fmt.Sprintf("-A %s %s %s/32 -j RETURN", chain, side.peer, address)}
	for _, policy := range policies {
		for _, permission := range permissions(policy, side.kind) {
			for _, match := range c.matches(policy.Namespace, permission, pod, side) {
				line := fmt.Sprintf("-A %s%s%s -j RETURN", chain, match, comment(policy.Name))
				if !slices.Contains(lines, line) {
					lines = append(lines, line)
				}
			}
		}
	}
	return append(lines, "-A "+chain+" -j DROP")
}

// matches are the match parts, each with a leading space, of the rules for one permission.
func (c compiler) matches(
	namespace string, allowed permission, pod *corev1.Pod, side direction,
) []string {
	addresses := c.snapshot.peerAddresses(namespace, allowed.peers)
	anyone := len(allowed.peers) == 0
	if len(addresses) == 0 && !anyone {
		return nil
	}
	var entries []string
	for _, address := range addresses {
		entries = append(entries, address.String())
	}
	peers := func() string {
		if anyone {
			return ""
		}
		return " -m set --match-set " + c.set("hash:net", entries) + " " + side.flag
	}
	if len(allowed.ports) == 0 {
		return []string{peers()}
	}
	var found []string
	for _, port := range allowed.ports {
		protocol := protocolOf(port.Protocol)
		named := port.Port != nil && port.Port.Type == intstr.String
		switch {
		case named && side.kind == netv1.PolicyTypeEgress:
			found = append(found, c.namedEgress(port.Port.StrVal, protocol, addresses, anyone)...)
		case named:
			for _, number := range namedPorts(pod, port.Port.StrVal, protocol) {
				found = append(found, portMatch(protocol, number, nil)+peers())
			}
		case port.Port == nil:
			found = append(found, " -p "+strings.ToLower(string(protocol))+peers())
		default:
			found = append(found, portMatch(protocol, port.Port.IntVal, port.EndPort)+peers())
		}
	}
	return found
}

// namedEgress looks the name up at each destination pod: the numbers may differ.
func (c compiler) namedEgress(
	name string, protocol corev1.Protocol, addresses []netip.Prefix, anyone bool,
) []string {
	var entries []string
	for _, pod := range c.snapshot.pods {
		address := podAddress(pod)
		if address == "" || !(anyone || contains(addresses, address)) {
			continue
		}
		for _, number := range namedPorts(pod, name, protocol) {
			entry := fmt.Sprintf("%s,%s:%d", address, strings.ToLower(string(protocol)), number)
			entries = append(entries, entry)
		}
	}
	if len(entries) == 0 {
		return nil
	}
	return []string{" -m set --match-set " + c.set("hash:ip,port", entries) + " dst,dst"}
}

func contains(networks []netip.Prefix, address string) bool {
	parsed := netip.MustParseAddr(address)
	return slices.ContainsFunc(networks, func(n netip.Prefix) bool { return n.Contains(parsed) })
}

func portMatch(protocol corev1.Protocol, first int32, last *int32) string {
	span := fmt.Sprint(first)
	if last != nil && *last != first {
		span = fmt.Sprintf("%d:%d", first, *last)
	}
	return fmt.Sprintf(" -p %s --dport %s", strings.ToLower(string(protocol)), span)
}

// set registers a set under a name made of its content, so that equal sets are shared and a set
// never changes while rules refer to it.
func (c compiler) set(kind string, entries []string) string {
	sorted := slices.Compact(slices.Sorted(slices.Values(entries)))
	name := setPrefix + digest(kind+" "+strings.Join(sorted, " "))
	var text strings.Builder
	fmt.Fprintf(&text, "create %s %s family inet\n", name, kind)
	for _, entry := range sorted {
		fmt.Fprintf(&text, "add %s %s\n", name, entry)
	}
	c.sets[name] = text.String()
	return name
}

// comment tells a reader of the rules whom they serve; iptables takes at most 255 characters.
func comment(text string) string {
	return fmt.Sprintf(` -m comment --comment "%s"`, text[:min(len(text), 255)])
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])[:nameDigits]
}
