package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

const lockRetry = time.Second

// disk keeps loop files with XFS under state/volumes. Every method may be repeated after a crash
// at any point: it looks at files, loop devices and mounts, and does what is missing. What the
// host must get rid of later is noted in the journal before it is made.
type disk struct {
	state   string
	journal string
}

func (d disk) file(name string) string       { return filepath.Join(d.state, "volumes", name+".img") }
func (d disk) mountPoint(name string) string { return filepath.Join(d.state, "volumes", name) }
func (d disk) marker(name string) string {
	return filepath.Join(d.state, "volumes", name+".pending")
}

// own waits until no other agent works on this folder: two of them would format one file. It
// holds until the result is closed, or the process ends, however it ends.
func (d disk) own(ctx context.Context) (io.Closer, error) {
	folder := filepath.Join(d.state, "volumes")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, err
	}
	lock, err := os.Open(folder)
	if err != nil {
		return nil, err
	}
	for {
		err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return lock, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, errors.Join(err, lock.Close())
		}
		log.Printf("waiting: another agent works on %s", folder)
		select {
		case <-ctx.Done():
			return nil, errors.Join(ctx.Err(), lock.Close())
		case <-time.After(lockRetry):
		}
	}
}

// create makes the formatted file. A marker with the owner's name lies beside it until published
// is called, so that a file whose claim vanished in between is found.
func (d disk) create(name, owner string, bytes int64) error {
	if exists(d.file(name)) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(d.file(name)), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(d.marker(name), []byte(owner), 0o600); err != nil {
		return err
	}
	raw := d.file(name) + ".new"
	if err := os.Remove(raw); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.WriteFile(raw, nil, 0o600); err != nil {
		return err
	}
	if err := os.Truncate(raw, bytes); err != nil {
		return err
	}
	if _, err := execute("", "mkfs.xfs", "-q", raw); err != nil {
		return err
	}
	// Only a completely formatted file ever bears the final name.
	return os.Rename(raw, d.file(name))
}

// published says that the volume object exists from now on.
func (d disk) published(name string) error {
	err := os.Remove(d.marker(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// pending lists volumes without an object yet: name -> owner as given to create.
func (d disk) pending() (map[string]string, error) {
	markers, err := filepath.Glob(d.marker("*"))
	if err != nil {
		return nil, err
	}
	owners := map[string]string{}
	for _, marker := range markers {
		owner, err := os.ReadFile(marker)
		if err != nil {
			return nil, err
		}
		owners[strings.TrimSuffix(filepath.Base(marker), ".pending")] = string(owner)
	}
	return owners, nil
}

// attach gives the file a loop device and mounts it; it reports whether anything was to do.
func (d disk) attach(name string) (bool, error) {
	path := d.mountPoint(name)
	mounted, err := isMounted(path)
	if err != nil || mounted {
		return false, err
	}
	if !exists(d.file(name)) {
		return false, fmt.Errorf("the backing file %s is missing", d.file(name))
	}
	loops, err := d.loops(name)
	if err != nil {
		return false, err
	}
	if len(loops) == 0 {
		if err := d.note("loop", d.file(name)); err != nil {
			return false, err
		}
		device, err := execute("", "losetup", "--find", "--show", d.file(name))
		if err != nil {
			return false, err
		}
		loops = []string{strings.TrimSpace(device)}
	}
	if err := os.MkdirAll(path, 0o755); err != nil {
		return false, err
	}
	if err := d.note("mount", path); err != nil {
		return false, err
	}
	_, err = execute("", "mount", "-t", "xfs", loops[0], path)
	return err == nil, err
}

// grow makes file, device and file system at least so large, while pods use them.
func (d disk) grow(name string, bytes int64) error {
	info, err := os.Stat(d.file(name))
	if err != nil {
		return err
	}
	if info.Size() < bytes {
		if err := os.Truncate(d.file(name), bytes); err != nil {
			return err
		}
	}
	loops, err := d.loops(name)
	if err != nil {
		return err
	}
	for _, loop := range loops {
		if _, err := execute("", "losetup", "--set-capacity", loop); err != nil {
			return err
		}
	}
	_, err = execute("", "xfs_growfs", "-d", d.mountPoint(name))
	return err
}

// detach unmounts the volume and frees its loop device; the file stays.
func (d disk) detach(name string) error {
	path := d.mountPoint(name)
	for {
		mounted, err := isMounted(path)
		if err != nil {
			return err
		}
		if !mounted {
			break
		}
		if _, err := execute("", "umount", path); err != nil {
			return err
		}
	}
	if exists(d.file(name)) {
		loops, err := d.loops(name)
		if err != nil {
			return err
		}
		for _, loop := range loops {
			if _, err := execute("", "losetup", "--detach", loop); err != nil {
				return err
			}
		}
	}
	// Remove, not RemoveAll: should the mount still be there, the data survives.
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// remove detaches the volume and deletes its data.
func (d disk) remove(name string) error {
	if err := d.detach(name); err != nil {
		return err
	}
	for _, path := range []string{d.file(name), d.file(name) + ".new", d.marker(name)} {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// loops are the devices that use the volume's file.
func (d disk) loops(name string) ([]string, error) {
	out, err := execute(
		"", "losetup", "--list", "--noheadings", "--output", "NAME", "--associated", d.file(name))
	return strings.Fields(out), err
}

// note appends a line to the journal, on disk before it returns. A line that is there already is
// not repeated: a restart would let the journal grow.
func (d disk) note(kind, path string) error {
	line := kind + " " + path
	known, err := os.ReadFile(d.journal)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if slices.Contains(strings.Split(string(known), "\n"), line) {
		return nil
	}
	journal, err := os.OpenFile(d.journal, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, writeErr := journal.WriteString(line + "\n")
	return errors.Join(writeErr, journal.Sync(), journal.Close())
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func isMounted(path string) (bool, error) {
	table, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return false, err
	}
	real, err := filepath.EvalSymlinks(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return slices.Contains(mountPoints(string(table)), real), nil
}

// mountPoints reads the fifth field of each line of a mountinfo table.
func mountPoints(table string) []string {
	unescape := strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`)
	var points []string
	for line := range strings.Lines(table) {
		if fields := strings.Fields(line); len(fields) > 4 {
			points = append(points, unescape.Replace(fields[4]))
		}
	}
	return points
}
