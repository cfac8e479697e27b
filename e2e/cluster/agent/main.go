// Command kn-agent stands in for the parts that a real cluster brings from outside: a volume
// provisioner (loop files with XFS, so sizes are real limits) and the enforcement of
// NetworkPolicies. One process of each kind serves all nodes of the embedded test cluster.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

const usage = `usage:
  kn-agent volumes  --kubeconfig FILE --state DIR --journal FILE
  kn-agent policies --kubeconfig FILE --node NAME=NETNS [--node NAME=NETNS ...]`

func main() {
	log.SetFlags(log.LstdFlags | log.LUTC | log.Lmsgprefix)
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "kn-agent:", err)
		os.Exit(1)
	}
	log.Print("stopped: a signal asked for it")
}

func run(ctx context.Context, args []string) error {
	if len(args) == 0 {
		return errors.New("a subcommand is missing\n" + usage)
	}
	switch args[0] {
	case "volumes":
		return volumesCommand(ctx, args[1:])
	case "policies":
		return policiesCommand(ctx, args[1:])
	default:
		return fmt.Errorf("unknown subcommand %q\n%s", args[0], usage)
	}
}

func volumesCommand(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("volumes", flag.ExitOnError)
	kubeconfig := flags.String("kubeconfig", "", "credentials of the cluster")
	state := flags.String("state", "", "folder that holds volumes/")
	journal := flags.String("journal", "", "file that every mount and loop device is noted in first")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *kubeconfig == "" || *state == "" || *journal == "" {
		return errors.New("volumes needs --kubeconfig, --state and --journal\n" + usage)
	}
	client, err := connect(*kubeconfig)
	if err != nil {
		return err
	}
	log.SetPrefix("volumes: ")
	return newVolumeController(client, disk{state: *state, journal: *journal}).run(ctx)
}

func policiesCommand(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("policies", flag.ExitOnError)
	kubeconfig := flags.String("kubeconfig", "", "credentials of the cluster")
	nodes := nodeFlag{}
	flags.Var(nodes, "node", "NAME=NETNS, a node and its network namespace; repeatable")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *kubeconfig == "" || len(nodes) == 0 {
		return errors.New("policies needs --kubeconfig and at least one --node\n" + usage)
	}
	client, err := connect(*kubeconfig)
	if err != nil {
		return err
	}
	log.SetPrefix("policies: ")
	return newPolicyController(client, nodes).run(ctx)
}

func connect(kubeconfig string) (kubernetes.Interface, error) {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return nil, fmt.Errorf("read the kubeconfig: %w", err)
	}
	config.UserAgent = "kn-agent"
	config.QPS, config.Burst = 50, 100
	return kubernetes.NewForConfig(config)
}

// nodeFlag maps the name of a node to the name of its network namespace.
type nodeFlag map[string]string

func (n nodeFlag) String() string { return fmt.Sprint(map[string]string(n)) }

func (n nodeFlag) Set(value string) error {
	node, netns, found := strings.Cut(value, "=")
	if !found || node == "" || netns == "" || strings.Contains(netns, "/") {
		return fmt.Errorf("%q is not NAME=NETNS", value)
	}
	n[node] = netns
	return nil
}
