// Command coredns is CoreDNS with only the plug-ins that a cluster without an outside world needs.
package main

import (
	"github.com/coredns/coredns/core/dnsserver"
	"github.com/coredns/coredns/coremain"

	_ "github.com/coredns/coredns/plugin/cache"
	_ "github.com/coredns/coredns/plugin/errors"
	_ "github.com/coredns/coredns/plugin/forward"
	_ "github.com/coredns/coredns/plugin/health"
	_ "github.com/coredns/coredns/plugin/kubernetes"
	_ "github.com/coredns/coredns/plugin/ready"
)

func init() {
	// A query passes through the plug-ins in this order.
	dnsserver.Directives = []string{"errors", "health", "ready", "cache", "kubernetes", "forward"}
}

func main() {
	coremain.Run()
}
