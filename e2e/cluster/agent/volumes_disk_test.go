package main

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestMountPoints(t *testing.T) {
	const table = `22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
90 22 7:0 / /state/volumes/pvc-1 rw,relatime shared:9 - xfs /dev/loop0 rw
91 22 7:1 / /with\040space rw - xfs /dev/loop1 rw
`
	want := []string{"/", "/state/volumes/pvc-1", "/with space"}
	if got := mountPoints(table); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

func TestJournalKeepsOtherLinesAndRepeatsNone(t *testing.T) {
	journal := filepath.Join(t.TempDir(), "undo")
	if err := os.WriteFile(journal, []byte("netns kn0\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	d := disk{journal: journal}
	for _, line := range [][2]string{{"loop", "/a.img"}, {"mount", "/a"}, {"loop", "/a.img"}} {
		if err := d.note(line[0], line[1]); err != nil {
			t.Fatal(err)
		}
	}
	text, _ := os.ReadFile(journal)
	if want := "netns kn0\nloop /a.img\nmount /a\n"; string(text) != want {
		t.Errorf("got %q", text)
	}
}

func TestPendingMarkers(t *testing.T) {
	d := disk{state: t.TempDir()}
	if err := os.MkdirAll(filepath.Join(d.state, "volumes"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, owner := range map[string]string{"pvc-1": "shop/a", "pvc-2": "shop/b"} {
		if err := os.WriteFile(d.marker(name), []byte(owner), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.published("pvc-1"); err != nil {
		t.Fatal(err)
	}
	if err := d.published("pvc-1"); err != nil {
		t.Errorf("a second time is no error: %v", err)
	}
	if got, err := d.pending(); err != nil || !maps.Equal(got, map[string]string{"pvc-2": "shop/b"}) {
		t.Errorf("got %v %v", got, err)
	}
}

func TestOneAgentOwnsTheFolder(t *testing.T) {
	d := disk{state: t.TempDir()}
	first, err := d.own(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	if second, err := d.own(ended); err == nil {
		t.Errorf("a second one owns it, too: %v", second)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	second, err := d.own(ended)
	if err != nil {
		t.Fatalf("not free again: %v", err)
	}
	_ = second.Close()
}
