#!/usr/bin/env python3
"""Fetches pictures of Python packages for tests/photographs.rs: `fetch.py FOLDER`.

Pillow's source holds a picture of nearly every kind and many that are broken, scikit-image some real photographs. The versions
and their hashes are fixed. What is there already is not fetched again; nothing of it belongs into this repository.

Exit status: 0 all there, 1 something could not be had.
"""

import hashlib
import io
import json
import shutil
import sys
import tarfile
import time
import urllib.parse
import urllib.request
from pathlib import Path

PACKAGES = {
    # name: version, hash of the source, the folders of pictures in it
    "pillow": ("13.0.0", "cdcd1ba258178f7356d74170c9a81ba4eab6a5d55748bc402a5a2a6fe6be3510", ("Tests/images/",)),
    "scikit-image": ("0.26.0", "f5f970ab04efad85c24714321fcc91613fcb64ef2a892a13167df2f3e59199fa", ("src/skimage/data/", "skimage/data/")),
}
PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".avif", ".avifs", ".gif", ".bmp", ".svg")


def get(address, accept="*/*"):
    for attempt in (1, 2, 3):
        try:
            request = urllib.request.Request(address, headers={"Accept": accept})
            with urllib.request.urlopen(request, timeout=120) as answer:
                return answer.read()
        except OSError as error:
            if attempt == 3:
                sys.exit(f"fetch.py: {address}: {error}")
            time.sleep(2 * attempt)


def source_of(name, version, wanted):
    """The package's source, checked (https://packaging.python.org/specifications/simple-repository-api/)."""
    index = f"https://pypi.org/simple/{name}/"
    file_name = f"{name.replace('-', '_')}-{version}.tar.gz"
    for file in json.loads(get(index, "application/vnd.pypi.simple.v1+json"))["files"]:
        if file["filename"].lower() == file_name:
            source = get(urllib.parse.urljoin(index, file["url"]))
            if hashlib.sha256(source).hexdigest() != wanted:
                sys.exit(f"fetch.py: the source of {name} {version} has another hash than it should have")
            return source
    sys.exit(f"fetch.py: {name} {version} has no source")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    for name, (version, wanted, folders) in PACKAGES.items():
        target = Path(sys.argv[1]) / f"{name}-{version}"
        if target.is_dir():
            continue
        half = target.with_suffix(".part")
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir(parents=True)
        with tarfile.open(fileobj=io.BytesIO(source_of(name, version, wanted))) as archive:
            for member in archive:
                path = member.name.partition("/")[2]
                folder = next((folder for folder in folders if path.startswith(folder)), None)
                if folder and member.isfile() and path.lower().endswith(PICTURES):
                    file = half / path[len(folder):]
                    file.parent.mkdir(parents=True, exist_ok=True)
                    file.write_bytes(archive.extractfile(member).read())
        half.rename(target)


main()
