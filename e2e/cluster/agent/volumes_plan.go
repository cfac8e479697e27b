package main

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const (
	provisioner            = "local.knowledgenetwork.dev"
	volumeFinalizer        = provisioner + "/loop-file"
	provisionedBy          = "pv.kubernetes.io/provisioned-by"
	selectedNode           = "volume.kubernetes.io/selected-node"
	mebibyte         int64 = 1 << 20
	smallestXFSBytes       = 300 * mebibyte // mkfs.xfs refuses less
)

// claimStep is what a claim needs next.
type claimStep int

const (
	claimNothing     claimStep = iota // not ours, being deleted, or settled
	claimWaits                        // the scheduler has not chosen a node yet
	claimUnsupported                  // asks for what a loop file with XFS cannot give
	claimProvision
	claimGrow   // the volume is smaller than the request
	claimReport // the volume has grown, the claim's status does not say so yet
)

// planClaim decides the next step of a claim; volume is the one that the claim is bound to, or
// nil. The text says why, for log and events.
func planClaim(
	claim *corev1.PersistentVolumeClaim,
	class *storagev1.StorageClass,
	volume *corev1.PersistentVolume,
) (claimStep, string) {
	if claim.DeletionTimestamp != nil {
		return claimNothing, "the claim is being deleted"
	}
	if claim.Spec.VolumeName != "" {
		return planBoundClaim(claim, volume)
	}
	if class == nil || class.Provisioner != provisioner {
		return claimNothing, "another provisioner's class"
	}
	if claim.Spec.VolumeMode != nil && *claim.Spec.VolumeMode == corev1.PersistentVolumeBlock {
		return claimUnsupported, "volumeMode Block is not supported, use Filesystem"
	}
	if claim.Spec.Selector != nil || claim.Spec.DataSource != nil || claim.Spec.DataSourceRef != nil {
		return claimUnsupported, "selector and dataSource are not supported, remove them"
	}
	if claim.Annotations[selectedNode] == "" {
		return claimWaits, "the scheduler has not chosen a node; " +
			"the class needs volumeBindingMode WaitForFirstConsumer"
	}
	return claimProvision, "the scheduler chose node " + claim.Annotations[selectedNode]
}

func planBoundClaim(
	claim *corev1.PersistentVolumeClaim, volume *corev1.PersistentVolume,
) (claimStep, string) {
	if volume == nil || !isOurs(volume) || claim.Status.Phase != corev1.ClaimBound {
		return claimNothing, "not bound to a volume of this provisioner"
	}
	requested := claim.Spec.Resources.Requests[corev1.ResourceStorage]
	capacity := volume.Spec.Capacity[corev1.ResourceStorage]
	if requested.Cmp(capacity) > 0 {
		return claimGrow, fmt.Sprintf("%s requested, the volume has %s", &requested, &capacity)
	}
	reported := claim.Status.Capacity[corev1.ResourceStorage]
	if reported.Cmp(capacity) < 0 {
		return claimReport, fmt.Sprintf("the volume has %s, the claim says %s", &capacity, &reported)
	}
	return claimNothing, "large enough"
}

// volumeStep is what a volume needs next.
type volumeStep int

const (
	volumeNothing volumeStep = iota
	volumeAttach             // keep the file mounted, also after a restart of the machine
	volumeRemove             // data and object go
	volumeForget             // the object goes, the file stays (Retain)
)

// planVolume decides the next step of a volume. Data goes only where the reclaim policy says
// Delete and the claim has let go.
func planVolume(volume *corev1.PersistentVolume) (volumeStep, string) {
	if !isOurs(volume) {
		return volumeNothing, "another provisioner's volume"
	}
	if volume.DeletionTimestamp != nil && !slices.Contains(volume.Finalizers, volumeFinalizer) {
		return volumeNothing, "the file has been dealt with, others still hold the object"
	}
	deletes := volume.Spec.PersistentVolumeReclaimPolicy == corev1.PersistentVolumeReclaimDelete
	going := volume.DeletionTimestamp != nil && volume.Status.Phase != corev1.VolumeBound
	switch {
	case deletes && (going || volume.Status.Phase == corev1.VolumeReleased):
		return volumeRemove, "the claim is gone and the reclaim policy is Delete"
	case going:
		return volumeForget, "the volume is being deleted and the reclaim policy is Retain"
	default:
		return volumeAttach, "the volume exists"
	}
}

func isOurs(volume *corev1.PersistentVolume) bool {
	return volume.Annotations[provisionedBy] == provisioner
}

// volumeName is the same for every attempt at one claim, so that a restart finds its own work.
func volumeName(claim *corev1.PersistentVolumeClaim) string {
	return "pvc-" + string(claim.UID)
}

// volumeBytes is the size of the file for a request: whole MiB, and never below XFS's minimum.
func volumeBytes(requested resource.Quantity) int64 {
	bytes := (requested.Value() + mebibyte - 1) / mebibyte * mebibyte
	return max(bytes, smallestXFSBytes)
}

// newVolume is the object for a mounted file: local to one node, and held by a finalizer so that
// no one deletes the object and leaves the file.
func newVolume(
	claim *corev1.PersistentVolumeClaim,
	class *storagev1.StorageClass,
	hostname, path string,
	bytes int64,
) *corev1.PersistentVolume {
	reclaim := corev1.PersistentVolumeReclaimDelete
	if class.ReclaimPolicy != nil {
		reclaim = *class.ReclaimPolicy
	}
	filesystem := corev1.PersistentVolumeFilesystem
	return &corev1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{
			Name:        volumeName(claim),
			Annotations: map[string]string{provisionedBy: provisioner},
			Finalizers:  []string{volumeFinalizer},
		},
		Spec: corev1.PersistentVolumeSpec{
			Capacity: corev1.ResourceList{
				corev1.ResourceStorage: *resource.NewQuantity(bytes, resource.BinarySI),
			},
			AccessModes:                   claim.Spec.AccessModes,
			PersistentVolumeReclaimPolicy: reclaim,
			StorageClassName:              class.Name,
			VolumeMode:                    &filesystem,
			ClaimRef: &corev1.ObjectReference{
				APIVersion: "v1",
				Kind:       "PersistentVolumeClaim",
				Namespace:  claim.Namespace,
				Name:       claim.Name,
				UID:        claim.UID,
			},
			PersistentVolumeSource: corev1.PersistentVolumeSource{
				Local: &corev1.LocalVolumeSource{Path: path},
			},
			NodeAffinity: &corev1.VolumeNodeAffinity{Required: &corev1.NodeSelector{
				NodeSelectorTerms: []corev1.NodeSelectorTerm{{
					MatchExpressions: []corev1.NodeSelectorRequirement{{
						Key:      corev1.LabelHostname,
						Operator: corev1.NodeSelectorOpIn,
						Values:   []string{hostname},
					}},
				}},
			}},
		},
	}
}
