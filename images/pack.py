#!/usr/bin/env python3
"""Packs layer tars and a small configuration into an image archive (docker-archive format).

`docker load`, `ctr images import` and `kind load image-archive` read it. The same layers and
configuration give the same bytes.

config.json: {"user", "entrypoint", "cmd", "env" (object), "workdir", "labels"}, all optional;
other keys are ignored.
"""

import argparse
import hashlib
import io
import json
import os
import tarfile

FIXED_TIME = 1767225600  # 2026-01-01T00:00:00Z
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def sha256_of(path):
    """Digest of a file, in hex."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def image_config(config, diff_ids, architecture="amd64"):
    """The image's configuration document, as bytes. Its digest is the image's identity."""
    env = {"PATH": PATH, **config.get("env", {})}
    run = {
        "User": config.get("user", ""),
        "Env": [f"{key}={value}" for key, value in sorted(env.items())],
        "Entrypoint": config.get("entrypoint"),
        "Cmd": config.get("cmd"),
        "WorkingDir": config.get("workdir", "/"),
        "Labels": config.get("labels"),
    }
    created = "2026-01-01T00:00:00Z"
    document = {
        "architecture": architecture,
        "os": "linux",
        "created": created,
        "config": {key: value for key, value in run.items() if value},
        "rootfs": {"type": "layers", "diff_ids": ["sha256:" + digest for digest in diff_ids]},
        "history": [{"created": created} for _ in diff_ids],
    }
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()


def pack(layers, config, reference, out, content_tag=False, architecture="amd64", digests=None):
    """Writes the archive, through a temporary file beside it, and returns the reference.

    content_tag: append `-` and 12 hex digits of the content to the reference's tag.
    digests: sha256 of each layer where known, to save reading them twice.
    """
    digests = digests or [sha256_of(layer) for layer in layers]
    document = image_config(config, digests, architecture)
    identity = hashlib.sha256(document).hexdigest()
    if content_tag:
        reference = f"{reference}-{identity[:12]}"
    manifest = [
        {
            "Config": identity + ".json",
            "RepoTags": [reference],
            "Layers": [digest + "/layer.tar" for digest in digests],
        }
    ]
    temporary = f"{out}.{os.getpid()}.tmp"
    try:
        with tarfile.open(temporary, "w", format=tarfile.PAX_FORMAT) as tar:
            _add(tar, identity + ".json", io.BytesIO(document), len(document))
            for layer, digest in zip(layers, digests):
                with open(layer, "rb") as file:
                    _add(tar, digest + "/layer.tar", file, os.path.getsize(layer))
            listing = json.dumps(manifest, separators=(",", ":")).encode()
            _add(tar, "manifest.json", io.BytesIO(listing), len(listing))
        os.replace(temporary, out)
    finally:
        if os.path.exists(temporary):
            os.remove(temporary)
    return reference


def _add(tar, name, content, size):
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = size, 0o644, FIXED_TIME
    tar.addfile(entry, content)


def main():
    parser = argparse.ArgumentParser(description="Pack layers into an image archive.")
    parser.add_argument(
        "--rootfs-tar", action="append", required=True, help="a layer; repeat, lowest first"
    )
    parser.add_argument("--config", required=True, help="JSON: user, entrypoint, cmd, env, workdir")
    parser.add_argument("--reference", required=True, help="name:tag of the image")
    parser.add_argument("--content-tag", action="store_true", help="append the content's digest")
    parser.add_argument("--out", required=True)
    arguments = parser.parse_args()
    with open(arguments.config, encoding="utf-8") as file:
        config = json.load(file)
    print(
        pack(
            arguments.rootfs_tar,
            config,
            arguments.reference,
            arguments.out,
            content_tag=arguments.content_tag,
        )
    )


if __name__ == "__main__":
    main()
