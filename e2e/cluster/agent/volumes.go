package main

import (
	"context"
	"errors"
	"log"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
	corev1client "k8s.io/client-go/kubernetes/typed/core/v1"
	corelisters "k8s.io/client-go/listers/core/v1"
	storagelisters "k8s.io/client-go/listers/storage/v1"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/record"
	"k8s.io/client-go/util/workqueue"
)

const (
	resyncEvery  = 30 * time.Second
	firstBackoff = 250 * time.Millisecond
	lastBackoff  = 30 * time.Second
	sweepKey     = "sweep" // queue key for files whose claim vanished before the volume existed
)

// volumeController provisions, grows and removes volumes for all nodes, one step at a time.
type volumeController struct {
	client  kubernetes.Interface
	disk    disk
	factory informers.SharedInformerFactory
	claims  corelisters.PersistentVolumeClaimLister
	volumes corelisters.PersistentVolumeLister
	classes storagelisters.StorageClassLister
	queue   workqueue.TypedRateLimitingInterface[string]
	events  record.EventRecorder
	stop    func()
}

func newVolumeController(client kubernetes.Interface, disk disk) *volumeController {
	factory := informers.NewSharedInformerFactory(client, resyncEvery)
	broadcaster := record.NewBroadcaster()
	broadcaster.StartRecordingToSink(
		&corev1client.EventSinkImpl{Interface: client.CoreV1().Events("")})
	limiter := workqueue.NewTypedItemExponentialFailureRateLimiter[string](firstBackoff, lastBackoff)
	return &volumeController{
		client:  client,
		disk:    disk,
		factory: factory,
		claims:  factory.Core().V1().PersistentVolumeClaims().Lister(),
		volumes: factory.Core().V1().PersistentVolumes().Lister(),
		classes: factory.Storage().V1().StorageClasses().Lister(),
		queue:   workqueue.NewTypedRateLimitingQueue(limiter),
		events:  broadcaster.NewRecorder(scheme.Scheme, corev1.EventSource{Component: provisioner}),
		stop:    broadcaster.Shutdown,
	}
}

// run works until the context ends; the step in hand is finished first.
func (c *volumeController) run(ctx context.Context) error {
	defer c.stop()
	lock, err := c.disk.own(ctx)
	if ctx.Err() != nil {
		return nil
	}
	if err != nil {
		return err
	}
	defer lock.Close()
	claimInformer := c.factory.Core().V1().PersistentVolumeClaims().Informer()
	volumeInformer := c.factory.Core().V1().PersistentVolumes().Informer()
	c.factory.Storage().V1().StorageClasses().Informer()
	_, claimErr := claimInformer.AddEventHandler(c.enqueue("claim"))
	_, volumeErr := volumeInformer.AddEventHandler(c.enqueue("volume"))
	if err := errors.Join(claimErr, volumeErr); err != nil {
		return err
	}
	c.factory.Start(ctx.Done())
	c.factory.WaitForCacheSync(ctx.Done())
	log.Printf("watching claims of %s, files in %s/volumes", provisioner, c.disk.state)
	c.queue.Add(sweepKey)
	go func() {
		<-ctx.Done()
		c.queue.ShutDown()
	}()
	for c.next(ctx) {
	}
	return nil
}

// enqueue maps events to keys: a volume's event also wakes its claim, which may wait for it.
func (c *volumeController) enqueue(kind string) cache.ResourceEventHandler {
	add := func(object any) {
		if gone, ok := object.(cache.DeletedFinalStateUnknown); ok {
			object = gone.Obj
		}
		switch object := object.(type) {
		case *corev1.PersistentVolumeClaim:
			c.queue.Add(kind + "/" + object.Namespace + "/" + object.Name)
		case *corev1.PersistentVolume:
			c.queue.Add(kind + "/" + object.Name)
			if claim := object.Spec.ClaimRef; claim != nil {
				c.queue.Add("claim/" + claim.Namespace + "/" + claim.Name)
			}
		}
	}
	return cache.ResourceEventHandlerFuncs{
		AddFunc:    add,
		UpdateFunc: func(_, object any) { add(object) },
		DeleteFunc: add,
	}
}

