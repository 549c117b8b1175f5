// Lists, watches and reconciles FailoverPlans as controller-runtime does it, and says when. What it is measured against
// is ../ours.ts, which says the same words.
package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"os"
	"strconv"
	"sync"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/tools/clientcmd"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

// counter says when as many different objects as are expected were reconciled, all of them or those with a label.
type counter struct {
	mutex    sync.Mutex
	client   client.Client
	seen     map[string]bool
	label    string
	expected int
}

func (c *counter) Reconcile(ctx context.Context, request reconcile.Request) (reconcile.Result, error) {
	plan := newPlan()
	if err := c.client.Get(ctx, request.NamespacedName, plan); err != nil {
		return reconcile.Result{}, client.IgnoreNotFound(err)
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.label != "" && plan.GetLabels()["storm"] != c.label {
		return reconcile.Result{}, nil
	}
	if key := request.String(); !c.seen[key] {
		c.seen[key] = true
		if len(c.seen) == c.expected {
			fmt.Println("reconciled")
		}
	}
	return reconcile.Result{}, nil
}

// follow reads lines of `label count`: from then on, objects with that label are counted.
func (c *counter) follow() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var label, count string
		fmt.Sscan(lines.Text(), &label, &count)
		expected, _ := strconv.Atoi(count)
		c.mutex.Lock()
		c.seen, c.label, c.expected = map[string]bool{}, label, expected
		c.mutex.Unlock()
		fmt.Println("counting")
	}
	os.Exit(0)
}

func newPlan() *unstructured.Unstructured {
	plan := &unstructured.Unstructured{}
	plan.SetGroupVersionKind(schema.GroupVersionKind{Group: "understudy.dev", Version: "v1alpha1", Kind: "FailoverPlan"})
	return plan
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	// controller-runtime has a flag --kubeconfig of its own.
	plans := flag.Int("plans", 0, "objects that are expected")
	workers := flag.Int("workers", 1, "objects that are reconciled at the same time")
	flag.Parse()
	log.SetLogger(zap.New(zap.WriteTo(os.Stderr)))

	config, err := clientcmd.BuildConfigFromFlags("", flag.Lookup("kubeconfig").Value.String())
	must(err)
	manager, err := ctrl.NewManager(config, ctrl.Options{
		Metrics: metricsserver.Options{BindAddress: "0"},
		// Unstructured objects too are read from the cache.
		Client: client.Options{Cache: &client.CacheOptions{Unstructured: true}},
	})
	must(err)
	count := &counter{client: manager.GetClient(), seen: map[string]bool{}, expected: *plans}
	must(ctrl.NewControllerManagedBy(manager).
		Named("plans").
		For(newPlan()).
		WithOptions(controller.Options{MaxConcurrentReconciles: *workers}).
		Complete(count))
	ctx := ctrl.SetupSignalHandler()
	go func() {
		// Returns once the cache runs and the informer has synced.
		_, err := manager.GetCache().GetInformer(ctx, newPlan())
		must(err)
		fmt.Println("synced")
	}()
	go count.follow()
	must(manager.Start(ctx))
}
