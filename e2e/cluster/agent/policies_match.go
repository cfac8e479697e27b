package main

import (
	"net/netip"
	"slices"

	corev1 "k8s.io/api/core/v1"
	netv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// snapshot is everything a ruleset depends on.
type snapshot struct {
	pods       []*corev1.Pod
	namespaces map[string]labels.Set
	policies   []*netv1.NetworkPolicy
}

// podAddress is the pod's IPv4 address, or "" while policies do not concern it: no address yet,
// finished, or on the host's network (then it is the node, and the node is always allowed).
func podAddress(pod *corev1.Pod) string {
	if pod.Spec.HostNetwork ||
		pod.Status.Phase == corev1.PodSucceeded || pod.Status.Phase == corev1.PodFailed {
		return ""
	}
	candidates := []string{pod.Status.PodIP}
	for _, ip := range pod.Status.PodIPs {
		candidates = append(candidates, ip.IP)
	}
	for _, candidate := range candidates {
		if address, err := netip.ParseAddr(candidate); err == nil && address.Is4() {
			return candidate
		}
	}
	return ""
}

// selects treats an empty selector as "all", as the API does; one that cannot be read (the API
// server refuses it) selects nothing.
func selects(selector *metav1.LabelSelector, set labels.Set) bool {
	parsed, err := metav1.LabelSelectorAsSelector(selector)
	return err == nil && parsed.Matches(set)
}

// peerSelects says whether a pod is meant by the selectors of a peer in a policy of namespace.
func (s snapshot) peerSelects(namespace string, peer netv1.NetworkPolicyPeer, pod *corev1.Pod) bool {
	if peer.IPBlock != nil || (peer.PodSelector == nil && peer.NamespaceSelector == nil) {
		return false
	}
	if peer.NamespaceSelector == nil {
		if pod.Namespace != namespace {
			return false
		}
	} else {
		set, known := s.namespaces[pod.Namespace]
		if !known || !selects(peer.NamespaceSelector, set) {
			return false
		}
	}
	return peer.PodSelector == nil || selects(peer.PodSelector, pod.Labels)
}

// peerAddresses are the addresses of all peers together: pods' addresses and networks, sorted.
func (s snapshot) peerAddresses(namespace string, peers []netv1.NetworkPolicyPeer) []netip.Prefix {
	var found []netip.Prefix
	for _, peer := range peers {
		if peer.IPBlock != nil {
			found = append(found, blockNetworks(peer.IPBlock)...)
			continue
		}
		for _, pod := range s.pods {
			if address := podAddress(pod); address != "" && s.peerSelects(namespace, peer, pod) {
				found = append(found, netip.PrefixFrom(netip.MustParseAddr(address), 32))
			}
		}
	}
	slices.SortFunc(found, comparePrefixes)
	return slices.Compact(found)
}

func comparePrefixes(a, b netip.Prefix) int {
	if order := a.Addr().Compare(b.Addr()); order != 0 {
		return order
	}
	return a.Bits() - b.Bits()
}

// blockNetworks are the IPv4 networks of a block without its exceptions; IPv6 gives none.
func blockNetworks(block *netv1.IPBlock) []netip.Prefix {
	whole, err := netip.ParsePrefix(block.CIDR)
	if err != nil || !whole.Addr().Is4() {
		return nil
	}
	var excepts []netip.Prefix
	for _, except := range block.Except {
		if prefix, err := netip.ParsePrefix(except); err == nil && prefix.Addr().Is4() {
			excepts = append(excepts, prefix.Masked())
		}
	}
	return subtract(whole.Masked(), excepts)
}

// subtract halves a network until every part is wholly inside or wholly outside the exceptions.
// The default route is always halved: ipset knows no network of length 0.
func subtract(network netip.Prefix, excepts []netip.Prefix) []netip.Prefix {
	cut := network.Bits() == 0
	for _, except := range excepts {
		if except.Bits() <= network.Bits() && except.Contains(network.Addr()) {
			return nil
		}
		cut = cut || network.Overlaps(except)
	}
	if !cut {
		return []netip.Prefix{network}
	}
	low, high := halves(network)
	return append(subtract(low, excepts), subtract(high, excepts)...)
}

func halves(network netip.Prefix) (low, high netip.Prefix) {
	bits := network.Bits() + 1
	bytes := network.Addr().As4()
	low = netip.PrefixFrom(netip.AddrFrom4(bytes), bits)
	bytes[network.Bits()/8] |= 0x80 >> (network.Bits() % 8)
	return low, netip.PrefixFrom(netip.AddrFrom4(bytes), bits)
}

// namedPorts are the numbers that a pod gives to a port name and protocol.
func namedPorts(pod *corev1.Pod, name string, protocol corev1.Protocol) []int32 {
	var found []int32
	containers := slices.Clone(pod.Spec.Containers)
	for _, container := range pod.Spec.InitContainers {
		// Only init containers that stay (sidecars) serve anything.
		if policy := container.RestartPolicy; policy != nil && *policy == corev1.ContainerRestartPolicyAlways {
			containers = append(containers, container)
		}
	}
	for _, container := range containers {
		for _, port := range container.Ports {
			if port.Name == name && protocolOf(&port.Protocol) == protocol {
				found = append(found, port.ContainerPort)
			}
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

func protocolOf(protocol *corev1.Protocol) corev1.Protocol {
	if protocol == nil || *protocol == "" {
		return corev1.ProtocolTCP
	}
	return *protocol
}
