#!/usr/bin/env python3
"""Measures what pictures cost: 200 photographs of 12 megapixels, four widths, WebP.

  pictures.py make PHOTOS [--count 200]      makes the photographs (needs vips and pip)
  pictures.py time PHOTOS SCRATCH [--byline PATH] [--quality 78]
  pictures.py preview PHOTOS SCRATCH [--byline PATH]

`make` takes the photographs of two Python packages (scikit-learn, scikit-image), enlarges parts of them to 4000x3000
pixels and adds grain, so that a file has the 3 to 6 MB that a camera writes. `time` builds the same 20 articles with ten
pictures each by Byline and by Hugo (`Resize` to the same widths and quality), and lets `vipsthumbnail` make the same
copies, one process for a picture and a width, two at a time. Then Byline again: nothing changed; everything kept but
`public/` gone; and without pictures. What each wrote is counted. `preview` asks the preview for a page with 20 photographs that are
new to it.

Exit status: 0 measured, 1 something failed, 2 wrong call.
"""

import argparse
import concurrent.futures
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import measure
import serve
import tools

WIDTHS = (480, 800, 1200, 1800)
PACKAGES = {
    "scikit-learn": ("sklearn/datasets/images/china.jpg", "sklearn/datasets/images/flower.jpg"),
    "scikit-image": ("skimage/data/astronaut.png", "skimage/data/chelsea.png", "skimage/data/coffee.png"),
}
ARTICLES = 20


