//go:build host

// Tests against the real kernel; they need root and make loop devices and network namespaces of
// their own. Run by ./kn test it where it may be: go test -tags host ./...
package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
)

func TestLoopFileLivesGrowsAndGoes(t *testing.T) {
	d := disk{state: t.TempDir()}
	d.journal = filepath.Join(d.state, "undo")
	t.Cleanup(func() { _ = d.remove("pvc-1") })
	must(t, d.create("pvc-1", "shop/data", 300*mebibyte))
	attach := func(want bool) {
		t.Helper()
		if did, err := d.attach("pvc-1"); err != nil || did != want {
			t.Fatalf("attach did %v, want %v: %v", did, want, err)
		}
	}
	attach(true)
	attach(false)
	must(t, d.create("pvc-1", "shop/data", 300*mebibyte))
	before := usable(t, d.mountPoint("pvc-1"))
	held := filepath.Join(d.mountPoint("pvc-1"), "held")
	must(t, os.WriteFile(held, []byte("data"), 0o600))
	must(t, d.grow("pvc-1", 500*mebibyte))
	must(t, d.grow("pvc-1", 400*mebibyte)) // never shrinks
	if grown := usable(t, d.mountPoint("pvc-1")) - before; grown < 190*mebibyte {
		t.Errorf("grew by %d only", grown)
	}
	// As after a restart of the machine: mount and device are gone, the file is there.
	must(t, d.detach("pvc-1"))
	attach(true)
	if text, err := os.ReadFile(held); err != nil || string(text) != "data" {
		t.Errorf("data is %q: %v", text, err)
	}
	full := os.WriteFile(filepath.Join(d.mountPoint("pvc-1"), "big"), make([]byte, 600*mebibyte), 0o600)
	if full == nil || !strings.Contains(full.Error(), "no space left") {
		t.Errorf("the size is no limit: %v", full)
	}
	must(t, d.remove("pvc-1"))
	must(t, d.remove("pvc-1"))
	if left, _ := filepath.Glob(filepath.Join(d.state, "volumes", "*")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
	if loops, _ := execute("", "losetup", "--list"); strings.Contains(loops, d.state) {
		t.Errorf("a loop device is left: %s", loops)
	}
	text, _ := os.ReadFile(d.journal)
	want := "loop " + d.file("pvc-1") + "\nmount " + d.mountPoint("pvc-1") + "\n"
	if string(text) != want {
		t.Errorf("journal %q", text)
	}
}

func usable(t *testing.T, path string) int64 {
	t.Helper()
	var stat syscall.Statfs_t
	must(t, syscall.Statfs(path, &stat))
	return int64(stat.Blocks) * stat.Bsize
}

// network is a node in small: a namespace with a bridge, and pods as namespaces behind it.
type network struct {
	t     *testing.T
	name  string
	rules *nodeRules
}

func newNetwork(t *testing.T) network {
	n := network{t: t, name: fmt.Sprintf("kntest%d", os.Getpid())}
	mustRun(t, "ip", "netns", "add", n.name)
	t.Cleanup(func() { _, _ = execute("", "ip", "netns", "del", n.name) })
	n.rules = &nodeRules{node: "node0", netns: n.name}
	n.inside("ip", "link", "add", "cni0", "type", "bridge")
	n.inside("ip", "addr", "add", "10.1.0.254/24", "dev", "cni0")
	n.inside("ip", "link", "set", "cni0", "up")
	n.inside("sysctl", "-qw", "net.ipv4.ip_forward=1")
	return n
}

func (n network) inside(command ...string) {
	n.t.Helper()
	mustRun(n.t, "nsenter", append([]string{"--net=/var/run/netns/" + n.name}, command...)...)
}

// pod adds a namespace with the address 10.1.0.<number> and a listener on each port.
func (n network) pod(number int, ports ...int) string {
	n.t.Helper()
	name := n.name + "p" + strconv.Itoa(number)
	veth := "veth" + strconv.Itoa(number)
	mustRun(n.t, "ip", "netns", "add", name)
	n.t.Cleanup(func() { _, _ = execute("", "ip", "netns", "del", name) })
	n.inside("ip", "link", "add", veth, "type", "veth", "peer", "name", "eth0", "netns", name)
	n.inside("ip", "link", "set", veth, "master", "cni0", "up")
	mustRun(n.t, "ip", "-n", name, "link", "set", "lo", "up")
	mustRun(n.t, "ip", "-n", name, "addr", "add", fmt.Sprintf("10.1.0.%d/24", number), "dev", "eth0")
	mustRun(n.t, "ip", "-n", name, "link", "set", "eth0", "up")
	mustRun(n.t, "ip", "-n", name, "route", "add", "default", "via", "10.1.0.254")
	for _, port := range ports {
		listener := exec.Command("nsenter", "--net=/var/run/netns/"+name, os.Args[0], "-test.run=^$")
		listener.Env = append(os.Environ(), "KN_TEST_LISTEN="+strconv.Itoa(port))
		must(n.t, listener.Start())
		n.t.Cleanup(func() { _ = listener.Process.Kill(); _ = listener.Wait() })
	}
	return name
}

// reaches says whether a TCP connection from one namespace opens within half a second.
func (n network) reaches(from, address string) bool {
	dialler := exec.Command("nsenter", "--net=/var/run/netns/"+from, os.Args[0], "-test.run=^$")
	dialler.Env = append(os.Environ(), "KN_TEST_DIAL="+address)
	return dialler.Run() == nil
}

// TestMain lets the test binary be listener and dialler inside a namespace.
func TestMain(m *testing.M) {
	if port := os.Getenv("KN_TEST_LISTEN"); port != "" {
		listener, err := net.Listen("tcp4", ":"+port)
		for err == nil {
			var connection net.Conn
			if connection, err = listener.Accept(); err == nil {
				_ = connection.Close()
			}
		}
		os.Exit(1)
	}
	if address := os.Getenv("KN_TEST_DIAL"); address != "" {
		connection, err := net.DialTimeout("tcp4", address, 500*time.Millisecond)
		if err != nil {
			os.Exit(1)
		}
		_ = connection.Close()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

const bridgePods = `
- {metadata: {namespace: shop, name: web, labels: {app: web}},
   spec: {nodeName: node0, containers: [{name: c, ports: [{name: http, containerPort: 80}]}]}, status: {podIP: 10.1.0.1}}
- {metadata: {namespace: shop, name: db, labels: {app: db}},
   spec: {nodeName: node0, containers: [{name: c, ports: [{name: sql, containerPort: 80}]}]}, status: {podIP: 10.1.0.2}}
- {metadata: {namespace: mail, name: thief, labels: {app: web}},
   spec: {nodeName: node0, containers: [{name: c}]}, status: {podIP: 10.1.0.3}}
`

// TestKernelEnforces applies one ruleset after another to the same namespace: so stale chains and
// sets are removed on the way, too.
func TestKernelEnforces(t *testing.T) {
	n := newNetwork(t)
	web, db, thief := n.pod(1, 80, 81), n.pod(2, 80, 81), n.pod(3)
	state := worldWith(t)
	state.pods = parse[[]*corev1.Pod](t, bridgePods)
	state.namespaces = map[string]labels.Set{"shop": {"team": "shop"}, "mail": {"team": "mail"}}
	deadline := time.Now().Add(5 * time.Second)
	for !(n.reaches(thief, "10.1.0.2:81") && n.reaches(thief, "10.1.0.1:81") &&
		n.reaches(thief, "10.1.0.2:80") && n.reaches(thief, "10.1.0.1:80")) {
		if time.Now().After(deadline) {
			t.Fatal("the pods do not reach each other without policies")
		}
	}
	all := "web>db:80 web>db:81 db>web:80 db>web:81 thief>web:80 thief>web:81 thief>db:80 thief>db:81 node>web:80 node>db:80"
	cases := []struct {
		name  string
		specs []string
		want  string
	}{
		{"none", nil, all},
		{"deny ingress to db", []string{`podSelector: {matchLabels: {app: db}}`},
			"db>web:80 db>web:81 thief>web:80 thief>web:81 node>web:80 node>db:80"},
		{"web to db on a named port", []string{`{podSelector: {matchLabels: {app: db}}, ingress: [
			{from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: sql}]}]}`},
			"web>db:80 db>web:80 db>web:81 thief>web:80 thief>web:81 node>web:80 node>db:80"},
		{"other namespace, one port range", []string{`{podSelector: {}, ingress: [
			{from: [{namespaceSelector: {matchLabels: {team: mail}}}], ports: [{port: 81, endPort: 90}]}]}`},
			"thief>web:81 thief>db:81 node>web:80 node>db:80"},
		{"deny egress", []string{`{podSelector: {}, policyTypes: [Egress]}`},
			"thief>web:80 thief>web:81 thief>db:80 thief>db:81 node>web:80 node>db:80"},
		{"egress to a named port, both sides needed", []string{
			`{podSelector: {}, policyTypes: [Egress], egress: [{ports: [{port: sql}]}]}`,
			`{podSelector: {}, ingress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]}`},
			"web>db:80 node>web:80 node>db:80"},
		{"block with an exception", []string{`{podSelector: {}, ingress: [
			{from: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.1.0.3/32]}}]}]}`},
			"web>db:80 web>db:81 db>web:80 db>web:81 node>web:80 node>db:80"},
		{"SCTP and UDP rules are taken", []string{`{podSelector: {}, ingress: [
			{ports: [{port: 5, protocol: SCTP}, {port: 6, endPort: 7, protocol: UDP}, {protocol: SCTP}]}]}`},
			"node>web:80 node>db:80"},
		{"none again", nil, all},
	}
	from := map[string]string{"web": web, "db": db, "thief": thief, "node": n.name}
	to := map[string]string{"web": "10.1.0.1", "db": "10.1.0.2"}
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			fresh := worldWith(t, test.specs...)
			state.policies = fresh.policies
			wanted := compile("node0", state)
			if changed, err := n.rules.apply(wanted); err != nil || !changed && len(test.specs) > 0 {
				t.Fatalf("changed=%v %v", changed, err)
			}
			if changed, err := n.rules.apply(wanted); err != nil || changed {
				t.Fatalf("a second time: changed=%v %v", changed, err)
			}
			var got []string
			for _, flow := range strings.Fields(all) {
				source, target, _ := strings.Cut(flow, ">")
				pod, port, _ := strings.Cut(target, ":")
				if n.reaches(from[source], to[pod]+":"+port) {
					got = append(got, flow)
				}
			}
			if strings.Join(got, " ") != test.want {
				t.Errorf("open:\n%s\nwant\n%s", strings.Join(got, " "), test.want)
			}
		})
	}
	saved, err := n.rules.execute("", "iptables-save", "-t", table)
	must(t, err)
	if chains := ownChains(saved); len(chains) != 1 {
		t.Errorf("chains of old policies are left: %v", chains)
	}
	must(t, n.rules.check())
	if sets, _ := n.rules.execute("", "ipset", "list", "-name"); sets != "" {
		t.Errorf("sets are left: %s", sets)
	}
	n.inside("iptables", "--wait", "-t", table, "-F", "FORWARD")
	if n.rules.check() == nil || n.rules.applied != nil {
		t.Error("a lost jump goes unnoticed")
	}
}

// TestRestartTakesOver: a new process finds rules and sets of the one before it.
func TestRestartTakesOver(t *testing.T) {
	n := newNetwork(t)
	state := worldWith(t, `{podSelector: {}, ingress: [{from: [{podSelector: {}}]}]}`)
	for range 2 {
		n.rules.applied = nil
		if changed, err := n.rules.apply(compile("node0", state)); err != nil || !changed {
			t.Fatalf("changed=%v %v", changed, err)
		}
	}
	saved, err := n.rules.execute("", "iptables-save", "-t", table)
	must(t, err)
	if count := strings.Count(saved, "-A FORWARD -j KN-POLICY\n"); count != 1 {
		t.Errorf("%d jumps:\n%s", count, saved)
	}
	if count := strings.Count(saved, "-j DROP"); count != 2 {
		t.Errorf("%d drops:\n%s", count, saved)
	}
}

func mustRun(t *testing.T, name string, args ...string) {
	t.Helper()
	_, err := execute("", name, args...)
	must(t, err)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
