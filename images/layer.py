#!/usr/bin/env python3
"""Writes folders as one image layer: a tar whose bytes depend on the content alone.

Entries are sorted, owners are numbers, and what was written during the build carries one fixed
time. Files that came out of a package keep the package's time: Python compares it with the one
in its compiled files, and would compile again at every start if it changed.
"""

import argparse
import os
import stat
import tarfile
from dataclasses import dataclass

from pack import FIXED_TIME

# Filled by the container runtime, or by the machine that builds.
NOT_CONTENT = ("dev", "proc", "sys", "tmp")


@dataclass(frozen=True)
class Tree:
    """A folder and where it goes in the image.

    built_after: files changed later than this (seconds) get the fixed time; 0 gives it to all.
    owned_by_root: ignore the owners and the exact modes on disk.
    """

    folder: str
    prefix: str = ""
    built_after: float = 0
    owned_by_root: bool = False


def write_layer(trees, out):
    """Writes the trees to the file `out`. Reads every file once."""
    with tarfile.open(out, "w", format=tarfile.PAX_FORMAT) as tar:
        parents = set()
        for tree in trees:
            for name in _parents(tree.prefix):
                if name not in parents:
                    parents.add(name)
                    tar.addfile(_entry(name, tarfile.DIRTYPE, 0o755))
            seen = {}
            for name, path in _walk(tree.folder, () if tree.prefix else NOT_CONTENT):
                _add(tar, tree, name, path, seen)


def _parents(prefix):
    parts = [part for part in prefix.split("/") if part]
    return ["/".join(parts[: i + 1]) for i in range(len(parts))]


def _walk(folder, hollow, name=""):
    for child in sorted(os.listdir(os.path.join(folder, name))):
        path = os.path.join(folder, name, child)
        child_name = f"{name}/{child}" if name else child
        yield child_name, path
        if os.path.isdir(path) and not os.path.islink(path) and child_name not in hollow:
            yield from _walk(folder, hollow, child_name)


def _entry(name, kind, mode):
    entry = tarfile.TarInfo(name)
    entry.type, entry.mode, entry.mtime = kind, mode, FIXED_TIME
    return entry


def _add(tar, tree, name, path, seen):
    info = os.lstat(path)
    full = f"{tree.prefix.strip('/')}/{name}" if tree.prefix else name
    if stat.S_ISCHR(info.st_mode) and info.st_rdev == 0:  # how overlayfs says "deleted"
        head, tail = os.path.split(full)
        tar.addfile(_entry(os.path.join(head, ".wh." + tail), tarfile.REGTYPE, 0o644))
        return
    mode = stat.S_IMODE(info.st_mode)
    if tree.owned_by_root:
        mode = 0o755 if stat.S_ISDIR(info.st_mode) or mode & 0o100 else 0o644
    entry = _entry(full, tarfile.REGTYPE, mode)
    if not tree.owned_by_root:
        entry.uid, entry.gid = info.st_uid, info.st_gid
    if tree.built_after and info.st_mtime < tree.built_after and not stat.S_ISDIR(info.st_mode):
        entry.mtime = int(info.st_mtime)

    if stat.S_ISDIR(info.st_mode):
        entry.type = tarfile.DIRTYPE
        tar.addfile(entry)
        if _is_opaque(path):
            tar.addfile(_entry(full + "/.wh..wh..opq", tarfile.REGTYPE, 0o644))
    elif stat.S_ISLNK(info.st_mode):
        entry.type, entry.linkname = tarfile.SYMTYPE, os.readlink(path)
        tar.addfile(entry)
    elif stat.S_ISREG(info.st_mode):
        first = seen.setdefault((info.st_dev, info.st_ino), full)
        if first != full:
            entry.type, entry.linkname = tarfile.LNKTYPE, first
            tar.addfile(entry)
            return
        entry.size = info.st_size
        with open(path, "rb") as content:
            tar.addfile(entry, content)
    else:
        raise SystemExit(f"layer: {path} is neither file, folder nor link")


def _is_opaque(path):
    try:
        return os.getxattr(path, "trusted.overlay.opaque", follow_symlinks=False) == b"y"
    except OSError:
        return False


def main():
    parser = argparse.ArgumentParser(description="Write a folder as an image layer.")
    parser.add_argument("--folder", required=True)
    parser.add_argument("--prefix", default="", help="where it goes in the image")
    parser.add_argument("--out", required=True)
    arguments = parser.parse_args()
    tree = Tree(arguments.folder, arguments.prefix, owned_by_root=True)
    write_layer([tree], arguments.out)


if __name__ == "__main__":
    main()
