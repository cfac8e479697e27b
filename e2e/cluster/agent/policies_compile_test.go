package main

import (
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	netv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/yaml"
)

// world is two namespaces over two nodes. The tables below judge shop/web on node0.
const world = `
- {metadata: {namespace: shop, name: web, labels: {app: web}},
   spec: {nodeName: node0, containers: [{name: c, ports: [
     {name: http, containerPort: 8080}, {name: dns, containerPort: 53, protocol: UDP},
     {name: both, containerPort: 7000}, {name: both, containerPort: 7001, protocol: UDP}]}],
     initContainers: [
       {name: once, ports: [{name: http, containerPort: 1111}]},
       {name: proxy, restartPolicy: Always, ports: [{name: http, containerPort: 8443}]}]},
   status: {podIP: 10.1.0.1}}
- {metadata: {namespace: shop, name: db, labels: {app: db, tier: back}},
   spec: {nodeName: node0, containers: [{name: c, ports: [{name: sql, containerPort: 5432}]}]},
   status: {podIP: 10.1.0.2}}
- {metadata: {namespace: mail, name: web, labels: {app: web}},
   spec: {nodeName: node1, containers: [{name: c, ports: [{name: sql, containerPort: 6543}]}]},
   status: {podIP: 10.1.1.1}}
- {metadata: {namespace: mail, name: queue, labels: {app: queue}},
   spec: {nodeName: node1, containers: [{name: c}]},
   status: {podIP: "fd00::2", podIPs: [{ip: "fd00::2"}, {ip: 10.1.1.2}]}}
- {metadata: {namespace: mail, name: host, labels: {app: web}},
   spec: {nodeName: node0, hostNetwork: true, containers: [{name: c}]},
   status: {podIP: 10.9.9.9}}
- {metadata: {namespace: shop, name: finished, labels: {app: web}},
   spec: {nodeName: node0, containers: [{name: c}]},
   status: {podIP: 10.1.0.9, phase: Succeeded}}
- {metadata: {namespace: shop, name: starting, labels: {app: web}},
   spec: {nodeName: node0, containers: [{name: c}]}}
`

var namespaces = map[string]labels.Set{
	"shop": {"team": "shop"},
	"mail": {"team": "mail"},
}

