package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	netv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	corelisters "k8s.io/client-go/listers/core/v1"
	netlisters "k8s.io/client-go/listers/networking/v1"
	"k8s.io/client-go/tools/cache"
)

const (
	gatherFor  = 20 * time.Millisecond // events often come in bursts; one compile serves them all
	retryAfter = time.Second
	checkEvery = 10 * time.Second
	namedWhys  = 3
)

// policyController keeps the rules of all nodes in line with Pods, Namespaces and
// NetworkPolicies. A change reaches the kernel well within a second.
type policyController struct {
	factory    informers.SharedInformerFactory
	pods       corelisters.PodLister
	namespaces corelisters.NamespaceLister
	policies   netlisters.NetworkPolicyLister
	nodes      []*nodeRules
	changes    changes
}

func newPolicyController(client kubernetes.Interface, nodes map[string]string) *policyController {
	factory := informers.NewSharedInformerFactory(client, 0)
	c := &policyController{
		factory:    factory,
		pods:       factory.Core().V1().Pods().Lister(),
		namespaces: factory.Core().V1().Namespaces().Lister(),
		policies:   factory.Networking().V1().NetworkPolicies().Lister(),
		changes:    changes{wake: make(chan struct{}, 1)},
	}
	for _, node := range slices.Sorted(maps.Keys(nodes)) {
		c.nodes = append(c.nodes, &nodeRules{node: node, netns: nodes[node]})
	}
	return c
}

// run works until the context ends. The rules stay: enforcement goes on while the agent restarts.
func (c *policyController) run(ctx context.Context) error {
	watched := map[string]cache.SharedIndexInformer{
		"pod":       c.factory.Core().V1().Pods().Informer(),
		"namespace": c.factory.Core().V1().Namespaces().Informer(),
		"policy":    c.factory.Networking().V1().NetworkPolicies().Informer(),
	}
	for kind, informer := range watched {
		if _, err := informer.AddEventHandler(c.changes.handler(kind)); err != nil {
			return err
		}
	}
	c.factory.Start(ctx.Done())
	c.factory.WaitForCacheSync(ctx.Done())
	if ctx.Err() != nil {
		return nil
	}
	c.changes.add("the agent started")
	log.Printf("enforcing NetworkPolicies on %d nodes", len(c.nodes))
	ticker := time.NewTicker(checkEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-c.changes.wake:
			time.Sleep(gatherFor)
		case <-ticker.C:
			c.check()
		}
		if err := c.sync(c.changes.take()); err != nil {
			log.Printf("will try again: %v", err)
			time.AfterFunc(retryAfter, func() { c.changes.add("a retry") })
		}
	}
}

func (c *policyController) check() {
	for _, node := range c.nodes {
		if err := node.check(); err != nil {
			log.Printf("%s: %v", node.node, err)
		}
	}
}

func (c *policyController) sync(why string) error {
	state, err := c.snapshot()
	if err != nil {
		return err
	}
	var failures []error
	for _, node := range c.nodes {
		wanted := compile(node.node, state)
		changed, err := node.apply(wanted)
		if err != nil {
			failures = append(failures, fmt.Errorf("%s: %w", node.node, err))
		}
		if changed {
			log.Printf("%s: wrote rules for %d isolated pods with %d sets: %s",
				node.node, wanted.pods, len(wanted.sets), why)
		}
	}
	return errors.Join(failures...)
}

func (c *policyController) snapshot() (snapshot, error) {
	everything := labels.Everything()
	pods, podErr := c.pods.List(everything)
	namespaces, namespaceErr := c.namespaces.List(everything)
	policies, policyErr := c.policies.List(everything)
	sets := map[string]labels.Set{}
	for _, namespace := range namespaces {
		sets[namespace.Name] = namespace.Labels
	}
	state := snapshot{pods: pods, namespaces: sets, policies: policies}
	return state, errors.Join(podErr, namespaceErr, policyErr)
}

// changes gathers why rules are to be computed again.
type changes struct {
	wake  chan struct{}
	mutex sync.Mutex
	whys  []string
}

func (c *changes) add(why string) {
	c.mutex.Lock()
	if !slices.Contains(c.whys, why) {
		c.whys = append(c.whys, why)
	}
	c.mutex.Unlock()
	select {
	case c.wake <- struct{}{}:
	default: // already awake
	}
}

func (c *changes) take() string {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	whys := c.whys
	c.whys = nil
	switch {
	case len(whys) == 0:
		return "a check"
	case len(whys) > namedWhys:
		return fmt.Sprintf("%s and %d more", strings.Join(whys[:namedWhys], ", "), len(whys)-namedWhys)
	default:
		return strings.Join(whys, ", ")
	}
}

func (c *changes) handler(kind string) cache.ResourceEventHandler {
	report := func(object any, verb string) {
		if gone, ok := object.(cache.DeletedFinalStateUnknown); ok {
			object = gone.Obj
		}
		if accessor, err := meta.Accessor(object); err == nil {
			c.add(strings.TrimSpace(kind + " " + cache.ObjectName{
				Namespace: accessor.GetNamespace(), Name: accessor.GetName()}.String() + " " + verb))
		}
	}
	return cache.ResourceEventHandlerFuncs{
		AddFunc: func(object any) { report(object, "added") },
		UpdateFunc: func(old, object any) {
			if matters(old, object) {
				report(object, "changed")
			}
		},
		DeleteFunc: func(object any) { report(object, "deleted") },
	}
}

// matters spares a compile for changes of a pod that no rule depends on, such as readiness or
// the annotations that Patroni writes every few seconds.
func matters(old, object any) bool {
	switch object := object.(type) {
	case *corev1.Pod:
		before := old.(*corev1.Pod)
		return podAddress(before) != podAddress(object) ||
			before.Spec.NodeName != object.Spec.NodeName ||
			!maps.Equal(before.Labels, object.Labels)
	case *corev1.Namespace:
		return !maps.Equal(old.(*corev1.Namespace).Labels, object.Labels)
	case *netv1.NetworkPolicy:
		return old.(*netv1.NetworkPolicy).Generation != object.Generation
	default:
		return true
	}
}
