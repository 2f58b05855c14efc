#!/usr/bin/env python3
"""Builds one synthetic blog with Byline and with other generators, and prints what each build took.

Three ways to call it:
  compare.py --articles 10000               clean builds by Byline and each peer that is found, in turn
  compare.py --articles 10000 --rebuild     Byline alone: builds after a change of nothing, an article, a template
  compare.py --growth 1000,10000,100000     Byline alone: clean builds of blogs of several sizes

Every build is one process. Before each clean build its output folder and its caches are deleted. Times in seconds,
memory in MB of 1,000,000 bytes; a ratio of 8 means that the tool took eight times as much as Byline.
Exit status: 0 all builds succeeded, 1 some did not, 2 wrong call.
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

import generate
import measure
import tools

MB = 1_000_000
NO_PAGE = "it ended well but wrote no page"
QUANTITIES = {"wall": "wall time", "cpu": "CPU time", "memory": "memory"}


# --- The corpus ------------------------------------------------------------------------------------------------------


def corpus(work, articles, seed, kinds):
    """The folder of a corpus, made when it is missing, not whole, or older than the generator."""
    folder = work / f"corpus-{articles}-seed{seed}"
    stamp = read_stamp(folder)
    current = stamp and stamp["sources"] == generate.sources_hash() and set(kinds) <= set(stamp["kinds"])
    if not current:
        say(f"Making {articles} articles for {', '.join(kinds)} ...")
        shutil.rmtree(folder, ignore_errors=True)
        make_corpus(folder, articles, seed, kinds)
        stamp = read_stamp(folder)
    return folder, stamp


def make_corpus(folder, articles, seed, kinds):
    """In a process of its own: the memory of this one would count as the least memory of every tool."""
    script = str(Path(generate.__file__).resolve())
    options = ["--seed", str(seed), "--kinds", ",".join(kinds)]
    made = subprocess.run([sys.executable, script, str(articles), str(folder), *options])
    if made.returncode != 0:
        raise SystemExit("compare.py: the corpus could not be made")


def read_stamp(folder):
    try:
        return json.loads((folder / generate.STAMP).read_text("utf-8"))
    except (OSError, ValueError):
        return None


# --- Building --------------------------------------------------------------------------------------------------------


class Builder:
    """Builds one corpus with one tool."""

    def __init__(self, tool, corpus_folder, work, timeout):
        self.tool = tool
        self.site = corpus_folder / tool.kind
        self.output = work / "out" / tool.name
        self.scratch = work / "scratch" / tool.name
        self.log = work / f"{tool.name}.log"
        self.timeout = timeout
        self.output.parent.mkdir(parents=True, exist_ok=True)
        self.scratch.mkdir(parents=True, exist_ok=True)

    def clear(self):
        for folder in [self.output, *self.tool.caches(self.site, self.scratch)]:
            shutil.rmtree(folder, ignore_errors=True)
        os.sync()

    def again(self, *options):
        """A build on top of what the last one left."""
        command = [*self.tool.command(self.site, self.output, self.scratch), *options]
        return measure.run(command, self.log, self.timeout)

    def clean(self):
        self.clear()
        return self.again()


def build_in_turn(builders, rounds):
    """One warm-up of each, then rounds A B C, A B C. Gives runs, outputs and problems by name of the tool."""
    runs = {name: [] for name in builders}
    outputs, problems = {}, {}
    for number in range(rounds + 1):
        for name, builder in builders.items():
            if name in problems:
                continue
            say(f"{name}: {'warm-up' if number == 0 else f'run {number} of {rounds}'}")
            run = builder.clean()
            if run.problem:
                problems[name] = run.problem
            elif number == 0:
                outputs[name] = measure.look_at(builder.output)
                if not outputs[name].pages:
                    problems[name] = NO_PAGE
            else:
                runs[name].append(run)
    return runs, outputs, problems


# --- Numbers ---------------------------------------------------------------------------------------------------------


def spread(runs, quantity):
    values = [getattr(run, quantity) for run in runs]
    return {"min": min(values), "median": statistics.median(values), "max": max(values)}


def ratio(runs, base, quantity):
    """Median of the ratios round by round, so that a busy spell of the machine weighs on both sides alike."""
    return statistics.median(getattr(run, quantity) / getattr(to, quantity) for run, to in zip(runs, base))


def ratios_to(base, runs):
    whole = {name: mine for name, mine in runs.items() if len(mine) == len(runs[base])}
    return {name: {what: ratio(mine, runs[base], what) for what in QUANTITIES} for name, mine in whole.items()}


# --- The report ------------------------------------------------------------------------------------------------------


def say(text):
    """Progress, for people."""
    print(text, file=sys.stderr, flush=True)


def table(head, rows):
    """Text in columns: names to the left, numbers to the right."""
    cells = [head] + [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[at]) for row in cells) for at in range(len(head))]
    lines = []
    for row in cells:
        texts = [
            cell.ljust(width) if at == 0 else cell.rjust(width) for at, (cell, width) in enumerate(zip(row, widths))
        ]
        lines.append("  ".join(texts).rstrip())
    return "\n".join(lines)


def seconds(value):
    return f"{value:.3f}" if value < 10 else f"{value:.1f}"


def machine():
    about = {"system": platform.system(), "processor": platform.machine(), "processors": os.cpu_count()}
    return about | {"load": os.getloadavg()[0], "python": platform.python_version()}


def print_setting(stamp, rounds, about, floor):
    print(f"{stamp['articles']} articles, {stamp['text_bytes'] / MB:.1f} MB of text, seed {stamp['seed']}")
    where = f"{about['system']} on {about['processor']}, {about['processors']} processors"
    print(f"{rounds} runs each after a warm-up; {where}")
    print(f"load average before: {about['load']:.1f}; memory below {floor / MB:.0f} MB cannot be told apart\n")


def print_times(found, runs, outputs):
    rows = []
    for name, tool in found.items():
        if not runs[name]:
            continue
        wall, cpu, memory = (spread(runs[name], what) for what in QUANTITIES)
        times = [seconds(wall[which]) for which in ("min", "median", "max")] + [seconds(cpu["median"])]
        output = outputs[name]
        rows.append(
            [name, tool.version, *times, f"{memory['median'] / MB:.0f}", output.files, f"{output.size / MB:.1f}"]
        )
    print(table(["tool", "version", "wall min", "median", "max", "user+sys", "memory MB", "files", "MB written"], rows))


def print_ratios(base, ratios):
    print(f"\nRatios to {base} (median of the ratios round by round)")
    rows = [[name, *(f"{values[what]:.2f}" for what in QUANTITIES)] for name, values in ratios.items()]
    print(table(["tool", *QUANTITIES.values()], rows))


def print_outputs(base, outputs):
    print("\nFiles written")
    rows = [[name, *(output.kinds[kind] for kind in measure.KINDS_OF_FILES)] for name, output in outputs.items()]
    print(table(["tool", *measure.KINDS_OF_FILES], rows))
    for name, output in outputs.items():
        if name != base:
            print_page_difference(base, outputs[base].pages, name, output.pages)


def print_page_difference(base, ours, name, theirs):
    if ours == theirs:
        print(f"{name} and {base} have the same {len(ours)} pages at the same addresses.")
    for who, only in ((base, ours - theirs), (name, theirs - ours)):
        if only:
            examples = ", ".join(sorted(only)[:3])
            print(f"{len(only)} pages only with {who} (compared with {name if who == base else base}): {examples}")


def print_problems(missing, problems):
    for name in missing:
        print(f"\nNot found: {name} ({tools.WHERE[name]})")
    for name, problem in problems.items():
        print(f"\nFAILED: {name}: {problem}")


def write_json(path, report):
    if path:
        path.write_text(json.dumps(report, indent=2) + "\n", "utf-8")


def as_json(found, runs, outputs):
    """Everything about each tool that was measured."""
    return {
        name: {
            "version": tool.version,
            "runs": [{what: getattr(run, what) for what in QUANTITIES} for run in runs[name]],
            "summary": {what: spread(runs[name], what) for what in QUANTITIES} if runs[name] else None,
            "output": (
                {"files": output.files, "bytes": output.size, "kinds": dict(output.kinds)}
                if (output := outputs.get(name))
                else None
            ),
        }
        for name, tool in found.items()
    }


# --- Three modes -----------------------------------------------------------------------------------------------------


def compare(args, work):
    """Clean builds by all tools that are found."""
    found, missing = find_all(args)
    folder, stamp = corpus(work, args.articles, args.seed, kinds_of(found))
    builders = {name: Builder(tool, folder, work, args.timeout) for name, tool in found.items()}
    about = machine()
    runs, outputs, problems = build_in_turn(builders, args.runs)
    floor = measure.memory_floor()
    report = {"mode": "compare", "corpus": stamp, "machine": about, "memory_floor": floor}
    report |= {"tools": as_json(found, runs, outputs), "not_found": missing, "problems": problems}
    print_setting(stamp, args.runs, about, floor)
    good = [name for name in found if name not in problems]
    if good:
        print_times(found, runs, outputs)
        report["base"] = good[0]
        report["ratios"] = ratios_to(good[0], runs)
        print_ratios(good[0], report["ratios"])
        print_outputs(good[0], {name: outputs[name] for name in good})
    print_problems(missing, problems)
    write_json(args.json, report)
    return 1 if problems else 0


def find_all(args):
    """The tools that are there, Byline first, and the names of the others."""
    found = {"byline": tools.find_byline(args.byline)} | {name: tools.find_peer(name) for name in args.peers}
    missing = [name for name, tool in found.items() if tool is None]
    found = {name: tool for name, tool in found.items() if tool}
    for name in missing:
        say(f"{name} was not found: {tools.WHERE[name]}")
    if not found:
        raise WrongCall("no generator was found, nothing to measure")
    return found, missing


def kinds_of(found):
    return list(dict.fromkeys(tool.kind for tool in found.values()))


def need_byline(args):
    tool = tools.find_byline(args.byline)
    if tool is None:
        raise WrongCall(f"Byline was not found: {tools.WHERE['byline']}")
    return tool


def growth(args, work):
    """Clean builds by Byline of several sizes; the time and memory of an article should not grow."""
    tool = need_byline(args)
    rows, report = [], {"mode": "growth", "machine": machine(), "version": tool.version, "sizes": []}
    for articles in args.growth:
        folder, stamp = corpus(work, articles, args.seed, ["byline"])
        builder = Builder(tool, folder, work, args.timeout)
        runs, outputs, problems = build_in_turn({"byline": builder}, args.runs)
        builder.clear()
        report["sizes"].append({"corpus": stamp, "problems": problems} | as_json({"byline": tool}, runs, outputs))
        if problems:
            print_problems([], problems)
            break
        rows.append(growth_row(articles, runs["byline"], rows))
    report["memory_floor"] = measure.memory_floor()
    print_growth(rows, args.runs, report["memory_floor"])
    write_json(args.json, report)
    return 0 if len(rows) == len(args.growth) else 1


def growth_row(articles, runs, rows):
    """Medians, and how each compares with the size before for one article."""
    wall, cpu, memory = (spread(runs, what)["median"] for what in QUANTITIES)
    row = {"articles": articles, "wall": wall, "cpu": cpu, "memory": memory, "factors": None}
    if rows:
        scale = articles / rows[-1]["articles"]
        row["factors"] = {what: row[what] / rows[-1][what] / scale for what in QUANTITIES}
    return row


def print_growth(rows, rounds, floor):
    print(f"Clean builds by Byline, medians of {rounds} runs after a warm-up")
    print("Growth: an article's share divided by its share at the size before; 1 is linear, 2 twice as much")
    print(f"Memory below {floor / MB:.0f} MB cannot be told apart\n")
    lines = []
    for row in rows:
        each = [row["wall"] / row["articles"] * 1000, row["cpu"] / row["articles"] * 1000]
        factors = [f"{row['factors'][what]:.2f}" if row["factors"] else "-" for what in QUANTITIES]
        sizes = [f"{row['memory'] / MB:.0f}", f"{row['memory'] / row['articles'] / 1000:.2f}"]
        lines.append([row["articles"], seconds(row["wall"]), *(f"{ms:.3f}" for ms in each), *sizes, *factors])
    head = ["articles", "wall", "wall ms each", "CPU ms each", "memory MB", "kB each"]
    print(table(head + ["wall growth", "CPU growth", "memory growth"], lines))


def rebuild(args, work):
    """Builds by Byline on top of the last one, after nothing and after one article changed."""
    tool = need_byline(args)
    folder, stamp = corpus(work, args.articles, args.seed, ["byline"])
    builder = Builder(tool, folder, work, args.timeout)
    article = sorted((folder / "byline/content/posts").glob("*-*.md"))[0]
    template = folder / "byline/themes/bench/templates/page.html"
    changes = {
        "nothing": (article, lambda text, _: text, []),
        "one body": (article, change_body, []),
        "one title": (article, change_title, []),
        "template of articles": (template, change_template, []),
        "nothing, no cache": (article, lambda text, _: text, ["--no-cache"]),
    }
    about = machine()
    say("byline: clean build")
    first = builder.clean()
    problem = first.problem or ("" if measure.look_at(builder.output).pages else NO_PAGE)
    problems = {"byline": problem} if problem else {}
    report = {"mode": "rebuild", "corpus": stamp, "machine": about, "changes": {}}
    originals = {file: file.read_bytes() for file in (article, template)}
    try:
        for what, (file, change, options) in changes.items() if not problems else ():
            original = originals[file].decode("utf-8")
            runs, written = rebuild_after(builder, file, original, change, options, args.runs)
            file.write_bytes(originals[file])
            if runs[-1].problem:
                problems[f"byline after a change of {what}"] = runs[-1].problem
                break
            report["changes"][what] = {"runs": [asdict(run) for run in runs], "written": written}
            report["changes"][what] |= {quantity: spread(runs, quantity) for quantity in QUANTITIES}
    finally:
        for file, original in originals.items():
            file.write_bytes(original)
    report["memory_floor"] = measure.memory_floor()
    print_setting(stamp, args.runs, about, report["memory_floor"])
    print_rebuild(report["changes"], first)
    print_problems([], problems)
    write_json(args.json, report | {"problems": problems})
    return 1 if problems else 0


def change_body(text, number):
    return f"{text}\nA sentence that was added in edit number {number}.\n"


def change_title(text, number):
    return text.replace('title: "', f'title: "Edit {number} ', 1)


def change_template(text, number):
    return text.replace("<h1>", f'<h1 class="edit-{number}">', 1)


def rebuild_after(builder, file, original, change, options, rounds):
    """Runs after a change, the first of which is a warm-up, and how many files the last one wrote again."""
    runs = []
    for number in range(rounds + 1):
        changed = change(original, number)
        if changed != file.read_text("utf-8"):
            file.write_bytes(changed.encode("utf-8"))
        before = measure.states(builder.output)
        runs.append(builder.again(*options))
        if runs[-1].problem:
            return runs, 0
    return runs[1:], measure.touched(before, measure.states(builder.output))


def print_rebuild(changes, first):
    rows = [["(clean build)", *[seconds(first.wall)] * 3, seconds(first.cpu), f"{first.memory / MB:.0f}", "all"]]
    for what, found in changes.items():
        times = [seconds(found["wall"][which]) for which in ("min", "median", "max")] + [
            seconds(found["cpu"]["median"])
        ]
        rows.append([what, *times, f"{found['memory']['median'] / MB:.0f}", found["written"]])
    print(table(["changed", "wall min", "median", "max", "user+sys", "memory MB", "files touched"], rows))


# --- The command -----------------------------------------------------------------------------------------------------


class WrongCall(Exception):
    """Something that the caller must mend."""


def peer_list(text):
    names = [name for name in text.split(",") if name]
    for name in names:
        if name not in tools.PEERS:
            raise argparse.ArgumentTypeError(f"`{name}` is none of {', '.join(tools.PEERS)}")
    return list(dict.fromkeys(names))


def size_list(text):
    number = generate.whole_number(1)
    return sorted({number(size) for size in text.split(",")})


def arguments(argv):
    summary, _, rest = __doc__.partition("\n\n")
    parser = argparse.ArgumentParser(
        description=summary, epilog=rest, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    whole = generate.whole_number
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--articles", type=whole(1), metavar="N", help="size of the blog")
    what.add_argument("--growth", type=size_list, metavar="N,N,...", help="Byline alone, several sizes")
    parser.add_argument("--rebuild", action="store_true", help="with --articles: Byline alone, builds after a change")
    parser.add_argument("--runs", type=whole(1), default=5, metavar="N", help="runs that count (default: 5)")
    parser.add_argument("--byline", metavar="PATH", help="Byline's program (default: on PATH, else target/release)")
    parser.add_argument(
        "--peers",
        type=peer_list,
        default=["hugo", "zola"],
        metavar="NAMES",
        help="other generators: hugo, hugo-norelated, zola; empty for none (default: hugo,zola)",
    )
    parser.add_argument(
        "--work", type=Path, metavar="DIR", help="keep corpora here (default: a folder deleted at the end)"
    )
    parser.add_argument("--seed", type=whole(0), default=7, metavar="N", help="seed of the blog (default: 7)")
    parser.add_argument(
        "--timeout",
        type=whole(1),
        default=900,
        metavar="S",
        help="seconds after which a build is stopped (default: 900)",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures here too")
    args = parser.parse_args(argv)
    if args.rebuild and not args.articles:
        parser.error("--rebuild needs --articles")
    if args.byline and tools.find_byline(args.byline) is None:
        parser.error(f"--byline: `{args.byline} --version` does not work")
    return parser, args


def measure_in(args, work):
    mode = growth if args.growth else rebuild if args.rebuild else compare
    return mode(args, work)


def main(argv=None):
    parser, args = arguments(argv)
    try:
        if args.work:
            args.work.mkdir(parents=True, exist_ok=True)
            return measure_in(args, args.work.resolve())
        with tempfile.TemporaryDirectory(prefix="byline-bench-") as work:
            return measure_in(args, Path(work))
    except WrongCall as error:
        parser.error(str(error))
    except OSError as error:
        print(f"compare.py: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("compare.py: stopped", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