func parse[T any](t *testing.T, text string) T {
	t.Helper()
	var value T
	if err := yaml.UnmarshalStrict([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	return value
}

// worldWith adds a policy p1, p2, ... of namespace shop for each spec.
func worldWith(t *testing.T, specs ...string) snapshot {
	t.Helper()
	state := snapshot{pods: parse[[]*corev1.Pod](t, world), namespaces: namespaces}
	for i, spec := range specs {
		state.policies = append(state.policies, &netv1.NetworkPolicy{
			ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "p" + string(rune('1'+i))},
			Spec:       parse[netv1.NetworkPolicySpec](t, spec),
		})
	}
	return state
}

// rulesOf are the rules of one pod's chain in short form: chain and comments left out, sets
// written as their content.
func rulesOf(result ruleset, pod, letter string) []string {
	sets := map[string]string{}
	for line := range strings.Lines(result.Sets) {
		fields := strings.Fields(line)
		if fields[0] == "add" {
			sets[fields[1]] = strings.TrimSpace(sets[fields[1]] + " " + fields[2])
		}
	}
	prefix := "-A " + rootChain + "-" + letter + "-" + digest(pod) + " "
	var found []string
	for line := range strings.Lines(result.Rules) {
		rule, ours := strings.CutPrefix(strings.TrimSpace(line), prefix)
		if !ours {
			continue
		}
		if before, after, commented := strings.Cut(rule, `-m comment --comment "`); commented {
			_, after, _ = strings.Cut(after, `" `)
			rule = before + after
		}
		for name, content := range sets {
			rule = strings.ReplaceAll(rule, "-m set --match-set "+name, "{"+content+"}")
		}
		found = append(found, rule)
	}
	return found
}

func TestPolicyFeatures(t *testing.T) {
	const self, selfOut = "-s 10.1.0.1/32 -j RETURN", "-d 10.1.0.1/32 -j RETURN"
	cases := []struct {
		name    string
		specs   []string
		ingress []string // nil: not isolated
		egress  []string
	}{
		{"no policy isolates nothing", nil, nil, nil},
		{"a policy for other pods isolates nothing", []string{`podSelector: {matchLabels: {app: db}}`},
			nil, nil},
		{"default deny of ingress is the default type", []string{`podSelector: {}`},
			[]string{self, "-j DROP"}, nil},
		{"egress rules imply the type Egress", []string{`{podSelector: {}, egress: [{}]}`},
			[]string{self, "-j DROP"}, []string{selfOut, "-j RETURN", "-j DROP"}},
		{"default deny of egress only", []string{`{podSelector: {}, policyTypes: [Egress]}`},
			nil, []string{selfOut, "-j DROP"}},
		{"rules of a type that is not named do not count",
			[]string{`{podSelector: {}, policyTypes: [Egress], ingress: [{}]}`},
			nil, []string{selfOut, "-j DROP"}},
		{"default deny of both", []string{`{podSelector: {}, policyTypes: [Ingress, Egress]}`},
			[]string{self, "-j DROP"}, []string{selfOut, "-j DROP"}},
		{"allow all", []string{`{podSelector: {}, ingress: [{}]}`},
			[]string{self, "-j RETURN", "-j DROP"}, nil},
		{"an expression in the selector",
			[]string{`podSelector: {matchExpressions: [{key: app, operator: In, values: [web, x]}]}`},
			[]string{self, "-j DROP"}, nil},
		{"pods of the same namespace",
			[]string{`{podSelector: {}, ingress: [{from: [{podSelector: {}}]}]}`},
			[]string{self, "{10.1.0.1/32 10.1.0.2/32} src -j RETURN", "-j DROP"}, nil},
		{"pods by label stay in the namespace",
			[]string{`{podSelector: {}, ingress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]}`},
			[]string{self, "{10.1.0.1/32} src -j RETURN", "-j DROP"}, nil},
		{"all pods of namespaces by label; host network and finished pods are no peers",
			[]string{`{podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: mail}}}]}]}`},
			[]string{self, "{10.1.1.1/32 10.1.1.2/32} src -j RETURN", "-j DROP"}, nil},
		{"namespace and pod selector in one peer are both needed",
			[]string{`{podSelector: {}, ingress: [{from: [
				{namespaceSelector: {matchLabels: {team: mail}}, podSelector: {matchLabels: {app: web}}}]}]}`},
			[]string{self, "{10.1.1.1/32} src -j RETURN", "-j DROP"}, nil},
		{"two peers are a union",
			[]string{`{podSelector: {}, ingress: [{from: [
				{namespaceSelector: {matchLabels: {team: mail}}}, {podSelector: {matchLabels: {app: db}}}]}]}`},
			[]string{self, "{10.1.0.2/32 10.1.1.1/32 10.1.1.2/32} src -j RETURN", "-j DROP"}, nil},
		{"a peer that selects no pod permits nothing",
			[]string{`{podSelector: {}, ingress: [{from: [{podSelector: {matchLabels: {app: none}}}]}]}`},
			[]string{self, "-j DROP"}, nil},
		{"block with exceptions",
			[]string{`{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/30, except: [10.0.0.1/32]}}]}]}`},
			[]string{self, "{10.0.0.0/32 10.0.0.2/31} src -j RETURN", "-j DROP"}, nil},
		{"an exception holds for its own block only",
			[]string{`{podSelector: {}, ingress: [{from: [
				{ipBlock: {cidr: 10.0.0.0/31, except: [10.0.0.1/32]}}, {ipBlock: {cidr: 10.0.0.1/32}}]}]}`},
			[]string{self, "{10.0.0.0/32 10.0.0.1/32} src -j RETURN", "-j DROP"}, nil},
		{"the block of everything", []string{`{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}]}`},
			[]string{self, "{0.0.0.0/1 128.0.0.0/1} src -j RETURN", "-j DROP"}, nil},
		{"an IPv6 block permits nothing here",
			[]string{`{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: "fd00::/8"}}]}]}`},
			[]string{self, "-j DROP"}, nil},
		{"ports: number, range, protocols, protocol alone",
			[]string{`{podSelector: {}, ingress: [{ports: [{port: 80}, {port: 90, endPort: 95, protocol: UDP},
				{port: 5000, protocol: SCTP}, {protocol: UDP}]}]}`},
			[]string{self, "-p tcp --dport 80 -j RETURN", "-p udp --dport 90:95 -j RETURN",
				"-p sctp --dport 5000 -j RETURN", "-p udp -j RETURN", "-j DROP"}, nil},
		{"ports and peers are both needed",
			[]string{`{podSelector: {}, ingress: [{ports: [{port: 80}], from: [{podSelector: {matchLabels: {app: db}}}]}]}`},
			[]string{self, "-p tcp --dport 80 {10.1.0.2/32} src -j RETURN", "-j DROP"}, nil},
		{"named ingress port: containers and sidecars, not init containers",
			[]string{`{podSelector: {}, ingress: [{ports: [{port: http}]}]}`},
			[]string{self, "-p tcp --dport 8080 -j RETURN", "-p tcp --dport 8443 -j RETURN", "-j DROP"}, nil},
		{"a name counts for its protocol only",
			[]string{`{podSelector: {}, ingress: [{ports: [{port: both, protocol: UDP}, {port: dns}]}]}`},
			[]string{self, "-p udp --dport 7001 -j RETURN", "-j DROP"}, nil},
		{"named egress port: the number of each destination",
			[]string{`{podSelector: {}, policyTypes: [Egress], egress: [{ports: [{port: sql}]}]}`},
			nil, []string{selfOut, "{10.1.0.2,tcp:5432 10.1.1.1,tcp:6543} dst,dst -j RETURN", "-j DROP"}},
		{"named egress port to chosen pods",
			[]string{`{podSelector: {}, policyTypes: [Egress], egress: [{ports: [{port: sql}],
				to: [{namespaceSelector: {matchLabels: {team: mail}}}]}]}`},
			nil, []string{selfOut, "{10.1.1.1,tcp:6543} dst,dst -j RETURN", "-j DROP"}},
		{"a name that no destination has permits nothing",
			[]string{`{podSelector: {}, policyTypes: [Egress], egress: [{ports: [{port: none}]}]}`},
			nil, []string{selfOut, "-j DROP"}},
		{"egress to pods and a block",
			[]string{`{podSelector: {}, policyTypes: [Egress], egress: [{ports: [{port: 53, protocol: UDP}],
				to: [{podSelector: {matchLabels: {app: db}}}, {ipBlock: {cidr: 192.0.2.0/24}}]}]}`},
			nil, []string{selfOut,
				"-p udp --dport 53 {10.1.0.2/32 192.0.2.0/24} dst -j RETURN", "-j DROP"}},
		{"policies are a union",
			[]string{`{podSelector: {}, ingress: [{ports: [{port: 80}]}]}`, `podSelector: {matchLabels: {app: web}}`,
				`{podSelector: {matchLabels: {app: web}}, ingress: [{ports: [{port: 81}]}, {ports: [{port: 82}]}]}`},
			[]string{self, "-p tcp --dport 80 -j RETURN", "-p tcp --dport 81 -j RETURN",
				"-p tcp --dport 82 -j RETURN", "-j DROP"}, nil},
	}
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			result := compile("node0", worldWith(t, test.specs...))
			if got := rulesOf(result, "shop/web", "I"); !slices.Equal(got, test.ingress) {
				t.Errorf("ingress:\n%q\nwant\n%q", got, test.ingress)
			}
			if got := rulesOf(result, "shop/web", "E"); !slices.Equal(got, test.egress) {
				t.Errorf("egress:\n%q\nwant\n%q", got, test.egress)
			}
		})
	}
}

