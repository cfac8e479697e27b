package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// ownerOf is what a pending marker holds: namespace/name of the claim; its uid is in the file name.
func ownerOf(claim *corev1.PersistentVolumeClaim) string {
	return claim.Namespace + "/" + claim.Name
}

// sweep removes files that a killed agent left: formatted for a claim that was deleted before the
// volume object existed. Files whose object existed once are never swept.
func (c *volumeController) sweep(ctx context.Context) error {
	pending, err := c.disk.pending()
	if err != nil {
		return err
	}
	var failures []error
	for name, owner := range pending {
		failures = append(failures, c.sweepOne(ctx, name, owner))
	}
	return errors.Join(failures...)
}

func (c *volumeController) sweepOne(ctx context.Context, name, owner string) error {
	_, err := c.client.CoreV1().PersistentVolumes().Get(ctx, name, metav1.GetOptions{})
	if err == nil {
		return c.disk.published(name)
	}
	if !apierrors.IsNotFound(err) {
		return err
	}
	namespace, claimName, _ := strings.Cut(owner, "/")
	claim, err := c.client.CoreV1().PersistentVolumeClaims(namespace).
		Get(ctx, claimName, metav1.GetOptions{})
	if err == nil && volumeName(claim) == name {
		return nil
	}
	if err != nil && !apierrors.IsNotFound(err) {
		return err
	}
	if err := c.disk.remove(name); err != nil {
		return err
	}
	log.Printf("removed the file of %s: its claim %s is gone, no volume was made", name, owner)
	return nil
}

// deleteObject deletes exactly this volume object and lets go of it.
func (c *volumeController) deleteObject(ctx context.Context, volume *corev1.PersistentVolume) error {
	volumes := c.client.CoreV1().PersistentVolumes()
	err := volumes.Delete(ctx, volume.Name, metav1.DeleteOptions{
		Preconditions: &metav1.Preconditions{UID: &volume.UID},
	})
	if err != nil && !apierrors.IsNotFound(err) {
		return err
	}
	patch := fmt.Sprintf(`{"metadata":{"$deleteFromPrimitiveList/finalizers":[%q]}}`, volumeFinalizer)
	_, err = volumes.Patch(
		ctx, volume.Name, types.StrategicMergePatchType, []byte(patch), metav1.PatchOptions{})
	if apierrors.IsNotFound(err) {
		return nil
	}
	return err
}