func (c *volumeController) next(ctx context.Context) bool {
	key, shutdown := c.queue.Get()
	if shutdown {
		return false
	}
	defer c.queue.Done(key)
	if err := c.process(ctx, key); err != nil {
		if ctx.Err() == nil {
			log.Printf("%s: will try again: %v", key, err)
			c.queue.AddRateLimited(key)
		}
		return true
	}
	c.queue.Forget(key)
	return true
}

func (c *volumeController) process(ctx context.Context, key string) error {
	parts := strings.Split(key, "/")
	switch {
	case key == sweepKey:
		c.queue.AddAfter(sweepKey, resyncEvery)
		return c.sweep(ctx)
	case parts[0] == "claim":
		claim, err := c.claims.PersistentVolumeClaims(parts[1]).Get(parts[2])
		if apierrors.IsNotFound(err) {
			return nil
		}
		return errors.Join(err, c.processClaim(ctx, claim))
	default:
		volume, err := c.volumes.Get(parts[1])
		if apierrors.IsNotFound(err) {
			return nil
		}
		return errors.Join(err, c.processVolume(ctx, volume))
	}
}

func (c *volumeController) processClaim(
	ctx context.Context, claim *corev1.PersistentVolumeClaim,
) error {
	var class *storagev1.StorageClass
	if name := claim.Spec.StorageClassName; name != nil {
		class, _ = c.classes.Get(*name)
	}
	var volume *corev1.PersistentVolume
	if claim.Spec.VolumeName != "" {
		volume, _ = c.volumes.Get(claim.Spec.VolumeName)
	}
	step, why := planClaim(claim, class, volume)
	var err error
	switch step {
	case claimNothing, claimWaits:
		return nil
	case claimUnsupported:
		c.events.Event(claim, corev1.EventTypeWarning, "ProvisioningFailed", why)
		return nil
	case claimProvision:
		err = c.provision(ctx, claim, class, why)
	case claimGrow:
		err = c.grow(ctx, claim, volume, why)
	case claimReport:
		err = c.report(ctx, claim, volume.Spec.Capacity[corev1.ResourceStorage], why)
	}
	if err != nil && ctx.Err() == nil {
		c.events.Event(claim, corev1.EventTypeWarning, "VolumeStepFailed", err.Error())
	}
	return err
}

func (c *volumeController) provision(
	ctx context.Context,
	claim *corev1.PersistentVolumeClaim,
	class *storagev1.StorageClass,
	why string,
) error {
	name := volumeName(claim)
	if _, err := c.volumes.Get(name); err == nil {
		return nil // the claim is about to be bound
	}
	node, err := c.client.CoreV1().Nodes().Get(ctx, claim.Annotations[selectedNode], metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return c.reschedule(ctx, claim)
	}
	if err != nil {
		return err
	}
	bytes := volumeBytes(claim.Spec.Resources.Requests[corev1.ResourceStorage])
	if err := c.disk.create(name, ownerOf(claim), bytes); err != nil {
		return err
	}
	if _, err := c.disk.attach(name); err != nil {
		return err
	}
	volume := newVolume(claim, class, node.Labels[corev1.LabelHostname], c.disk.mountPoint(name), bytes)
	_, err = c.client.CoreV1().PersistentVolumes().Create(ctx, volume, metav1.CreateOptions{})
	if err != nil && !apierrors.IsAlreadyExists(err) {
		return err
	}
	log.Printf("provisioned %s (%d MiB) for claim %s/%s: %s",
		name, bytes/mebibyte, claim.Namespace, claim.Name, why)
	c.events.Eventf(claim, corev1.EventTypeNormal, "ProvisioningSucceeded", "volume %s", name)
	return c.disk.published(name)
}