def originals(folder):
    """The photographs of the packages, as files."""
    found = []
    for package, names in PACKAGES.items():
        subprocess.run(
            [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", "--dest", folder, package],
            check=True,
        )
        wheel = next(Path(folder).glob(package.replace("-", "_") + "*.whl"))
        with zipfile.ZipFile(wheel) as archive:
            for name in names:
                if name in archive.namelist():
                    target = Path(folder) / Path(name).name
                    target.write_bytes(archive.read(name))
                    found.append(target)
    return found


def photograph(job):
    """One photograph: a part of an original, enlarged, with grain."""
    number, original, target = job
    with tempfile.TemporaryDirectory() as scratch:
        at = lambda name: str(Path(scratch) / name)
        header = lambda name, field: int(subprocess.check_output(["vipsheader", "-f", field, name]))
        width, height = header(original, "width"), header(original, "height")
        side = min(width // 4, height // 3) * (70 + number * 7 % 30) // 100
        left = (width - 4 * side) * (number * 13 % 100) // 100
        top = (height - 3 * side) * (number * 29 % 100) // 100
        vips = lambda *arguments: subprocess.run(["vips", *map(str, arguments)], check=True)
        vips("extract_area", original, at("part.v"), left, top, 4 * side, 3 * side)
        vips("resize", at("part.v"), at("large.v"), 4000 / (4 * side), "--kernel", "cubic")
        vips("gaussnoise", at("noise.v"), 4000, 3000, "--sigma", 9, "--mean", 0, "--seed", number)
        vips("extract_area", at("large.v"), at("cut.v"), 0, 0, min(4000, header(at("large.v"), "width")), min(3000, header(at("large.v"), "height")))
        vips("add", at("cut.v"), at("noise.v"), at("grain.v"))
        vips("cast", at("grain.v"), at("bytes.v"), "uchar")
        vips("jpegsave", at("bytes.v"), target, "--Q", 88)


def make(folder, count):
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        sources = originals(scratch)
        jobs = [(n, str(sources[n % len(sources)]), str(folder / f"photo-{n:03}.jpg")) for n in range(count)]
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            list(pool.map(photograph, jobs))
    size = sum(file.stat().st_size for file in folder.iterdir())
    print(f"{count} photographs, {size / count / 1e6:.1f} MB each")


def articles(photos):
    """Photographs by article."""
    files = sorted(photos.glob("*.jpg"))
    each = -(-len(files) // ARTICLES)
    return [files[at : at + each] for at in range(0, len(files), each)]


def write_site(folder, photos, front, config, with_pictures=True):
    for number, files in enumerate(articles(photos)):
        bundle = folder / "content" / "posts" / f"article-{number:02}"
        bundle.mkdir(parents=True)
        text = [front.format(number=number)]
        for file in files if with_pictures else []:
            os.link(file, bundle / file.name)
            text.append(f'![A view]({file.name} "A caption of {file.name}")\n')
        (bundle / "index.md").write_text("\n".join(text) + "\nA paragraph.\n")
    for name, content in config.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)


def byline_site(folder, photos, quality, with_pictures=True):
    front = "---\ntitle: Article {number}\ndate: 2026-01-02\ndescription: One of many\n---\n"
    widths = ", ".join(map(str, WIDTHS))
    images = f"images: {{widths: [{widths}], formats: [webp], quality: {{webp: {quality}}}, cards: false}}\n"
    config = {"byline.yaml": f"title: Pictures\nbase_url: https://example.org/\n{images}"}
    write_site(folder, photos, front, config, with_pictures)


def hugo_site(folder, photos, quality):
    front = "---\ntitle: Article {number}\ndate: 2026-01-02\n---\n"
    copies = "\n".join(
        f'{{{{ $c := $p.Resize "{width}x webp q{quality}" }}}}{{{{ $s = $s | append (printf "%s {width}w" $c.RelPermalink) }}}}'
        for width in WIDTHS
    )
    image = (
        "{{ $p := .Page.Resources.GetMatch .Destination }}{{ $s := slice }}\n" + copies +
        '\n<img src="{{ $p.RelPermalink }}" srcset="{{ delimit $s ", " }}" alt="{{ .Text }}" width="{{ $p.Width }}" height="{{ $p.Height }}">\n'
    )
    config = {
        "hugo.yaml": "baseURL: https://example.org/\ntitle: Pictures\n",
        "layouts/_default/single.html": "<!doctype html><title>{{ .Title }}</title>{{ .Content }}",
        "layouts/_default/list.html": "<!doctype html><title>{{ .Title }}</title>",
        "layouts/_default/_markup/render-image.html": image,
    }
    write_site(folder, photos, front, config)


def vips_script(folder, photos, quality):
    """A script that makes all copies, two processes at a time."""
    folder.mkdir(parents=True)
    # One process for a photograph and a width: so vipsthumbnail can let the decoder shrink.
    one = "; ".join(f'vipsthumbnail "$1" --size {width}x -o "{folder}/%s-{width}.webp[Q={quality},strip]"' for width in WIDTHS)
    script = folder / "run.sh"
    script.write_text(f"ls {photos}/*.jpg | VIPS_CONCURRENCY=1 xargs -P 2 -I@ sh -c '{one}' sh @\n")
    return ["sh", str(script)]


def webp_bytes(folder):
    return sum(file.stat().st_size for file in folder.rglob("*.webp"))


def say(name, run, size=None):
    if run.problem:
        print(f"{name:28} FAILED: {run.problem}")
        sys.exit(1)
    more = f"  {size / 1e6:7.1f} MB of WebP" if size else ""
    print(f"{name:28} {run.wall:8.2f} s  {run.cpu:8.2f} s CPU  {run.memory / 1e6:6.0f} MB{more}", flush=True)


def time_all(photos, scratch, byline, quality):
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    log = scratch / "log"
    ours, bare, theirs = scratch / "byline", scratch / "bare", scratch / "hugo"
    byline_site(ours, photos, quality)
    byline_site(bare, photos, quality, with_pictures=False)
    hugo_site(theirs, photos, quality)
    build = lambda site: measure.run(byline.command(site, site / "public", scratch), log, 3600)
    # Nobody's figure is what the disk still has to do for the preparations, and no file is so new that it is read twice.
    os.sync()
    time.sleep(3)
    clean = build(ours)
    say("byline, clean", clean, webp_bytes(ours / "public"))
    say("byline, nothing changed", build(ours))
    shutil.rmtree(ours / "public")
    say("byline, copies kept", build(ours))
    build(bare)
    say("byline, no pictures, again", build(bare))
    os.sync()
    vips = measure.run(vips_script(scratch / "vips", photos, quality), log, 3600)
    say("vipsthumbnail", vips, webp_bytes(scratch / "vips"))
    hugo = tools.find_hugo("hugo")
    os.sync()
    if hugo:
        run = measure.run(hugo.command(theirs, theirs / "public", scratch), log, 3600)
        say(f"hugo {hugo.version}", run, webp_bytes(theirs / "public"))
        print(f"byline / hugo {clean.wall / run.wall:.2f}")
    print(f"byline / vips {clean.wall / vips.wall:.2f}")


def preview(photos, scratch, byline, quality):
    """How long the preview needs for a page with 20 photographs that it has never seen, and for its copies."""
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    site = scratch / "site"
    byline_site(site, photos, quality, with_pictures=False)
    shutil.rmtree(site / "content")
    whole = site / "content" / "posts" / "whole"
    whole.mkdir(parents=True)
    names = [photo.name for photo in sorted(photos.glob("*.jpg"))[:20]]
    for name in names:
        os.link(photos / name, whole / name)
    pictures = "".join(f'![A view]({name} "A caption")\n\n' for name in names)
    (whole / "index.md").write_text(f"---\ntitle: All\ndate: 2026-01-02\n---\n{pictures}")
    os.sync()
    time.sleep(3)
    address = "http://127.0.0.1:4747/posts/whole/"
    began = time.perf_counter()
    server = subprocess.Popen([byline.binary, "serve", "--port", "4747"], cwd=site, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        serve.wait_until(server, lambda: serve.ask(address)[0] == 200, "the page", 60)
        print(f"started, page with 20 photographs answered after {time.perf_counter() - began:.3f} s", flush=True)
        began = time.perf_counter()
        _, html = serve.ask(address)
        print(f"the same page again  {time.perf_counter() - began:.3f} s")
        copies = sorted(set(re.findall(rb"/processed_images/[^ \"]+", html)))
        began = time.perf_counter()
        status, body = serve.ask(f"http://127.0.0.1:4747{copies[0].decode()}")
        print(f"one copy asked for   {time.perf_counter() - began:.3f} s ({status}, {len(body)} bytes: the original until the copy is there)")
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(30)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    actions = parser.add_subparsers(dest="action", required=True)
    making = actions.add_parser("make")
    making.add_argument("photos", type=Path)
    making.add_argument("--count", type=int, default=200)
    timing = actions.add_parser("time")
    timing.add_argument("photos", type=Path)
    timing.add_argument("scratch", type=Path)
    timing.add_argument("--byline")
    timing.add_argument("--quality", type=int, default=78)
    showing = actions.add_parser("preview")
    showing.add_argument("photos", type=Path)
    showing.add_argument("scratch", type=Path)
    showing.add_argument("--byline")
    showing.add_argument("--quality", type=int, default=78)
    call = parser.parse_args()
    if call.action == "make":
        make(call.photos, call.count)
        return
    byline = tools.find_byline(call.byline)
    if byline is None:
        print(tools.WHERE["byline"], file=sys.stderr)
        sys.exit(2)
    action = {"time": time_all, "preview": preview}[call.action]
    action(call.photos.resolve(), call.scratch.resolve(), byline, call.quality)


if __name__ == "__main__":
    main()