// TestWholeText pins the exact text of one node, which iptables-restore and ipset read.
func TestWholeText(t *testing.T) {
	state := worldWith(t, `{podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress, Egress],
		ingress: [{ports: [{port: http}], from: [{podSelector: {matchLabels: {app: db}}}]}]}`)
	got := compile("node0", state)
	const wantRules = `*mangle
:KN-POLICY - [0:0]
:KN-POLICY-E-97375646b1de - [0:0]
:KN-POLICY-I-97375646b1de - [0:0]
-A KN-POLICY -m conntrack --ctstate ESTABLISHED,RELATED -j RETURN
-A KN-POLICY -s 10.1.0.1/32 -m comment --comment "shop/web" -j KN-POLICY-E-97375646b1de
-A KN-POLICY -d 10.1.0.1/32 -m comment --comment "shop/web" -j KN-POLICY-I-97375646b1de
-A KN-POLICY-E-97375646b1de -d 10.1.0.1/32 -j RETURN
-A KN-POLICY-E-97375646b1de -j DROP
-A KN-POLICY-I-97375646b1de -s 10.1.0.1/32 -j RETURN
-A KN-POLICY-I-97375646b1de -p tcp --dport 8080 -m set --match-set KN-28be5e159d37 src -m comment --comment "p1" -j RETURN
-A KN-POLICY-I-97375646b1de -p tcp --dport 8443 -m set --match-set KN-28be5e159d37 src -m comment --comment "p1" -j RETURN
-A KN-POLICY-I-97375646b1de -j DROP
COMMIT
`
	const wantSets = `create KN-28be5e159d37 hash:net family inet
add KN-28be5e159d37 10.1.0.2/32
`
	if got.Rules != wantRules {
		t.Errorf("rules:\n%s\nwant\n%s", got.Rules, wantRules)
	}
	if got.Sets != wantSets {
		t.Errorf("sets:\n%s\nwant\n%s", got.Sets, wantSets)
	}
}

func TestOnlyPodsOfTheNodeHaveChains(t *testing.T) {
	state := worldWith(t, `podSelector: {}`)
	if got := compile("node0", state); len(got.chains) != 3 || got.pods != 2 {
		t.Errorf("node0 has chains %v for %d pods", got.chains, got.pods)
	}
	if got := compile("node1", state); len(got.chains) != 1 || got.pods != 0 {
		t.Errorf("node1 has chains %v for %d pods", got.chains, got.pods)
	}
}

// TestOrderDoesNotMatter: informers list in any order, and an unchanged cluster must give an
// unchanged text.
func TestOrderDoesNotMatter(t *testing.T) {
	state := worldWith(t, `{podSelector: {}, ingress: [{from: [{namespaceSelector: {}}]}]}`,
		`{podSelector: {}, policyTypes: [Egress], egress: [{ports: [{port: sql}]}]}`)
	first := compile("node0", state)
	slices.Reverse(state.pods)
	slices.Reverse(state.policies)
	second := compile("node0", state)
	if first.Rules != second.Rules || first.Sets != second.Sets {
		t.Errorf("differs:\n%s\n%s", first.Rules, second.Rules)
	}
}
