#!/usr/bin/env python3
"""Measures how long a preview server needs until the browser could have the text of an edit.

Starts the command in the folder of the site, waits for the first answer, then adds a sentence to one article a few
times and asks for its page until the sentence is there. The article is as it was at the end.

  serve.py SITE ARTICLE ADDRESS [--edits N] -- COMMAND ...
  serve.py corpus/byline content/posts/x.md http://127.0.0.1:4000/posts/x/ -- byline serve --port 4000
  serve.py corpus/hugo   content/posts/x.md http://127.0.0.1:1313/posts/x/ -- hugo server --port 1313
  serve.py corpus/zola   content/posts/x.md http://127.0.0.1:1111/posts/x/ -- zola serve --port 1111

With `--many N` it then adds a sentence to N articles of the same folder at once, as a switch of branches does, and
waits until every one of a sample of them has it.

With `--random N` it then edits N random articles of that folder one after the other, each as soon as the last one is
answered right, and says how much memory the server holds at the start, in the middle and at the end (Linux).

Exit status: 0 measured, 1 the server ended or did not answer in time, 2 wrong call.
"""

import argparse
import http.client
import os
import random
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import generate

PAUSE = 0.002


class NoAnswer(Exception):
    """The server does not do what is expected of it."""


def ask(address):
    """Status and text of a page; status 0 when nobody answers."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname, parts.port or 80, timeout=60)
    try:
        connection.request("GET", parts.path or "/")
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        connection.close()


def wait_until(server, condition, what, timeout):
    """Seconds until the condition holds."""
    began = time.perf_counter()
    while not condition():
        if server.poll() is not None:
            raise NoAnswer(f"the server ended with status {server.returncode} before {what}")
        if time.perf_counter() - began > timeout:
            raise NoAnswer(f"no sign of {what} after {timeout:g} s")
        time.sleep(PAUSE)
    return time.perf_counter() - began


def edit(server, article, original, address, number, timeout):
    """Seconds from saving an edit to an answer that has it."""
    mark = f"Sentence number {number} of process {os.getpid()}"
    changed = original + f"\n{mark}.\n".encode()
    article.write_bytes(changed)
    return wait_until(server, lambda: mark.encode() in ask(address)[1], "the edit", timeout)


def measure_edits(server, article, address, edits, timeout):
    first = wait_until(server, lambda: ask(address)[0] == 200, "a first answer", timeout)
    print(f"first answer after {first:.2f} s", flush=True)
    original = article.read_bytes()
    times = []
    try:
        for number in range(edits + 1):
            time.sleep(1.5)
            times.append(edit(server, article, original, address, number, timeout) * 1000)
    finally:
        article.write_bytes(original)
    return times[1:]


def measure_many(server, article, address, many, timeout):
    """Seconds from the last of many writes to answers that have them, and how long the writes took."""
    names = sorted(path for path in article.parent.glob("*.md") if not path.name.startswith("_"))[:many]
    originals = {path: path.read_bytes() for path in names}
    mark = f"Sentence of many of process {os.getpid()}"
    pages = [address.replace(article.stem, path.stem) for path in names[:: max(1, len(names) // 50)] + names[-1:]]
    time.sleep(1.5)
    try:
        began = time.perf_counter()
        for path, text in originals.items():
            path.write_bytes(text + f"\n{mark}.\n".encode())
        wrote = time.perf_counter() - began
        took = wait_until(server, lambda: all(mark.encode() in ask(page)[1] for page in pages), "all edits", timeout)
    finally:
        for path, text in originals.items():
            path.write_bytes(text)
    print(f"{len(names)} articles: written in {wrote:.2f} s, answered right {took:.2f} s after the last")


def memory(server):
    """Resident memory of the server in MB; nothing where the system does not tell."""
    try:
        lines = Path(f"/proc/{server.pid}/status").read_text().splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) // 1000 for line in lines if line.startswith("VmRSS")), None)


def measure_random(server, article, address, edits, timeout):
    """Memory before, in the middle of and after edits of random articles."""
    names = sorted(path for path in article.parent.glob("*.md") if not path.name.startswith("_"))
    chosen = random.Random(1).choices(names, k=edits)
    originals = {path: path.read_bytes() for path in chosen}
    seen = [memory(server)]
    try:
        for number, path in enumerate(chosen, 1):
            mark = f"Random sentence number {number} of process {os.getpid()}"
            path.write_bytes(path.read_bytes() + f"\n{mark}.\n".encode())
            page = address.replace(article.stem, path.stem)
            wait_until(server, lambda: mark.encode() in ask(page)[1], "the edit", timeout)
            if number in (edits // 2, edits):
                seen.append(memory(server))
    finally:
        for path, text in originals.items():
            path.write_bytes(text)
    print(f"{edits} random edits: memory {seen[0]} MB at the start, {seen[1]} in the middle, {seen[-1]} at the end")


def end(server):
    """Ends the server, kindly first."""
    for kind in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(server.pid, kind)
            server.wait(10)
            return
        except subprocess.TimeoutExpired:
            continue
        except ProcessLookupError:
            return


def arguments(argv):
    summary, _, rest = __doc__.partition("\n\n")
    parser = argparse.ArgumentParser(
        usage="serve.py [--edits N] [--timeout S] SITE ARTICLE ADDRESS -- COMMAND ...",
        description=summary,
        epilog=rest,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("site", metavar="SITE", type=Path, help="folder of the site, in which the command runs")
    parser.add_argument("article", metavar="ARTICLE", help="file of an article, from the folder of the site")
    parser.add_argument("address", metavar="ADDRESS", help="address of its page on the server")
    parser.add_argument("--edits", type=generate.whole_number(1), default=9, metavar="N", help="edits (default: 9)")
    parser.add_argument(
        "--many", type=generate.whole_number(1), metavar="N", help="also change so many articles at once"
    )
    parser.add_argument(
        "--random", type=generate.whole_number(2), metavar="N", help="also edit so many random articles"
    )
    parser.add_argument(
        "--timeout", type=generate.whole_number(1), default=300, metavar="S", help="seconds to wait (default: 300)"
    )
    cut = argv.index("--") if "--" in argv else len(argv)
    args, command = parser.parse_args(argv[:cut]), argv[cut + 1 :]
    if not command:
        parser.error("the server's command is missing after `--`")
    if not (args.site / args.article).is_file():
        parser.error(f"{args.site / args.article} is no file")
    if ask(args.address)[0]:
        parser.error(f"somebody else already answers at {args.address}")
    return args, command


def main(argv=None):
    args, command = arguments(sys.argv[1:] if argv is None else argv)
    try:
        server = subprocess.Popen(
            command, cwd=args.site, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
    except OSError as error:
        print(f"serve.py: {command[0]}: {error.strerror}", file=sys.stderr)
        return 1
    try:
        article = args.site / args.article
        times = measure_edits(server, article, args.address, args.edits, args.timeout)
        print(f"edit to answer: min {min(times):.0f}, median {statistics.median(times):.0f}, max {max(times):.0f} ms")
        if args.many:
            measure_many(server, article, args.address, args.many, args.timeout)
        if args.random:
            measure_random(server, article, args.address, args.random, args.timeout)
    except NoAnswer as error:
        print(f"serve.py: {error}", file=sys.stderr)
        return 1
    finally:
        end(server)
    return 0


if __name__ == "__main__":
    sys.exit(main())
