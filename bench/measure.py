"""Runs one command and says what it took; looks at a folder and says what is in it."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

KINDS_OF_FILES = ("html", "redirect", "feed", "sitemap", "other")
FEED_NAMES = {"rss.xml", "atom.xml", "index.xml", "feed.xml", "feed.json"}
# Linux counts ru_maxrss in KiB, macOS in bytes.
RSS_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass
class Run:
    """What one run of a command took."""

    wall: float
    cpu: float
    memory: int
    problem: str = ""


@dataclass
class Output:
    """What a build wrote."""

    files: int = 0
    size: int = 0
    kinds: Counter = field(default_factory=Counter)
    pages: set = field(default_factory=set)


# --- Running ---------------------------------------------------------------------------------------------------------


def run(command, log, timeout):
    """Runs a command to its end. CPU and memory are those of the process and of all children that it waited for.

    What it prints goes to the file `log`. A failure is told in `problem`.
    """
    with open(log, "wb") as sink:
        began = time.perf_counter()
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=sink, stderr=subprocess.STDOUT, start_new_session=True
        )
        late = threading.Event()
        alarm = threading.Timer(timeout, end_group, (process.pid, late))
        alarm.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            end_group(process.pid, late)
            raise
        finally:
            alarm.cancel()
        wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    problem = describe_failure(process.returncode, log, timeout if late.is_set() else None)
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * RSS_UNIT, problem)


def end_group(pid, late):
    late.set()
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def describe_failure(code, log, timeout):
    """Why a run does not count, with the end of what it printed; empty for a good run."""
    if timeout is not None:
        reason = f"no end after {timeout:g} s, stopped"
    elif code < 0:
        reason = f"ended by signal {-code}"
    elif code > 0:
        reason = f"exit status {code}"
    else:
        return ""
    lines = Path(log).read_text("utf-8", "replace").strip().splitlines()[-12:]
    return "\n".join([reason] + ["    " + line for line in lines])


def memory_floor():
    """The least memory that `run` can see: a new process begins as a copy of this one, and the kernel counts that."""
    return run([sys.executable, "-S", "-c", ""], os.devnull, 60).memory


# --- Looking at the output -------------------------------------------------------------------------------------------


def files_below(folder):
    """Paths and sizes of all files in a folder and its folders."""
    waiting = [str(folder)]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                else:
                    yield entry.path, entry.stat(follow_symlinks=False).st_size


def is_redirect(path, size):
    """Whether a page does nothing but send readers elsewhere."""
    if size > 4096:
        return False
    return b'http-equiv="refresh"' in Path(path).read_bytes().lower().replace(b"'", b'"')


def kind_of(path, size):
    name = os.path.basename(path)
    if name in FEED_NAMES:
        return "feed"
    if name.startswith("sitemap") and name.endswith((".xml", ".xml.gz")):
        return "sitemap"
    if not name.endswith(".html"):
        return "other"
    return "redirect" if is_redirect(path, size) else "html"


def look_at(folder):
    """Counts the files of an output folder by kind; a folder that is not there holds none."""
    output = Output()
    if not os.path.isdir(folder):
        return output
    for path, size in files_below(folder):
        kind = kind_of(path, size)
        output.files += 1
        output.size += size
        output.kinds[kind] += 1
        if kind == "html":
            output.pages.add(os.path.relpath(path, folder).replace(os.sep, "/"))
    return output


def states(folder):
    """State of each file, to see later which were written again."""
    found = {}
    for path, _ in files_below(folder):
        about = os.stat(path)
        found[path] = (about.st_ino, about.st_size, about.st_mtime_ns)
    return found


def touched(before, after):
    """How many files were written again, made or removed."""
    return sum(before.get(path) != after.get(path) for path in before.keys() | after.keys())