// reschedule gives the claim back to the scheduler, whose chosen node is gone.
func (c *volumeController) reschedule(
	ctx context.Context, claim *corev1.PersistentVolumeClaim,
) error {
	log.Printf("claim %s/%s goes back to the scheduler: node %s does not exist",
		claim.Namespace, claim.Name, claim.Annotations[selectedNode])
	changed := claim.DeepCopy()
	delete(changed.Annotations, selectedNode)
	_, err := c.client.CoreV1().PersistentVolumeClaims(claim.Namespace).
		Update(ctx, changed, metav1.UpdateOptions{})
	return err
}

func (c *volumeController) grow(
	ctx context.Context,
	claim *corev1.PersistentVolumeClaim,
	volume *corev1.PersistentVolume,
	why string,
) error {
	bytes := volumeBytes(claim.Spec.Resources.Requests[corev1.ResourceStorage])
	if _, err := c.disk.attach(volume.Name); err != nil {
		return err
	}
	if err := c.disk.grow(volume.Name, bytes); err != nil {
		return err
	}
	capacity := *resource.NewQuantity(bytes, resource.BinarySI)
	changed := volume.DeepCopy()
	changed.Spec.Capacity[corev1.ResourceStorage] = capacity
	_, err := c.client.CoreV1().PersistentVolumes().Update(ctx, changed, metav1.UpdateOptions{})
	if err != nil {
		return err
	}
	log.Printf("grew %s to %d MiB for claim %s/%s: %s",
		volume.Name, bytes/mebibyte, claim.Namespace, claim.Name, why)
	c.events.Eventf(claim, corev1.EventTypeNormal, "VolumeResizeSuccessful", "now %s", &capacity)
	return c.report(ctx, claim, capacity, "the volume has grown")
}

// report writes a volume's capacity into the claim's status; the kubelet may have been first.
func (c *volumeController) report(
	ctx context.Context,
	claim *corev1.PersistentVolumeClaim,
	capacity resource.Quantity,
	why string,
) error {
	changed := claim.DeepCopy()
	changed.Status.Capacity = corev1.ResourceList{corev1.ResourceStorage: capacity}
	_, err := c.client.CoreV1().PersistentVolumeClaims(claim.Namespace).
		UpdateStatus(ctx, changed, metav1.UpdateOptions{})
	if apierrors.IsConflict(err) {
		return nil // the change that won brings the claim back to the queue
	}
	if err == nil {
		log.Printf("claim %s/%s now reports %s: %s", claim.Namespace, claim.Name, &capacity, why)
	}
	return err
}

func (c *volumeController) processVolume(
	ctx context.Context, cached *corev1.PersistentVolume,
) error {
	if step, _ := planVolume(cached); step == volumeNothing {
		return nil
	}
	// Before data goes, the API server is asked: a cache may be old.
	volume := cached
	if step, _ := planVolume(cached); step != volumeAttach {
		fresh, err := c.client.CoreV1().PersistentVolumes().Get(ctx, cached.Name, metav1.GetOptions{})
		if apierrors.IsNotFound(err) {
			return nil
		}
		if err != nil {
			return err
		}
		volume = fresh
	}
	step, why := planVolume(volume)
	switch step {
	case volumeAttach:
		attached, err := c.disk.attach(volume.Name)
		if attached {
			log.Printf("mounted %s again: %s", volume.Name, why)
		}
		return errors.Join(err, c.disk.published(volume.Name))
	case volumeRemove:
		if err := c.disk.remove(volume.Name); err != nil {
			return err
		}
		log.Printf("removed %s and its data: %s", volume.Name, why)
		return c.deleteObject(ctx, volume)
	case volumeForget:
		if err := c.disk.detach(volume.Name); err != nil {
			return err
		}
		log.Printf("forgot %s, its file stays: %s", volume.Name, why)
		return c.deleteObject(ctx, volume)
	default:
		return nil
	}
}
