package main

import (
	"slices"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const claimText = `
metadata: {namespace: shop, name: data, uid: 1234-abcd,
  annotations: {volume.kubernetes.io/selected-node: node1}}
spec: {storageClassName: kn-local, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
`

const volumeText = `
metadata: {name: pvc-1234-abcd, finalizers: [local.knowledgenetwork.dev/loop-file],
  annotations: {pv.kubernetes.io/provisioned-by: local.knowledgenetwork.dev}}
spec: {capacity: {storage: 1Gi}, persistentVolumeReclaimPolicy: Delete}
status: {phase: Bound}
`

var now = metav1.NewTime(time.Unix(0, 0))

func TestVolumeBytes(t *testing.T) {
	cases := map[string]int64{
		"1":          300 << 20,
		"300Mi":      300 << 20,
		"314572801":  301 << 20,
		"1Gi":        1 << 30,
		"1G":         954 << 20,
		"1073741825": 1025 << 20,
	}
	for request, want := range cases {
		if got := volumeBytes(resource.MustParse(request)); got != want {
			t.Errorf("%s gives %d, want %d", request, got, want)
		}
	}
}

func TestPlanUnboundClaim(t *testing.T) {
	ours := &storagev1.StorageClass{Provisioner: provisioner}
	block := corev1.PersistentVolumeBlock
	cases := map[string]struct {
		class  *storagev1.StorageClass
		change func(*corev1.PersistentVolumeClaim)
		want   claimStep
	}{
		"node chosen":        {ours, func(*corev1.PersistentVolumeClaim) {}, claimProvision},
		"no node yet":        {ours, func(c *corev1.PersistentVolumeClaim) { c.Annotations = nil }, claimWaits},
		"no class":           {nil, func(*corev1.PersistentVolumeClaim) {}, claimNothing},
		"other class":        {&storagev1.StorageClass{Provisioner: "x"}, func(*corev1.PersistentVolumeClaim) {}, claimNothing},
		"being deleted":      {ours, func(c *corev1.PersistentVolumeClaim) { c.DeletionTimestamp = &now }, claimNothing},
		"block":              {ours, func(c *corev1.PersistentVolumeClaim) { c.Spec.VolumeMode = &block }, claimUnsupported},
		"selector":           {ours, func(c *corev1.PersistentVolumeClaim) { c.Spec.Selector = &metav1.LabelSelector{} }, claimUnsupported},
		"volume not visible": {ours, func(c *corev1.PersistentVolumeClaim) { c.Spec.VolumeName = "x" }, claimNothing},
	}
	for name, test := range cases {
		claim := parse[*corev1.PersistentVolumeClaim](t, claimText)
		test.change(claim)
		if got, why := planClaim(claim, test.class, nil); got != test.want {
			t.Errorf("%s: step %d (%s), want %d", name, got, why, test.want)
		}
	}
}

func TestPlanBoundClaim(t *testing.T) {
	cases := map[string]struct {
		requested, reported, capacity string
		phase                         corev1.PersistentVolumeClaimPhase
		owner                         string
		want                          claimStep
	}{
		"settled":            {"1Gi", "1Gi", "1Gi", corev1.ClaimBound, provisioner, claimNothing},
		"rounded up":         {"1Mi", "300Mi", "300Mi", corev1.ClaimBound, provisioner, claimNothing},
		"larger request":     {"2Gi", "1Gi", "1Gi", corev1.ClaimBound, provisioner, claimGrow},
		"killed in between":  {"2Gi", "1Gi", "2Gi", corev1.ClaimBound, provisioner, claimReport},
		"not bound yet":      {"2Gi", "1Gi", "1Gi", corev1.ClaimPending, provisioner, claimNothing},
		"foreign volume":     {"2Gi", "1Gi", "1Gi", corev1.ClaimBound, "x", claimNothing},
		"smaller than it is": {"1Gi", "2Gi", "2Gi", corev1.ClaimBound, provisioner, claimNothing},
	}
	for name, test := range cases {
		claim := parse[*corev1.PersistentVolumeClaim](t, claimText)
		claim.Spec.VolumeName = "pvc-1234-abcd"
		claim.Spec.Resources.Requests[corev1.ResourceStorage] = resource.MustParse(test.requested)
		claim.Status.Phase = test.phase
		claim.Status.Capacity = corev1.ResourceList{corev1.ResourceStorage: resource.MustParse(test.reported)}
		volume := parse[*corev1.PersistentVolume](t, volumeText)
		volume.Annotations[provisionedBy] = test.owner
		volume.Spec.Capacity[corev1.ResourceStorage] = resource.MustParse(test.capacity)
		if got, why := planClaim(claim, nil, volume); got != test.want {
			t.Errorf("%s: step %d (%s), want %d", name, got, why, test.want)
		}
	}
}

// TestPlanVolume: data goes only when nothing can use it any more and the policy says so.
func TestPlanVolume(t *testing.T) {
	const remove, retain = corev1.PersistentVolumeReclaimDelete, corev1.PersistentVolumeReclaimRetain
	cases := []struct {
		reclaim  corev1.PersistentVolumeReclaimPolicy
		phase    corev1.PersistentVolumePhase
		deleting bool
		want     volumeStep
	}{
		{remove, corev1.VolumeBound, false, volumeAttach},
		{remove, corev1.VolumeBound, true, volumeAttach},
		{remove, corev1.VolumePending, false, volumeAttach},
		{remove, corev1.VolumeReleased, false, volumeRemove},
		{remove, corev1.VolumeReleased, true, volumeRemove},
		{remove, corev1.VolumeAvailable, true, volumeRemove},
		{retain, corev1.VolumeBound, true, volumeAttach},
		{retain, corev1.VolumeReleased, false, volumeAttach},
		{retain, corev1.VolumeReleased, true, volumeForget},
	}
	for _, test := range cases {
		volume := parse[*corev1.PersistentVolume](t, volumeText)
		volume.Spec.PersistentVolumeReclaimPolicy = test.reclaim
		volume.Status.Phase = test.phase
		if test.deleting {
			volume.DeletionTimestamp = &now
		}
		if got, _ := planVolume(volume); got != test.want {
			t.Errorf("%s %s deleting=%v: step %d, want %d",
				test.reclaim, test.phase, test.deleting, got, test.want)
		}
	}
	letGo := parse[*corev1.PersistentVolume](t, volumeText)
	letGo.DeletionTimestamp, letGo.Finalizers = &now, []string{"kubernetes.io/pv-protection"}
	letGo.Status.Phase = corev1.VolumeReleased
	if got, _ := planVolume(letGo); got != volumeNothing {
		t.Errorf("a volume that was dealt with gets step %d", got)
	}
	foreign := parse[*corev1.PersistentVolume](t, volumeText)
	foreign.Annotations = nil
	if got, _ := planVolume(foreign); got != volumeNothing {
		t.Errorf("a foreign volume gets step %d", got)
	}
}

func TestNewVolume(t *testing.T) {
	claim := parse[*corev1.PersistentVolumeClaim](t, claimText)
	retain := corev1.PersistentVolumeReclaimRetain
	class := &storagev1.StorageClass{ObjectMeta: metav1.ObjectMeta{Name: "kn-local"}, ReclaimPolicy: &retain}
	volume := newVolume(claim, class, "host-1", "/state/volumes/pvc-1234-abcd", 1<<30)
	if volume.Name != "pvc-1234-abcd" || volume.Annotations[provisionedBy] != provisioner ||
		!slices.Equal(volume.Finalizers, []string{volumeFinalizer}) {
		t.Errorf("identity: %+v", volume.ObjectMeta)
	}
	spec := volume.Spec
	capacity := spec.Capacity[corev1.ResourceStorage]
	if capacity.String() != "1Gi" || spec.Local.Path != "/state/volumes/pvc-1234-abcd" ||
		spec.PersistentVolumeReclaimPolicy != retain || spec.StorageClassName != "kn-local" ||
		!slices.Equal(spec.AccessModes, []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce}) {
		t.Errorf("spec: %+v", spec)
	}
	ref := spec.ClaimRef
	if ref.Namespace != "shop" || ref.Name != "data" || ref.UID != "1234-abcd" {
		t.Errorf("claimRef: %+v", ref)
	}
	match := spec.NodeAffinity.Required.NodeSelectorTerms[0].MatchExpressions[0]
	if match.Key != corev1.LabelHostname || !slices.Equal(match.Values, []string{"host-1"}) {
		t.Errorf("nodeAffinity: %+v", match)
	}
	if byDefault := newVolume(claim, &storagev1.StorageClass{}, "h", "/p", 1); byDefault.Spec.PersistentVolumeReclaimPolicy != corev1.PersistentVolumeReclaimDelete {
		t.Error("a class without reclaimPolicy means Delete")
	}
}
