package main

import (
	"fmt"
	"slices"
	"strings"
)

// nodeRules brings the rules of one network namespace in line with a ruleset. It touches nothing
// but chains named KN-POLICY*, sets named KN-*, and one jump from mangle FORWARD.
type nodeRules struct {
	node    string
	netns   string
	applied *ruleset // nil: unknown, all is written again
}

func (n *nodeRules) execute(stdin, tool string, args ...string) (string, error) {
	inside := append([]string{"--net=/var/run/netns/" + n.netns, tool}, args...)
	return execute(stdin, "nsenter", inside...)
}

// apply writes the ruleset if it differs from the last one written; it reports whether it wrote.
// New sets come before the rules that need them, old ones go after; the rules change in one
// transaction, so no packet ever meets half a ruleset.
func (n *nodeRules) apply(wanted ruleset) (bool, error) {
	if n.applied != nil && n.applied.Sets == wanted.Sets && n.applied.Rules == wanted.Rules {
		return false, nil
	}
	n.applied = nil
	// Without this, packets between pods of one bridge pass no rule at all.
	if _, err := n.execute("", "sysctl", "-qw", "net.bridge.bridge-nf-call-iptables=1"); err != nil {
		return false, err
	}
	if _, err := n.execute(wanted.Sets, "ipset", "restore", "-exist"); err != nil {
		return false, err
	}
	saved, err := n.execute("", "iptables-save", "-t", table)
	if err != nil {
		return false, err
	}
	rules := withoutChains(wanted.Rules, staleChains(saved, wanted.chains))
	if _, err := n.execute(rules, "iptables-restore", "--noflush", "--wait"); err != nil {
		return false, err
	}
	if !hasJump(saved) {
		if _, err := n.execute("", "iptables", "--wait", "-t", table,
			"-I", "FORWARD", "1", "-j", rootChain); err != nil {
			return false, err
		}
	}
	n.applied = &wanted
	return true, n.dropSets(wanted.sets)
}

// check forgets what was applied when the namespace no longer holds it, so that apply writes it
// again; it also drops sets that were still in use at the time of the last apply.
func (n *nodeRules) check() error {
	if n.applied == nil {
		return nil
	}
	saved, err := n.execute("", "iptables-save", "-t", table)
	if err != nil {
		n.applied = nil
		return err
	}
	present := ownChains(saved)
	missing := func(chain string) bool { return !slices.Contains(present, chain) }
	if !hasJump(saved) || slices.ContainsFunc(n.applied.chains, missing) {
		wanted := n.applied
		n.applied = nil
		return fmt.Errorf("rules of %d isolated pods have vanished, writing them again", wanted.pods)
	}
	return n.dropSets(n.applied.sets)
}

// dropSets destroys own sets that no rule needs. The kernel frees old rules a little late, so a
// refusal is no error: the next check tries again.
func (n *nodeRules) dropSets(needed []string) error {
	listed, err := n.execute("", "ipset", "list", "-name")
	if err != nil {
		return err
	}
	for _, set := range strings.Fields(listed) {
		if strings.HasPrefix(set, setPrefix) && !slices.Contains(needed, set) {
			_, _ = n.execute("", "ipset", "destroy", set)
		}
	}
	return nil
}

func hasJump(saved string) bool {
	return slices.Contains(strings.Split(saved, "\n"), "-A FORWARD -j "+rootChain)
}

// ownChains reads the agent's chains from the text of iptables-save.
func ownChains(saved string) []string {
	var chains []string
	for line := range strings.Lines(saved) {
		if chain, found := strings.CutPrefix(line, ":"); found && strings.HasPrefix(chain, rootChain) {
			chains = append(chains, strings.Fields(chain)[0])
		}
	}
	return chains
}

func staleChains(saved string, wanted []string) []string {
	return slices.DeleteFunc(ownChains(saved), func(chain string) bool {
		return slices.Contains(wanted, chain)
	})
}

// withoutChains adds the removal of chains to the text for iptables-restore. Naming a chain
// empties it, and the root chain, written anew in the same transaction, no longer jumps there.
func withoutChains(rules string, stale []string) string {
	var names, removals strings.Builder
	for _, chain := range stale {
		names.WriteString(":" + chain + " - [0:0]\n")
		removals.WriteString("-X " + chain + "\n")
	}
	head := "*" + table + "\n"
	body := strings.TrimSuffix(strings.TrimPrefix(rules, head), "COMMIT\n")
	return head + names.String() + body + removals.String() + "COMMIT\n"
}
