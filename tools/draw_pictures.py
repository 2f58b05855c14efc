#!/usr/bin/env python3
"""Draws every picture of the sample publication.

Needs Python 3.10 or later and:

    pip install matplotlib numpy pillow font-source-sans-pro

The coastlines are Natural Earth's (public domain), as packed in the npm package `world-atlas` 2.0.2; the
script asks npm for it (`npm pack world-atlas@2.0.2`) and keeps nothing of it in the repository. Without npm, hand it the
package: `--atlas world-atlas-2.0.2.tgz`.

    python3 tools/draw_pictures.py                    all pictures, into content/
    python3 tools/draw_pictures.py --only ever-given  those whose path holds the word
    python3 tools/draw_pictures.py --out /tmp/x       into another folder

The same versions of the libraries give the same bytes at each run: seeds are fixed, no date goes into a file.
"""
from __future__ import annotations

import argparse
import importlib.util
import io
import json
import math
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from matplotlib import font_manager
from matplotlib.patches import Circle, FancyArrowPatch, PathPatch, Polygon, Rectangle
from matplotlib.path import Path as Shape
from PIL import Image, ImageDraw, ImageFilter

import routes
from routes import POINTS, ROUTES, days, great_circle_km, length_nm

ROOT = Path(__file__).resolve().parent.parent
PAPER, INK, SEA, SIGNAL = "#fbf9f4", "#1d2733", "#12507b", "#c8502a"
GREY, PALE, LAND, WATER = "#7b8590", "#d9dbd8", "#dedacd", "#edf1f1"
LIGHT_SEA = "#8fb0c6"
PICTURES: dict[str, callable] = {}
ATLAS: Path | None = None


# ---------------------------------------------------------------------------------------------- ground

def picture(path):
    """Registers a drawing under its path below content/."""
    def keep(draw):
        PICTURES[path] = draw
        return draw
    return keep


def use_font():
    spec = importlib.util.find_spec("font_source_sans_pro")
    if spec is None:
        sys.exit("draw_pictures.py: pip install font-source-sans-pro")
    files = Path(spec.origin).parent / "files"
    for cut in ("Regular", "Semibold", "Bold", "It"):
        font_manager.fontManager.addfont(str(files / f"SourceSansPro-{cut}.ttf"))
    plt.rcParams.update({
        "font.family": "Source Sans Pro", "font.size": 12, "text.color": INK, "axes.edgecolor": GREY,
        "axes.labelcolor": INK, "xtick.color": INK, "ytick.color": INK, "axes.linewidth": 0.8,
        "figure.facecolor": PAPER, "axes.facecolor": PAPER, "savefig.facecolor": PAPER, "figure.dpi": 200,
        "axes.spines.top": False, "axes.spines.right": False, "svg.hashsalt": "byline",
    })


def canvas(title, unit="", source="", height=4.5, box=None, width=8.0):
    """A figure 1,600 pixels wide with a heading, a unit line, a source line and one set of axes."""
    fig = plt.figure(figsize=(width, height))
    inch = 1 / height
    fig.text(0.03, 1 - 0.19 * inch, title, size=16, weight="bold", va="top")
    if unit:
        fig.text(0.03, 1 - 0.53 * inch, unit, size=12, color="#4c5763", va="top")
    if source:
        fig.text(0.03, 0.12 * inch, source, size=9.5, color=GREY, va="bottom")
    left, bottom, right, top = box or (0.06, 0.75 * inch, 0.96, 1 - 1.0 * inch)
    return fig, fig.add_axes((left, bottom, right - left, top - bottom))


def save_png(fig, target, colors=96):
    raw = io.BytesIO()
    fig.savefig(raw, format="png", dpi=200, metadata={"Software": None})
    plt.close(fig)
    raw.seek(0)
    image = Image.open(raw).convert("RGB")
    image = image.quantize(colors=colors, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    image.save(target, "PNG", optimize=True)


def save_jpeg(image, target, quality=82, xmp=None):
    extra = {"xmp": xmp.encode()} if xmp else {}
    image.save(target, "JPEG", quality=quality, optimize=True, progressive=True, subsampling=2, **extra)


def signed(credit, notice, web_statement):
    """XMP that carries its own credit, as a photographer's program writes it."""
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        f' xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/" photoshop:Credit="{credit}" xmpRights:WebStatement="{web_statement}">'
        f'<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">{notice}</rdf:li></rdf:Alt></dc:rights>'
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
    )


def bare(axes, *keep):
    for side in ("left", "bottom", "right", "top"):
        axes.spines[side].set_visible(side in keep)
    axes.tick_params(length=0)


def bars(axes, rows, color=SEA, fmt="{:,.0f}", height=0.56, limit=None, colors=None, label_size=12):
    """Horizontal bars with the label at the left and the value at the tip."""
    top = limit or max(v for _, v in rows) * 1.12
    for i, (label, value) in enumerate(rows):
        tint = colors[i] if colors else color
        axes.barh(-i, value, height=height, color=tint)
        axes.text(value + top * 0.012, -i, fmt.format(value), va="center", size=12, weight="semibold", color=tint if tint != PALE else INK)
        axes.text(-top * 0.015, -i, label, va="center", ha="right", size=label_size, linespacing=1.05)
    axes.set_xlim(0, top)
    axes.set_ylim(-len(rows) + 0.45, 0.55)
    bare(axes, "left")
    axes.set_xticks([])
    axes.set_yticks([])


# ------------------------------------------------------------------------------------------------- maps

_land: dict[str, list] = {}


def atlas_file(name):
    global ATLAS
    if ATLAS is None:
        folder = Path(tempfile.mkdtemp(prefix="atlas-"))
        subprocess.run(["npm", "pack", "--silent", "world-atlas@2.0.2"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        ATLAS = folder / "world-atlas-2.0.2.tgz"
    with tarfile.open(ATLAS) as tar:
        return json.load(tar.extractfile(f"package/{name}.json"))


def land(scale):
    """Polygons of land as lists of rings of (longitude, latitude); scale is 110m, 50m or 10m."""
    if scale not in _land:
        topo = atlas_file(f"land-{scale}")
        step, origin = np.array(topo["transform"]["scale"]), np.array(topo["transform"]["translate"])
        arcs = [np.cumsum(np.array(arc), axis=0) * step + origin for arc in topo["arcs"]]

        def ring(parts):
            lines = [arcs[i] if i >= 0 else arcs[~i][::-1] for i in parts]
            return np.concatenate([lines[0]] + [line[1:] for line in lines[1:]])

        shapes = []
        for geometry in topo["objects"]["land"]["geometries"]:
            many = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
            shapes += [[ring(parts) for parts in one] for one in many]
        _land[scale] = [part for rings in shapes for part in unbroken(rings)]
    return _land[scale]


def unbroken(rings):
    """A polygon that crosses the date line becomes two, one on each side of the map."""
    if np.abs(np.diff(rings[0][:, 0])).max() < 180:
        return [rings]
    whole = []
    for ring in rings:
        lon = np.degrees(np.unwrap(np.radians(ring[:, 0])))
        whole.append(np.column_stack([lon, ring[:, 1]]))
    return [[ring + [shift, 0] for ring in whole] for shift in (-360, 0, 360)]


def cut(ring, axis, limit, keep_above):
    """One step of Sutherland and Hodgman: keeps the side of a line across one axis."""
    if len(ring) == 0:
        return ring
    before = np.roll(ring, 1, axis=0)
    sign = 1 if keep_above else -1
    inside, was = sign * (ring[:, axis] - limit) >= 0, sign * (before[:, axis] - limit) >= 0
    span = ring[:, axis] - before[:, axis]
    with np.errstate(divide="ignore", invalid="ignore"):
        part = np.where(span != 0, (limit - before[:, axis]) / span, 0)
        cross = before + (ring - before) * part[:, None]
    both = np.stack([cross, ring], axis=1).reshape(-1, 2)
    return both[np.stack([inside != was, inside], axis=1).reshape(-1)]


def clipped(scale, west, south, east, north):
    for rings in land(scale):
        outer = rings[0]
        low, high = outer.min(axis=0), outer.max(axis=0)
        if low[0] > east or high[0] < west or low[1] > north or high[1] < south:
            continue
        done = []
        for ring in rings:
            for axis, limit, above in ((0, west, True), (0, east, False), (1, south, True), (1, north, False)):
                ring = cut(ring, axis, limit, above)
            if len(ring) > 2:
                done.append(ring)
        if done:
            yield done


def add_land(axes, polygons, project=lambda q: q, face=LAND, edge="#a9a594", width=0.6):
    for rings in polygons:
        points, codes = [], []
        for ring in rings:
            q = project(ring)
            points.append(np.vstack([q, q[:1]]))
            codes += [Shape.MOVETO] + [Shape.LINETO] * (len(q) - 1) + [Shape.CLOSEPOLY]
        axes.add_patch(PathPatch(Shape(np.concatenate(points), codes), fc=face, ec=edge, lw=width, zorder=1))


def region(title, unit, source, view, width=8.0, scale="10m"):
    """A map of a region: (west, south, east, north). Its height follows from the view."""
    west, south, east, north = view
    shrink = math.cos(math.radians((south + north) / 2))
    height = width * (north - south) / ((east - west) * shrink)
    extra = 0.92 + 0.42
    fig = plt.figure(figsize=(width, height + extra))
    inch = 1 / (height + extra)
    fig.text(0.03, 1 - 0.19 * inch, title, size=16, weight="bold", va="top")
    fig.text(0.03, 1 - 0.53 * inch, unit, size=12, color="#4c5763", va="top")
    fig.text(0.03, 0.12 * inch, source, size=9.5, color=GREY, va="bottom")
    axes = fig.add_axes((0, 0.42 * inch, 1, height * inch))
    axes.set_facecolor(WATER)
    pad = (east - west) * 0.03
    add_land(axes, clipped(scale, west - pad, south - pad, east + pad, north + pad))
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    axes.set_aspect("auto")
    axes.set_xticks([])
    axes.set_yticks([])
    for side in axes.spines.values():
        side.set_visible(False)
    return fig, axes


def place(axes, lon, lat, name, dx=6, dy=0, ha="left", va="center", dot=True, size=12, color=INK, weight="normal", style="normal"):
    if dot:
        axes.plot([lon], [lat], "o", ms=4.5, color=color, zorder=6)
    axes.annotate(name, (lon, lat), (dx, dy), textcoords="offset points", ha=ha, va=va, size=size, color=color, weight=weight,
                  style=style, zorder=7, linespacing=1.05)


def water_name(axes, lon, lat, name, size=12, rotation=0):
    axes.text(lon, lat, name, size=size, color="#4f7f9f", style="italic", ha="center", va="center", rotation=rotation, zorder=5,
              linespacing=1.1)


def land_name(axes, lon, lat, name, size=12):
    axes.text(lon, lat, name.upper(), size=size, color="#8d8876", ha="center", va="center", zorder=5, linespacing=1.1)


def scale_bar(axes, lon, lat, km):
    degrees = km / (111.19 * math.cos(math.radians(lat)))
    axes.plot([lon, lon + degrees], [lat, lat], color=INK, lw=1.6, solid_capstyle="butt", zorder=6)
    axes.annotate(f"{km:,} km", (lon + degrees / 2, lat), (0, 4), textcoords="offset points", ha="center", va="bottom", size=10, zorder=6)


def equal_earth(q):
    """The Equal Earth projection (Šavrič, Patterson and Jenny, 2018), in units of the earth's radius."""
    lon, lat = np.radians(q[:, 0]), np.radians(q[:, 1])
    a1, a2, a3, a4 = 1.340264, -0.081106, 0.000893, 0.003796
    t = np.arcsin(math.sqrt(3) / 2 * np.sin(lat))
    x = 2 * math.sqrt(3) * lon * np.cos(t) / (3 * (9 * a4 * t ** 8 + 7 * a3 * t ** 6 + 3 * a2 * t ** 2 + a1))
    return np.column_stack([x, a4 * t ** 9 + a3 * t ** 7 + a2 * t ** 3 + a1 * t])


def arc(a, b, count=60):
    """Points (longitude, latitude) along the great circle from a to b, both (latitude, longitude)."""
    def vector(p):
        la, lo = map(math.radians, p)
        return np.array([math.cos(la) * math.cos(lo), math.cos(la) * math.sin(lo), math.sin(la)])

    u, v = vector(a), vector(b)
    angle = math.acos(max(-1, min(1, float(u @ v))))
    t = np.linspace(0, 1, count)[:, None]
    w = (np.sin((1 - t) * angle) * u + np.sin(t * angle) * v) / math.sin(angle)
    return np.column_stack([np.degrees(np.arctan2(w[:, 1], w[:, 0])), np.degrees(np.arcsin(np.clip(w[:, 2], -1, 1)))])


def route_line(key):
    way = [POINTS[name] for name in ROUTES[key][3]]
    return np.concatenate([arc(a, b, 24) for a, b in zip(way, way[1:])])


def world(title, unit, source, view=(-180, -58, 180, 78), height=4.6, scale="110m"):
    """A world map, or a part of it, in Equal Earth."""
    fig, axes = canvas(title, unit, source, height, box=(0, 0.42 / height, 1, 1 - 0.92 / height))
    axes.set_facecolor(WATER)
    west, south, east, north = view
    add_land(axes, clipped(scale, -180, -60, 180, 84), equal_earth, width=0.4)
    corner = equal_earth(np.array([[west, 0], [east, 0], [0, south], [0, north]], dtype=float))
    middle, half = (corner[2, 1] + corner[3, 1]) / 2, (corner[1, 0] - corner[0, 0]) / 2 * (height - 1.34) / 8.0
    axes.set_xlim(corner[0, 0], corner[1, 0])
    axes.set_ylim(middle - half, middle + half)
    axes.set_aspect("auto")
    axes.set_xticks([])
    axes.set_yticks([])
    for side in axes.spines.values():
        side.set_visible(False)
    return fig, axes


NE = "Map: The Narrow Sea; coastlines: Natural Earth"
OWN = "Chart: The Narrow Sea; distances: tools/routes.py"


# ---------------------------------------------------------------------- analysis: what makes a chokepoint

@picture("analysis/pictures/chokepoints-world.png")
def chokepoints_world(target):
    fig, axes = world("Nine narrow places", "Straits and canals treated in this publication", NE, view=(-172, -58, 172, 80), height=5.1)
    spots = [
        ("Panama Canal", 9.1, -79.7, -8, -10, "right"), ("Strait of Gibraltar", 35.95, -5.6, -10, -1, "right"),
        ("Danish straits", 55.5, 11, -9, 7, "right"), ("Turkish Straits", 41, 29, 9, 7, "left"),
        ("Suez Canal", 30.5, 32.4, -10, 0, "right"), ("Bab el-Mandeb", 12.6, 43.4, -10, -4, "right"),
        ("Strait of Hormuz", 26.5, 56.5, 9, 5, "left"), ("Strait of Malacca", 2.5, 101.3, -9, -8, "right"),
        ("Bering Strait", 65.8, -168.6, 10, -3, "left"),
    ]
    for name, lat, lon, dx, dy, ha in spots:
        x, y = equal_earth(np.array([[lon, lat]], dtype=float))[0]
        axes.plot([x], [y], "o", ms=7, color=SIGNAL, mec=PAPER, mew=1, zorder=6)
        axes.annotate(name, (x, y), (dx, dy), textcoords="offset points", ha=ha, va="center", size=12, weight="semibold", zorder=7)
    save_png(fig, target)


@picture("analysis/pictures/detours.png")
def detours(target):
    rows = [("Ras Tanura – Rotterdam\nSuez shut, by the Cape", "gulf-suez", "gulf-cape"),
            ("Singapore – Piraeus\nSuez shut, by the Cape", "piraeus-suez", "piraeus-cape"),
            ("Yokohama – New York\nPanama shut, by Suez", "ny-panama", "ny-suez"),
            ("Singapore – Rotterdam\nSuez shut, by the Cape", "singapore-suez", "singapore-cape"),
            ("Ras Tanura – Yokohama\nMalacca shut, by Lombok", "gulf-japan-malacca", "gulf-japan-lombok"),
            ("Ras Tanura – Yokohama\nMalacca shut, by Sunda", "gulf-japan-malacca", "gulf-japan-sunda")]
    data = [(label, (length_nm(b) / length_nm(a) - 1) * 100) for label, a, b in rows]
    data.sort(key=lambda r: -r[1])
    fig, axes = canvas("What the way round costs", "Extra distance when the narrow place is shut, per cent", OWN, 5.0,
                       box=(0.33, 0.09, 0.97, 0.80))
    bars(axes, data, fmt="+{:.0f} %", colors=[SIGNAL] + [SEA] * 5)
    save_png(fig, target)


# ------------------------------------------------------------------------------------ analysis: Hormuz

@picture("analysis/2019-11-12-hormuz/hormuz-map.png")
def hormuz_map(target):
    fig, axes = region("The Strait of Hormuz and its two bypasses", "Pipelines drawn schematically", NE, (46.5, 21.6, 60.6, 30.2))
    # the two pipelines that reach open water without the strait
    ew = np.array([[49.7, 25.95], [48.5, 25.2], [46.0, 24.6]])
    axes.plot(ew[:, 0], ew[:, 1], color=SIGNAL, lw=2.2, zorder=4)
    axes.annotate("East–West Pipeline\nto Yanbu, Red Sea", (47.3, 24.85), (4, -8), textcoords="offset points", ha="left", va="top", size=12, color=SIGNAL,
                  weight="semibold", linespacing=1.05)
    ad = np.array([[53.65, 23.75], [54.9, 24.1], [55.9, 24.7], [56.35, 25.15]])
    axes.plot(ad[:, 0], ad[:, 1], color=SIGNAL, lw=2.2, zorder=4)
    axes.annotate("Habshan–Fujairah", (54.9, 24.1), (2, -12), textcoords="offset points", ha="center", va="top", size=12, color=SIGNAL, weight="semibold")
    line = route_line("gulf-suez")
    axes.plot(line[:, 0], line[:, 1], color=SEA, lw=1.8, ls=(0, (5, 3)), zorder=3)
    place(axes, 50.2, 26.75, "Ras Tanura", dx=7, dy=8)
    place(axes, 56.37, 25.17, "Fujairah", dx=7, dy=-4)
    place(axes, 51.55, 25.92, "Ras Laffan", dx=6, dy=-10)
    place(axes, 50.32, 29.25, "Kharg", dx=7, dy=0)
    place(axes, 56.28, 27.15, "Bandar Abbas", dx=0, dy=11, ha="center")
    water_name(axes, 52.2, 27.35, "Persian Gulf")
    water_name(axes, 58.9, 25.05, "Gulf of Oman")
    water_name(axes, 57.55, 26.35, "Strait of\nHormuz", size=11)
    land_name(axes, 55.2, 29.2, "Iran")
    land_name(axes, 49.2, 23.2, "Saudi Arabia")
    land_name(axes, 54.2, 22.9, "U.A.E.", 11)
    land_name(axes, 57.2, 22.6, "Oman")
    land_name(axes, 51.2, 25.25, "Qatar", 8)
    scale_bar(axes, 58.1, 28.9, 200)
    save_png(fig, target)


@picture("analysis/2019-11-12-hormuz/bypass.png")
def bypass(target):
    fig, axes = canvas("A fifth of the world's oil, and what could go round",
                       "Million barrels a day, 2018", "Chart: The Narrow Sea; data: U.S. Energy Information Administration, June 2019", 3.5,
                       box=(0.36, 0.15, 0.95, 0.74))
    bars(axes, [("Oil and products through\nthe strait", 21.0), ("Capacity of the bypass\npipelines in operation", 6.5), ("Of which unused in 2018", 3.8)],
         fmt="{:.1f}", colors=[SEA, LIGHT_SEA, SIGNAL])
    save_png(fig, target)


# --------------------------------------------------------------------------------- analysis: Ever Given

@picture("analysis/2021-04-06-ever-given/routes.png")
def ever_given_routes(target):
    fig, axes = world("Singapore to Rotterdam, twice", "Suez 8,340 nautical miles; Cape of Good Hope 11,790", NE + "; routes: tools/routes.py",
                      view=(-68, -43, 150, 64), height=6.1, scale="50m")
    for key, color, name, at, dx, dy, ha in (("singapore-suez", SEA, "By Suez\n24.8 days at 14 knots", (2.0, 64.0), 0, 0, "center"),
                                             ("singapore-cape", SIGNAL, "By the Cape\n35.1 days at 14 knots", (-32.0, 74.0), 0, 0, "center")):
        q = equal_earth(route_line(key))
        axes.plot(q[:, 0], q[:, 1], color=color, lw=2.4, zorder=4)
        x, y = equal_earth(np.array([[at[1], at[0]]], dtype=float))[0]
        axes.annotate(name, (x, y), (dx, dy), textcoords="offset points", ha=ha, va="center", size=12.5, color=color, weight="semibold", linespacing=1.1)
    for name, dx, dy, ha in (("Rotterdam", 9, 4, "left"), ("Singapore", 8, -6, "left"), ("Suez", 9, 0, "left"), ("Cape of Good Hope", -10, -8, "right")):
        lat, lon = POINTS[name]
        x, y = equal_earth(np.array([[lon, lat]], dtype=float))[0]
        axes.plot([x], [y], "o", ms=5.5, color=INK, zorder=6)
        axes.annotate(name, (x, y), (dx, dy), textcoords="offset points", ha=ha, va="center", size=12, zorder=7)
    save_png(fig, target)


def hull(x0, x1, half, y=0.0):
    """A container ship seen from above, bow at x1."""
    length = x1 - x0
    return [(x0, y - half * 0.8), (x0, y + half * 0.8), (x0 + 0.06 * length, y + half), (x0 + 0.82 * length, y + half), (x1 - 0.04 * length, y + half * 0.45),
            (x1, y), (x1 - 0.04 * length, y - half * 0.45), (x0 + 0.82 * length, y - half), (x0 + 0.06 * length, y - half)]


@picture("analysis/2021-04-06-ever-given/wedged.png")
def wedged(target):
    fig, axes = canvas("Four hundred metres of ship in a ditch", "The single-lane southern reach seen from above, to scale; banks simplified",
                       "Diagram: The Narrow Sea", 4.3, box=(0, 0.1, 1, 0.79))
    axes.set_facecolor(LAND)
    axes.set_xlim(-640, 640)
    axes.set_ylim(-640 * 4.3 * 0.79 / 8, 640 * 4.3 * 0.79 / 8)
    axes.add_patch(Rectangle((-900, -150), 1800, 300, fc="#cfdfe6", ec="none", zorder=0.5))
    axes.add_patch(Rectangle((-900, -100), 1800, 200, fc="#a9c5d5", ec="none", zorder=0.6))
    angle = math.radians(46)
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    ship = np.array(hull(-200, 200, 29.5)) @ turn.T
    axes.add_patch(Polygon(ship, fc=SIGNAL, ec=INK, lw=1, zorder=3))
    stacks = [np.array([(x, -25), (x + 13, -25), (x + 13, 25), (x, 25)]) @ turn.T for x in range(-178, 140, 17)]
    for box in stacks:
        axes.add_patch(Polygon(box, fc="#e9b79f", ec="none", zorder=4))
    ahead = np.array(hull(-200, 200, 29.5)) + [-430, 0]
    axes.add_patch(Polygon(ahead, fc="none", ec=INK, lw=1, ls=(0, (4, 3)), zorder=3))
    axes.text(-430, 0, "the same hull on its course", ha="center", va="center", size=11.5)
    axes.annotate("", (420, -100), (420, 100), arrowprops=dict(arrowstyle="<->", color=INK, lw=1.2))
    axes.text(432, 0, "dredged channel\nabout 200 m", va="center", size=12, linespacing=1.1)
    axes.text(150, 196, "ship: length 400 m, beam 59 m", size=12, color=SIGNAL, weight="semibold", va="center")
    axes.text(-600, 125, "shallow margin", size=11, color="#4f7f9f", style="italic", va="center")
    axes.text(-600, -196, "bank", size=11, color="#8d8876", va="center")
    axes.text(-600, 196, "bank", size=11, color="#8d8876", va="center")
    axes.set_xticks([])
    axes.set_yticks([])
    for side in axes.spines.values():
        side.set_visible(False)
    save_png(fig, target)


@picture("analysis/2021-04-06-ever-given/queue.png")
def queue(target):
    fig, axes = canvas("How a queue outlives its cause", "Ships waiting, by days since the grounding: a model with 52 arrivals a day",
                       "Chart: The Narrow Sea; model described in the article", 4.4, box=(0.075, 0.16, 0.95, 0.78))
    hours = np.arange(0, 24 * 24 + 1)
    for rate, color in ((65, LIGHT_SEA), (80, SEA), (100, SIGNAL)):
        waiting, line = 0.0, []
        for hour in hours:
            line.append(waiting)
            out = rate / 24 if hour >= 6.3 * 24 else 0
            waiting = max(0.0, waiting + 52 / 24 - out)
        line = np.array(line)
        axes.plot(hours / 24, line, color=color, lw=2.4)
        end = hours[np.nonzero(line > 0)[0][-1]] / 24
        if rate == 65:
            axes.text(14.6, 232, "65 transits a day", color="#5d87a3", weight="semibold")
        else:
            axes.text(*({80: (13.5, 148), 100: (6.6, 40)}[rate]), f"{rate} a day:\nclear on day {end:.0f}", color=color, weight="semibold",
                      linespacing=1.1)
    axes.axvspan(0, 6.3, color=PALE, alpha=0.55, lw=0)
    axes.text(0.25, 352, "canal shut", color="#4c5763", size=12)
    axes.set_xlim(0, 24)
    axes.set_ylim(0, 375)
    axes.set_xticks(range(0, 25, 3))
    axes.set_yticks([0, 100, 200, 300])
    axes.grid(axis="y", color=PALE, lw=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("days", loc="right", size=11)
    save_png(fig, target)


# ------------------------------------------------------------------------------ analysis: eight years shut

@picture("analysis/pictures/closure-slope.png")
def closure_slope(target):
    fig, axes = canvas("By the canal, and round Africa", "Distance to Rotterdam, nautical miles", OWN, 5.0, box=(0.24, 0.11, 0.76, 0.80))
    for key, name, color in (("yokohama", "Yokohama", LIGHT_SEA), ("singapore", "Singapore", SEA), ("gulf", "Ras Tanura", SIGNAL)):
        a, b = length_nm(f"{key}-suez"), length_nm(f"{key}-cape")
        axes.plot([0, 1], [a, b], "o-", color=color, lw=2.6, ms=7, clip_on=False)
        tint = "#5d87a3" if color == LIGHT_SEA else color
        axes.text(-0.04, a, f"{name}  {round(a, -1):,.0f}", ha="right", va="center", color=tint, weight="semibold")
        axes.text(1.04, b, f"{round(b, -1):,.0f}  +{(b / a - 1) * 100:.0f} %", ha="left", va="center", color=tint, weight="semibold")
    axes.set_xlim(0, 1)
    axes.set_ylim(5600, 15400)
    bare(axes)
    axes.set_yticks([])
    axes.set_xticks([0, 1], ["by Suez", "by the Cape"], size=13)
    for x in (0, 1):
        axes.axvline(x, color=PALE, lw=1, zorder=0)
    save_png(fig, target)


@picture("analysis/pictures/size-beats-distance.png")
def size_beats_distance(target):
    fig, axes = canvas("A bigger ship pays for the longer road", "Cost per tonne, Ras Tanura to Rotterdam; small ship by Suez = 100",
                       "Chart: The Narrow Sea; rule of thumb explained in the article", 4.5, box=(0.08, 0.16, 0.95, 0.79))
    size = np.linspace(1, 8, 200)
    ratio = length_nm("gulf-cape") / length_nm("gulf-suez")
    cost = 100 * ratio * size ** (-1 / 3)
    axes.plot(size, cost, color=SIGNAL, lw=2.8)
    axes.axhline(100, color=SEA, lw=2)
    axes.text(7.95, 103, "small ship by Suez", color=SEA, weight="semibold", ha="right")
    axes.text(2.0, 150, "ship by the Cape", color=SIGNAL, weight="semibold")
    even = ratio ** 3
    axes.plot([even], [100], "o", color=INK, ms=8, zorder=5)
    axes.annotate(f"equal at {even:.1f} times the size", (even, 100), (0, -24), textcoords="offset points", ha="center")
    axes.set_xlim(1, 8)
    axes.set_ylim(60, 185)
    axes.set_xticks(range(1, 9), [f"{n}×" for n in range(1, 9)])
    axes.set_yticks([75, 100, 125, 150, 175])
    axes.grid(axis="y", color=PALE, lw=0.8)
    axes.tick_params(length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("size of the ship, multiples of the one that used the canal", loc="right", size=11)
    save_png(fig, target)


# ------------------------------------------------------------------------------------- rendered scenes

def noise(rng, height, width, cells):
    """Smooth noise between 0 and 1: a small random grid, enlarged."""
    grid = Image.fromarray((rng.random((cells[0], cells[1])) * 255).astype(np.uint8))
    return np.asarray(grid.resize((width, height), Image.Resampling.BICUBIC), dtype=float) / 255


def hex_rgb(code):
    return np.array([int(code[i:i + 2], 16) for i in (1, 3, 5)], dtype=float)


def freighter(draw, x, y, length, tint, flip=False, lit=None):
    """The side view of a cargo liner of the 1960s with her waterline at y."""
    k = length / 100
    shape = [(0, 0), (-3, -8), (14, -8), (15, -7), (84, -7), (86, -9.5), (103, -10), (98, 0)]
    parts = [shape, [(40, -7), (40, -15), (58, -15), (58, -7)], [(43, -15), (43, -18), (56, -18), (56, -15)], [(47, -18), (47.5, -23), (52.5, -23), (53, -18)],
             [(21, -7), (21, -22), (22, -22), (22, -7)], [(75, -7), (75, -24), (76, -24), (76, -7)], [(4, -8), (4, -11), (12, -11), (12, -8)]]
    def at(p):
        return (x + (100 - p[0] if flip else p[0]) * k, y + p[1] * k)
    for part in parts:
        draw.polygon([at(p) for p in part], fill=tint)
    for a, b in (((21.5, -21), (33, -9)), ((21.5, -21), (10, -10)), ((75.5, -23), (64, -9)), ((75.5, -23), (86, -11))):
        draw.line([at(a), at(b)], fill=tint, width=max(1, round(k * 0.5)))
    if lit:
        for p in lit:
            cx, cy = at(p)
            draw.ellipse([cx - 2, cy - 2, cx + 2, cy + 2], fill=(255, 226, 160))


@picture("analysis/pictures/bitter-lake.jpg")
def bitter_lake(target):
    width, height, horizon = 1600, 800, 400
    rng = np.random.default_rng(1967)
    y, x = np.mgrid[0:height, 0:width].astype(float)
    stops = [(0.0, "#5d7f97"), (0.45, "#b9b7a6"), (0.8, "#e9bd84"), (1.0, "#f3d3a0")]
    t = np.clip(y / horizon, 0, 1)
    sky = np.stack([np.interp(t, [s for s, _ in stops], [hex_rgb(c)[i] for _, c in stops]) for i in range(3)], axis=-1)
    sun_x, sun_y = 1130, 318
    d = np.hypot(x - sun_x, (y - sun_y) * 1.1)
    sky += (np.exp(-d / 170)[..., None] * 70 + np.exp(-((d / 34) ** 6))[..., None] * 90) * np.array([1.0, 0.85, 0.55])
    haze = noise(rng, height, width, (14, 5)) * np.exp(-((y - horizon) / 90) ** 2)
    sky += haze[..., None] * np.array([16, 12, 6])
    # far shore: low dunes
    shore = horizon - 7 - 12 * noise(rng, 1, width, (1, 18))[0]
    base = sky.copy()
    dunes = (y > shore[None, :]) & (y < horizon)
    base[dunes] = hex_rgb("#b08a5e")
    image = Image.fromarray(np.clip(base, 0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(image)
    # the eight that fit the frame; distance pales them
    fleet = [(90, 250, 0.30, False), (420, 150, 0.55, True), (600, 120, 0.62, False), (770, 175, 0.48, True), (1010, 110, 0.66, False), (1180, 210, 0.38, True), (1450, 120, 0.6, False)]
    for left, length, pale, flip in fleet:
        tint = tuple(int(v) for v in hex_rgb("#2a2b2f") * (1 - pale) + hex_rgb("#caa67c") * pale)
        freighter(draw, left, horizon + 1, length, tint, flip)
    freighter(draw, 250, horizon + 22, 470, (34, 34, 38), False)
    # water: the mirror image, rippled more the nearer it is
    picture = np.asarray(image, dtype=float)
    depth = np.clip((y - horizon) / (height - horizon), 0.002, 1)
    ripple = np.zeros_like(x)
    for wave in range(7):
        k, speed = rng.uniform(6, 42), rng.uniform(-0.02, 0.02)
        ripple += np.sin(k * np.log(depth + 0.05) * 5 + x * speed + rng.uniform(0, 6.3)) / (wave + 2)
    ripple += (noise(rng, height, width, (160, 34)) - 0.5) * 4
    mirror = np.clip(2 * (horizon + 2) - y + ripple * (2 + 26 * depth), 0, horizon + 1).astype(int)
    aside = np.clip(x + ripple * (1 + 12 * depth), 0, width - 1).astype(int)
    water = picture[mirror, aside] * np.array([0.72, 0.80, 0.84]) * (1 - 0.25 * depth)[..., None]
    glitter = np.exp(-(((x - sun_x) / (40 + 150 * depth)) ** 2)) * np.clip(ripple - 0.15, 0, 1) * (1 - depth * 0.5)
    water += glitter[..., None] * np.array([110, 85, 45])
    hull_mask = np.abs(picture - base).sum(axis=-1) > 40
    below = (y > horizon) & ~hull_mask
    out = np.where(below[..., None], water, picture)
    # the near ship's own reflection
    shade = Image.new("L", (width, height), 0)
    pen = ImageDraw.Draw(shade)
    freighter(pen, 250, horizon + 22, 470, 255)
    flipped = np.asarray(shade, dtype=float)
    row = np.clip(2 * (horizon + 22) - y + ripple * (1 + 16 * depth), 0, height - 1).astype(int)
    ghost = flipped[row, aside] / 255 * (y > horizon + 22) * 0.55
    out = out * (1 - ghost[..., None]) + hex_rgb("#2c3136") * ghost[..., None]
    save_jpeg(Image.fromarray(np.clip(out, 0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(0.6)), target,
              xmp=signed("Rendering: The Narrow Sea", "The Narrow Sea, 2026", "https://creativecommons.org/licenses/by/4.0/"))


@picture("analysis/2024-01-30-bab-el-mandeb/night-passage.jpg")
def night_passage(target):
    width, height, horizon = 1600, 800, 430
    rng = np.random.default_rng(2024)
    y, x = np.mgrid[0:height, 0:width].astype(float)
    t = np.clip(y / horizon, 0, 1)
    top, low = hex_rgb("#0a1524"), hex_rgb("#2c4a63")
    sky = top + (low - top) * (t ** 2.2)[..., None]
    moon_x, moon_y = 430, 150
    d = np.hypot(x - moon_x, y - moon_y)
    sky += np.exp(-d / 190)[..., None] * np.array([58, 66, 74]) + np.clip(31 - d, 0, 1.5)[..., None] / 1.5 * np.array([170, 165, 150])
    cloud = np.clip(noise(rng, height, width, (9, 7)) * 0.6 + noise(rng, height, width, (22, 14)) * 0.4 - 0.5, 0, 1) * (t ** 1.2)
    sky += cloud[..., None] * np.array([70, 82, 92])
    for _ in range(420):
        sx, sy, glow = rng.integers(0, width), int(horizon * rng.random() ** 1.6), rng.random() ** 3
        if math.hypot(sx - moon_x, sy - moon_y) > 120 and sy < horizon - 30:
            sky[sy, sx] += 40 + 150 * glow
    depth = np.clip((y - horizon) / (height - horizon), 0.002, 1)
    # perspective: equal waves shrink towards the horizon
    v = 9 / (depth + 0.03)
    u = (x - width / 2) / 1000 * v
    slope = np.zeros_like(x)
    for wave in range(60):
        k, turn = rng.uniform(0.5, 6.5), rng.normal(0, 0.75)
        blur = np.exp(-((k * v * v / 9) / 900) ** 2)
        slope += np.cos(k * (v * math.cos(turn) + u * math.sin(turn)) + rng.uniform(0, 6.3)) / k ** 0.4 * blur
    slope = slope / 5.5 + (noise(rng, height, width, (360, 60)) - 0.5) * 0.9 * (1 - depth) ** 3
    sea = hex_rgb("#2b4660") * (1 - depth)[..., None] ** 1.5 + hex_rgb("#081220") * (1 - (1 - depth)[..., None] ** 1.5)
    sea += np.clip(slope, -1, 1)[..., None] * np.array([9, 13, 17])
    path = np.exp(-(((x - moon_x) / (30 + 230 * depth)) ** 2))
    glint = path * np.clip(slope - 0.1, 0, 1.2) * (0.45 + 0.55 * (1 - depth))
    sea += glint[..., None] * np.array([185, 190, 185])
    out = np.where((y < horizon)[..., None], sky, sea)
    image = Image.fromarray(np.clip(out, 0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(0.7))
    draw = ImageDraw.Draw(image)
    # low hills of the far shore, then a container ship
    ridge = horizon - 3 - 22 * noise(rng, 1, width, (1, 12))[0] * np.clip((x[0] - 900) / 500, 0, 1)
    draw.polygon([(int(a), float(b)) for a, b in zip(x[0], ridge)] + [(width, horizon), (0, horizon)], fill=(16, 28, 42))
    x0, y0, k = 690, horizon + 5, 5.2
    dark = (7, 12, 19)
    draw.polygon([(x0, y0), (x0 - 2 * k, y0 - 7 * k), (x0 + 112 * k, y0 - 7 * k), (x0 + 120 * k, y0 - 9 * k), (x0 + 114 * k, y0)], fill=dark)
    for i, stack in enumerate([4, 5, 5, 0, 5, 6, 6, 6, 6, 5, 5, 4]):
        left = x0 + (3 + i * 8.6) * k
        for level in range(stack):
            tone = rng.integers(0, 9)
            draw.rectangle([left, y0 - (7 + 2.2 * (level + 1)) * k, left + 7.9 * k, y0 - (7 + 2.2 * level) * k - 1], fill=(11 + int(tone), 17 + int(tone), 25 + int(tone)))
    tower = x0 + 29.5 * k
    draw.rectangle([tower, y0 - 26 * k, tower + 6.5 * k, y0 - 7 * k], fill=(15, 21, 29))
    draw.rectangle([tower - 2 * k, y0 - 26 * k, tower + 8.5 * k, y0 - 24 * k], fill=(15, 21, 29))
    lamps = [(tower + 3 * k, y0 - 29 * k, (255, 244, 214)), (x0 + 110 * k, y0 - 22 * k, (255, 244, 214)), (tower + 8.5 * k, y0 - 25 * k, (96, 230, 150))]
    for step in range(4):
        draw.rectangle([tower + 1.2 * k, y0 - (10.5 + 3.6 * step) * k, tower + 5 * k, y0 - (10.0 + 3.6 * step) * k], fill=(236, 190, 110))
    glow = np.asarray(image, dtype=float)
    for lx, ly, tint in lamps:
        r = np.hypot(x - lx, y - ly)
        glow += (np.exp(-r / 5) * 0.9 + np.exp(-r / 26) * 0.16)[..., None] * np.array(tint)
        streak = np.exp(-((x - lx) / (4 + 20 * depth)) ** 2) * (y > horizon + 6) * np.exp(-depth * 4) * np.clip(0.5 + slope, 0, 1.3)
        glow += streak[..., None] * np.array(tint) * 0.3
    save_jpeg(Image.fromarray(np.clip(glow, 0, 255).astype(np.uint8)), target, 84)


# ----------------------------------------------------------------------------------- analysis: Nord Stream

@picture("analysis/pictures/baltic-pipes.png")
def baltic_pipes(target):
    fig, axes = region("Two pairs of pipes under the Baltic", "Routes simplified", NE, (8.4, 53.3, 31.2, 61.2))
    one = np.array([(28.1, 60.55), (27.2, 60.1), (25.0, 59.75), (22.9, 59.45), (21.0, 58.7), (20.0, 57.6), (18.9, 56.75), (17.3, 56.0), (15.75, 55.55), (15.5, 55.15), (14.8, 54.72), (13.65, 54.15)])
    two = np.array([(28.15, 59.65), (27.2, 59.85), (25.0, 59.65), (22.9, 59.33), (21.15, 58.6), (20.2, 57.5), (19.1, 56.6), (17.4, 55.85), (15.92, 55.45), (15.7, 55.1), (15.41, 54.88), (14.8, 54.6), (13.72, 54.12)])
    axes.plot(*one.T, color=SEA, lw=2.4, zorder=4)
    axes.plot(*two.T, color=SIGNAL, lw=2.4, zorder=4)
    axes.text(20.6, 59.35, "Nord Stream 1", color=SEA, weight="semibold", ha="right", size=13)
    axes.text(19.9, 56.75, "Nord Stream 2", color=SIGNAL, weight="semibold", size=13)
    place(axes, 28.1, 60.55, "Vyborg", dx=7, dy=6)
    place(axes, 28.15, 59.65, "Ust-Luga", dx=8, dy=-5)
    place(axes, 13.65, 54.13, "Lubmin", dx=0, dy=-11, ha="center")
    place(axes, 14.9, 55.13, "Bornholm", dx=-8, dy=8, ha="right", dot=False, size=11)
    place(axes, 18.5, 57.45, "Gotland", dx=-10, dy=8, ha="right", dot=False, size=11)
    for lon, lat in ((15.75, 55.55), (15.88, 55.47), (15.41, 54.88)):
        axes.plot([lon], [lat], "x", color=INK, ms=9, mew=2.2, zorder=7)
    axes.text(16.35, 55.3, "leaks, September 2022", size=12, va="center", zorder=7)
    for lon, lat, name in ((14.5, 58.6, "Sweden"), (25.2, 61.0, "Finland"), (9.3, 56.1, "Denmark"), (18.5, 53.8, "Poland"), (25.6, 58.7, "Estonia"), (30.2, 57.6, "Russia"), (11.4, 53.55, "Germany"), (25.0, 56.9, "Latvia")):
        land_name(axes, lon, lat, name, 11)
    scale_bar(axes, 27.0, 54.0, 200)
    save_png(fig, target)


@picture("analysis/pictures/bcm-cargoes.png")
def bcm_cargoes(target):
    fig, axes = canvas("A pipeline, counted in ships", "LNG cargoes a year that would carry the same gas, at 0.1 billion m³ a cargo", "Chart: The Narrow Sea; capacities as published by the operators", 4.0,
                       box=(0.34, 0.13, 0.95, 0.76))
    bars(axes, [("Nord Stream 1, 55 bcm", 550), ("Yamal–Europe, 33 bcm", 330), ("TurkStream, 31.5 bcm", 315), ("One tanker a week", 52)], colors=[SIGNAL, SEA, SEA, LIGHT_SEA])
    save_png(fig, target)


# -------------------------------------------------------------------------------- analysis: Bab el-Mandeb

@picture("analysis/2024-01-30-bab-el-mandeb/bab-map.png")
def bab_map(target):
    fig, axes = region("The Gate of Tears", "The island of Perim divides the strait in two", NE, (40.6, 10.9, 48.2, 15.6))
    line = route_line("gulf-suez")
    line = line[(line[:, 0] > 40) & (line[:, 0] < 49)]
    axes.plot(line[:, 0], line[:, 1], color=SEA, lw=1.8, ls=(0, (5, 3)), zorder=3)
    place(axes, 43.40, 12.66, "Perim", dx=9, dy=9)
    place(axes, 45.03, 12.80, "Aden", dx=0, dy=10, ha="center")
    place(axes, 43.15, 11.60, "Djibouti", dx=-7, dy=-9, ha="right")
    place(axes, 42.95, 14.80, "Hodeidah", dx=8, dy=0)
    place(axes, 42.74, 13.01, "Assab", dx=-8, dy=-2, ha="right")
    water_name(axes, 41.6, 14.75, "Red Sea")
    water_name(axes, 46.6, 12.0, "Gulf of Aden")
    land_name(axes, 45.2, 14.7, "Yemen")
    land_name(axes, 41.2, 13.75, "Eritrea", 11)
    land_name(axes, 41.4, 12.1, "Ethiopia", 11)
    axes.annotate("Bab el-Mandeb", (43.36, 12.55), (-36, -32), textcoords="offset points", size=13, weight="semibold", color=SIGNAL, ha="right",
                  arrowprops=dict(arrowstyle="-", color=SIGNAL, lw=1.2), zorder=8)
    scale_bar(axes, 46.7, 11.15, 100)
    save_png(fig, target)


@picture("analysis/2024-01-30-bab-el-mandeb/weekly-service.png")
def weekly_service(target):
    fig, axes = canvas("How many ships keep a weekly service", "Shanghai – Rotterdam and back, 20 days in port; ships needed, by speed", OWN, 4.6, box=(0.06, 0.16, 0.80, 0.79))
    speed = np.linspace(12, 22, 400)
    for key, color, name in (("shanghai-cape", SIGNAL, "by the Cape"), ("shanghai-suez", SEA, "by Suez")):
        need = np.ceil((2 * length_nm(key) / speed / 24 + 20) / 7)
        axes.step(speed, need, color=color, lw=2.6, where="post")
        axes.text(22.15, need[-1], name, color=color, weight="semibold", va="center", size=13)
        at = math.ceil((2 * length_nm(key) / 16 / 24 + 20) / 7)
        axes.plot([16], [at], "o", color=color, ms=8, zorder=5)
        axes.annotate(f"{at} ships at 16 knots", (16, at), (6, 12) if color == SIGNAL else (-6, -16), textcoords="offset points", color=color,
                      ha="left" if color == SIGNAL else "right")
    axes.set_xlim(12, 22)
    axes.set_ylim(7, 18)
    axes.set_yticks(range(8, 19, 2))
    axes.set_xticks(range(12, 23, 2))
    axes.grid(axis="y", color=PALE, lw=0.8)
    axes.tick_params(length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("knots", loc="right", size=11)
    save_png(fig, target)


# -------------------------------------------------------------------------------------- analysis: Malacca

@picture("analysis/pictures/malacca-map.png")
def malacca_map(target):
    fig, axes = region("Three doors in one wall", "Tanker routes from the Gulf to East Asia", NE + "; routes: tools/routes.py", (91, -11.8, 124, 9.2), scale="50m")
    for key, color in (("gulf-japan-malacca", SEA), ("gulf-japan-sunda", LIGHT_SEA), ("gulf-japan-lombok", SIGNAL)):
        q = route_line(key)
        axes.plot(q[:, 0], q[:, 1], color=color, lw=2.3, zorder=4)
    axes.text(96.2, 7.0, "Malacca", color=SEA, weight="semibold", size=14)
    axes.text(93.6, -0.6, "Sunda", color="#5d87a3", weight="semibold", size=14)
    axes.text(111.3, -10.3, "Lombok", color=SIGNAL, weight="semibold", size=14)
    place(axes, 103.85, 1.29, "Singapore", dx=10, dy=1, size=12)
    place(axes, 106.83, -6.15, "Jakarta", dx=6, dy=-11, size=12)
    for lon, lat, name in ((101.7, -0.9, "Sumatra"), (114.2, 0.9, "Borneo"), (120.4, -2.4, "Sulawesi"), (110.3, -7.35, "Java"), (101.9, 5.0, "Malaya")):
        land_name(axes, lon, lat, name, 11)
    water_name(axes, 96.5, -7.2, "Indian Ocean", 13)
    water_name(axes, 110.6, 5.4, "South China\nSea", 13)
    water_name(axes, 111.0, -4.9, "Java Sea", 12)
    scale_bar(axes, 92.3, -10.9, 500)
    save_png(fig, target)


@picture("analysis/pictures/malacca-depths.png")
def malacca_depths(target):
    fig, axes = canvas("Under the keel", "Least depth on the usual route and the draught of a laden supertanker, metres", "Diagram: The Narrow Sea; depths rounded, Lombok cut off at 60 m", 4.6,
                       box=(0.09, 0.12, 0.97, 0.79))
    depth = {"Malacca": 23, "Sunda": 20, "Lombok": 60}
    axes.axhspan(-62, 0, color="#dfe9ec", lw=0)
    edge = [0]
    xs, ys = [0.0], [-8.0]
    for i, (name, deep) in enumerate(depth.items()):
        left = i * 2 + 0.25
        xs += [left, left + 0.35, left + 1.15, left + 1.5]
        ys += [-6, -deep, -deep, -6]
    xs += [6.0]
    ys += [-8.0]
    axes.fill_between(xs, ys, -62, color=LAND, lw=0)
    axes.plot(xs, ys, color="#a9a594", lw=1)
    for i, (name, deep) in enumerate(depth.items()):
        mid = i * 2 + 1
        axes.add_patch(Polygon([(mid - 0.26, 6), (mid + 0.26, 6), (mid + 0.26, -18.5), (mid + 0.22, -20.5), (mid - 0.22, -20.5), (mid - 0.26, -18.5)], fc=SIGNAL, ec="none", zorder=4))
        axes.text(mid, -8, "20.5", color=PAPER, weight="bold", ha="center", va="center", zorder=5)
        axes.text(mid, 9, name, ha="center", va="bottom", weight="semibold", size=14)
        note = {"Malacca": "about 23 m:\nlittle to spare", "Sunda": "about 20 m:\ntoo shallow", "Lombok": "over 150 m"}[name]
        axes.text(mid, -deep - 3 if deep < 60 else -45, note, ha="center", va="top" if deep < 60 else "center", size=12, linespacing=1.1)
    axes.axhline(0, color=SEA, lw=1.4, zorder=3)
    axes.set_xlim(0, 6)
    axes.set_ylim(-60, 20)
    axes.set_yticks([0, -20, -40, -60], ["0", "20", "40", "60"])
    axes.set_xticks([])
    bare(axes)
    save_png(fig, target)


# --------------------------------------------------------------------------- analysis: Northern Sea Route

def polar(q, lon0=100.0):
    """Azimuthal equidistant about the pole, with the meridian lon0 pointing down; degrees from the pole."""
    r, a = 90 - q[:, 1], np.radians(q[:, 0] - lon0)
    return np.column_stack([r * np.sin(a), -r * np.cos(a)])


@picture("analysis/2021-09-20-northern-sea-route/polar.png")
def polar_map(target):
    fig, axes = canvas("The short way lies over the top", "Yokohama to Rotterdam: 6,840 nautical miles by the north, 11,230 by Suez", NE + "; routes: tools/routes.py", 7.0,
                       box=(0, 0.06, 1, 0.868))
    axes.set_facecolor(WATER)
    axes.set_aspect("equal", adjustable="box")
    polygons = [[dense(ring) for ring in rings] for rings in clipped("50m", -180, -12, 180, 90)]
    add_land(axes, polygons, polar, width=0.4)
    for lat in (30, 66.56):
        ring = polar(np.column_stack([np.linspace(-180, 180, 361), np.full(361, lat)]))
        axes.plot(*ring.T, color="#b9c6cc", lw=0.7, ls=(0, (2, 3)), zorder=2)
    for key, color in (("yokohama-suez", SEA), ("yokohama-nsr", SIGNAL)):
        axes.plot(*polar(route_line(key)).T, color=color, lw=2.6, zorder=4)
    axes.set_xlim(-100, 100)
    axes.set_ylim(-96, 56)
    def tag(lat, lon, text, dx, dy, ha, dot=True, **kw):
        px, py = polar(np.array([[lon, lat]], dtype=float))[0]
        if dot:
            axes.plot([px], [py], "o", ms=6, color=INK, zorder=6)
        axes.annotate(text, (px, py), (dx, dy), textcoords="offset points", ha=ha, va="center", zorder=7, **kw)
    tag(51.98, 3.95, "Rotterdam", 5, 13, "left", size=13)
    tag(35.2, 139.75, "Yokohama", 10, 0, "left", size=13)
    tag(29.9, 32.5, "Suez", -8, -6, "right", size=13)
    tag(1.2, 103.85, "Singapore", 0, -14, "center", size=13)
    tag(65.8, -168.6, "Bering Strait", 9, 6, "left", size=12)
    tag(77.95, 103.5, "Vilkitsky Strait", 8, -9, "left", size=12)
    tag(90, 0, "North Pole", 7, 6, "left", size=11)
    tag(67.2, 60, "Arctic Circle", 0, -8, "center", dot=False, size=10, color=GREY)
    bare(axes)
    axes.set_xticks([])
    axes.set_yticks([])
    save_png(fig, target, 80)


def dense(ring, step=2.0):
    """Adds points to long edges so that they bend with the projection."""
    out = [ring[:1]]
    for a, b in zip(ring, ring[1:]):
        count = max(1, int(np.abs(b - a).max() // step))
        out.append(a + (b - a) * np.linspace(0, 1, count + 1)[1:, None])
    return np.concatenate(out)


def ice_stretch_nm():
    names = ROUTES["yokohama-nsr"][3]
    part = names[names.index("Cape Zhelaniya"):names.index("Bering Strait") + 1]
    return sum(great_circle_km(POINTS[a], POINTS[b]) for a, b in zip(part, part[1:])) / routes.NM_KM


@picture("analysis/2021-09-20-northern-sea-route/break-even.png")
def break_even(target):
    fig, axes = canvas("Where ice eats the advantage", "Days from Yokohama to Rotterdam, by speed through the ice; 14 knots elsewhere", OWN, 4.5, box=(0.06, 0.16, 0.95, 0.79))
    whole, ice = length_nm("yokohama-nsr"), ice_stretch_nm()
    speed = np.linspace(3, 14, 300)
    total = days(whole - ice) + ice / speed / 24
    suez = days(length_nm("yokohama-suez"))
    axes.plot(speed, total, color=SIGNAL, lw=2.8)
    axes.axhline(suez, color=SEA, lw=2)
    axes.text(13.95, suez + 0.7, f"by Suez, {suez:.1f} days", color=SEA, weight="semibold", ha="right")
    axes.text(9.0, 25.2, "by the Northern Sea Route", color=SIGNAL, weight="semibold")
    even = ice / 24 / (suez - days(whole - ice))
    axes.plot([even], [suez], "o", color=INK, ms=8, zorder=5)
    axes.annotate(f"equal at {even:.1f} knots", (even, suez), (8, 13), textcoords="offset points")
    axes.set_xlim(3, 14)
    axes.set_ylim(15, 46)
    axes.set_yticks([20, 30, 40])
    axes.set_xticks(range(4, 15, 2))
    axes.grid(axis="y", color=PALE, lw=0.8)
    axes.tick_params(length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("knots through the ice", loc="right", size=11)
    save_png(fig, target)


# -------------------------------------------------------------------------------------- analysis: Montreux

@picture("analysis/2022-03-08-montreux/straits-map.png")
def straits_map(target):
    fig, axes = region("One waterway, three parts", "Dardanelles, Sea of Marmara, Bosporus", NE, (25.3, 39.55, 30.2, 41.75))
    place(axes, 28.98, 41.02, "Istanbul", dx=-8, dy=6, ha="right")
    place(axes, 26.40, 40.15, "Çanakkale", dx=8, dy=-5)
    axes.annotate("Bosporus", (29.07, 41.12), (40, 34), textcoords="offset points", size=13, weight="semibold", color=SIGNAL, arrowprops=dict(arrowstyle="-", color=SIGNAL, lw=1.2), zorder=8)
    axes.annotate("Dardanelles", (26.45, 40.22), (-24, 46), textcoords="offset points", size=13, weight="semibold", color=SIGNAL, ha="right", arrowprops=dict(arrowstyle="-", color=SIGNAL, lw=1.2), zorder=8)
    water_name(axes, 28.35, 40.58, "Sea of Marmara")
    water_name(axes, 29.6, 41.5, "Black Sea")
    water_name(axes, 25.65, 39.85, "Aegean\nSea")
    land_name(axes, 27.4, 41.4, "Thrace")
    land_name(axes, 28.6, 39.95, "Anatolia")
    way = np.array([(25.6, 39.98), (26.1, 40.02), (26.25, 40.07), (26.38, 40.14), (26.37, 40.2), (26.6, 40.33), (26.95, 40.46), (27.6, 40.68), (28.4, 40.84), (28.97, 40.98), (29.02, 41.04), (29.06, 41.09), (29.06, 41.14), (29.12, 41.21), (29.25, 41.4)])
    axes.plot(*way.T, color=SEA, lw=1.8, ls=(0, (5, 3)), zorder=3)
    scale_bar(axes, 29.2, 39.7, 50)
    save_png(fig, target)


@picture("analysis/2022-03-08-montreux/tonnage.png")
def tonnage(target):
    fig, axes = canvas("What a navy from elsewhere may bring", "Limits on the warships of states without a Black Sea coast, tons of displacement", "Chart: The Narrow Sea; data: Montreux Convention, Articles 14 and 18", 3.6,
                       box=(0.36, 0.14, 0.95, 0.74))
    bars(axes, [("In the Black Sea, all together", 45000), ("In the Black Sea, any one state", 30000), ("In transit through the\nStraits at one time", 15000)], colors=[SEA, SEA, SIGNAL])
    save_png(fig, target)


# ---------------------------------------------------------------------------------------- analysis: Panama

@picture("analysis/2024-09-10-panama-drought/lock-section.png")
def lock_section(target):
    fig, axes = canvas("A staircase filled by a lake", "The canal in section; metres above the sea, lengths not to scale", "Diagram: The Narrow Sea; levels rounded", 4.3, box=(0.06, 0.10, 0.97, 0.78))
    levels = [(0, 9, 0), (9, 12, 8.7), (12, 15, 17.3), (15, 18, 26), (18, 66, 26), (66, 70, 16.5), (70, 76, 16.5), (76, 79, 8.2), (79, 91, 0)]
    bed_x, bed_y = [], []
    for left, right, level in levels:
        axes.add_patch(Rectangle((left, level - 13), right - left, 13, fc="#a9c5d5", ec="none", zorder=2))
        axes.plot([left, right], [level, level], color=SEA, lw=2, zorder=4)
        bed_x += [left, right]
        bed_y += [level - 13, level - 13]
    axes.fill_between(bed_x, bed_y, -16, color=LAND, lw=0, zorder=3)
    for x, low, high in ((9, -13, 10), (12, -4, 19), (15, 4, 27.5), (18, 13, 27.5), (66, 4, 27.5), (70, 4, 18), (76, 4, 18), (79, -5, 10)):
        axes.plot([x, x], [low, high], color=INK, lw=2.2, zorder=5, solid_capstyle="butt")
    ship = np.array([(0, 0), (-0.6, 5), (12.4, 5), (11.6, 0)]) + [36, 23]
    axes.add_patch(Polygon(ship, fc=SIGNAL, ec="none", zorder=6))
    axes.add_patch(Rectangle((37, 28), 8.8, 2.6, fc="#e9b79f", ec="none", zorder=6))
    for x, y, text, ha in ((4.5, 5, "Atlantic", "center"), (13.5, 31, "Gatún locks", "center"), (42, 36, "Gatún Lake, 26 m", "center"), (68, 31, "Pedro Miguel", "center"), (77.5, 21.5, "Miraflores", "left"), (86, 5, "Pacific", "center")):
        axes.text(x, y, text, ha=ha, va="center", size=12.5)
    for x, fall in ((27, 1), (56, -1)):
        axes.annotate("", (x - 5 * fall, 20.5), (x + 5 * fall, 20.5), arrowprops=dict(arrowstyle="->", color=INK, lw=1.3, mutation_scale=16), zorder=7)
    axes.text(27, 16.2, "fresh water out", ha="center", va="center", size=11, zorder=7)
    axes.text(56, 16.2, "fresh water out", ha="center", va="center", size=11, zorder=7)
    axes.set_xlim(0, 91)
    axes.set_ylim(-16, 41)
    axes.set_yticks([0, 10, 20])
    axes.set_xticks([])
    bare(axes)
    save_png(fig, target)


def lock_state(target, title, chamber, gates, flows):
    """One chamber between the sea at the left and the lake at the right; levels and gates as given."""
    fig, axes = canvas(title, "", "", 4.6, box=(0.02, 0.03, 0.98, 0.86), width=6.0)
    low, high, floor = 2.0, 8.0, -3.0
    for left, right, level, bed in ((0, 8, low, floor), (8, 20, chamber, floor), (20, 28, high, 3.0)):
        axes.add_patch(Rectangle((left, bed), right - left, level - bed, fc="#a9c5d5", ec="none", zorder=2))
        axes.plot([left, right], [level, level], color=SEA, lw=2, zorder=4)
    axes.add_patch(Polygon([(0, floor), (20, floor), (20, 3.0), (28, 3.0), (28, -6), (0, -6)], fc=LAND, ec="none", zorder=3))
    for x, bottom, top, shut in ((8, floor, 9.2, gates[0]), (20, 3.0, 9.2, gates[1])):
        if shut:
            axes.plot([x, x], [bottom, top], color=INK, lw=4, zorder=6, solid_capstyle="butt")
    ship = np.array([(0, 0), (-0.7, 2.6), (9.6, 2.6), (8.8, 0)]) + [9.6, chamber - 1.3]
    axes.add_patch(Polygon(ship, fc=SIGNAL, ec="none", zorder=5))
    axes.add_patch(Rectangle((10.4, chamber + 1.3), 6.6, 1.5, fc="#e9b79f", ec="none", zorder=5))
    for start, end in flows:
        axes.annotate("", end, start, arrowprops=dict(arrowstyle="-|>", color=INK, lw=1.8, mutation_scale=18), zorder=7)
    axes.text(4, low + 0.8, "sea", ha="center", size=13)
    axes.text(24, high + 0.8, "lake", ha="center", size=13)
    axes.set_xlim(0, 28)
    axes.set_ylim(-6, 12)
    axes.set_xticks([])
    axes.set_yticks([])
    bare(axes)
    save_png(fig, target, 48)


@picture("analysis/2024-09-10-panama-drought/lock-low.png")
def lock_low(target):
    lock_state(target, "1  In from the sea", 2.0, (False, True), [((2.5, 0.2), (7.0, 0.2))])


@picture("analysis/2024-09-10-panama-drought/lock-filling.png")
def lock_filling(target):
    lock_state(target, "2  The lake fills the chamber", 5.0, (True, True), [((23.5, 4.6), (18.6, -1.4))])


@picture("analysis/2024-09-10-panama-drought/lock-high.png")
def lock_high(target):
    lock_state(target, "3  Out to the lake", 8.0, (True, False), [((20.6, 5.4), (25.2, 5.4))])


@picture("analysis/2024-09-10-panama-drought/slots.png")
def slots(target):
    fig, axes = canvas("The canal on short rations", "Transits a day offered by the Panama Canal Authority", "Chart: The Narrow Sea; data: Panama Canal Authority, advisories to shipping", 4.6, box=(0.06, 0.13, 0.95, 0.79))
    months = lambda m, d: (m - 7) + (d - 1) / 30.4
    steps = [(months(7, 1), 36), (months(7, 30), 32), (months(11, 1), 31), (months(11, 3), 25), (months(11, 8), 24), (months(12, 1), 22), (months(13, 16), 24), (months(15, 18), 26), (months(15, 25), 27), (months(17, 16), 31),
             (months(18, 1), 32), (months(19, 11), 33), (months(19, 22), 34), (months(20, 5), 35), (months(21, 1), 36), (months(21, 30), 36)]
    axes.fill_between([s[0] for s in steps], [s[1] for s in steps], 0, step="post", color="#cfdfe6", lw=0)
    axes.step([s[0] for s in steps], [s[1] for s in steps], where="post", color=SEA, lw=2.6)
    plan = [(months(13, 1), 22), (months(13, 1), 20), (months(14, 1), 20), (months(14, 1), 18), (months(15, 18), 18)]
    axes.plot(*zip(*plan), color=SIGNAL, lw=2, ls=(0, (4, 2)))
    axes.text(months(14, 3), 11.6, "announced in October\n2023, then withdrawn", color=SIGNAL, size=12, linespacing=1.1)
    axes.annotate("22", (months(12, 12), 22), (0, -14), textcoords="offset points", ha="center", weight="semibold", color=SEA)
    axes.text(0.1, 37, "36", weight="semibold", color=SEA)
    axes.text(months(9, 10), 33, "32", weight="semibold", color=SEA)
    axes.text(months(16, 15), 28, "27", weight="semibold", color=SEA)
    axes.text(months(21, 16), 37, "36", weight="semibold", color=SEA, ha="center")
    axes.set_xlim(0, months(21, 30))
    axes.set_ylim(0, 41)
    axes.set_xticks([0, 3, 6, 9, 12], ["July 2023", "October", "January 2024", "April", "July"], ha="left")
    axes.set_yticks([0, 10, 20, 30])
    axes.grid(axis="y", color=PALE, lw=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(length=0)
    axes.spines["left"].set_visible(False)
    save_png(fig, target)


# --------------------------------------------------------------------------------- analysis: Danish straits

@picture("analysis/pictures/danish-straits.png")
def danish_straits(target):
    fig, axes = region("Three belts and a canal", "Ways between the North Sea and the Baltic", NE, (7.2, 53.4, 15.6, 58.2))
    belt = np.array([POINTS[n][::-1] for n in ("off Jutland", "Hanstholm", "Skaw", "Great Belt, north", "Great Belt", "Fehmarn", "south of Gedser", "Bornholm")])
    belt = np.array([(7.4, 57.0), (8.2, 57.35), (9.6, 57.75), (10.75, 57.95), (11.2, 57.3), (11.3, 56.6), (10.95, 56.1), (10.85, 55.7), (11.02, 55.35), (10.95, 54.95), (11.3, 54.57), (12.1, 54.42), (13.0, 54.85), (15.4, 55.45)])
    sound = np.array([(11.3, 56.6), (12.0, 56.4), (12.55, 56.1), (12.68, 55.95), (12.75, 55.6), (12.7, 55.35), (13.0, 54.85)])
    kiel = np.array([(7.4, 53.98), (8.3, 54.0), (9.1, 53.89), (9.4, 54.1), (9.8, 54.32), (10.17, 54.37), (10.4, 54.55), (11.3, 54.57)])
    axes.plot(*sound.T, color=LIGHT_SEA, lw=2.4, zorder=3)
    axes.plot(*belt.T, color=SEA, lw=2.6, zorder=4)
    axes.plot(*kiel.T, color=SIGNAL, lw=2.6, zorder=4)
    axes.text(11.42, 57.35, "by the Skaw\nand the Great Belt", color=SEA, weight="semibold", size=12.5, va="center", linespacing=1.05)
    axes.text(12.95, 56.02, "the Sound", color="#5d87a3", weight="semibold", size=12.5, va="center")
    axes.text(9.25, 54.45, "Kiel Canal", color=SIGNAL, weight="semibold", size=12.5, ha="right", va="center")
    place(axes, 12.57, 55.68, "Copenhagen", dx=-7, dy=5, ha="right")
    place(axes, 9.99, 53.55, "Hamburg", dx=8, dy=0)
    place(axes, 10.6, 57.72, "Skagen", dx=-8, dy=-3, ha="right")
    place(axes, 14.7, 55.1, "Bornholm", dot=False, dx=8, dy=-14, ha="center", size=11)
    place(axes, 9.1, 53.89, "Brunsbüttel", dx=-5, dy=-11, ha="right", size=11)
    place(axes, 10.14, 54.33, "Kiel", dx=4, dy=-11, size=11)
    water_name(axes, 7.8, 55.6, "North\nSea")
    water_name(axes, 14.3, 54.6, "Baltic")
    water_name(axes, 11.75, 56.85, "Kattegat")
    land_name(axes, 9.2, 56.2, "Jutland", 11)
    land_name(axes, 11.8, 55.45, "Zealand", 10)
    land_name(axes, 10.35, 55.3, "Funen", 10)
    land_name(axes, 14.2, 57.2, "Sweden", 11)
    scale_bar(axes, 13.4, 53.6, 100)
    save_png(fig, target)


@picture("analysis/pictures/clearance.png")
def clearance(target):
    fig, axes = canvas("How tall, how deep", "Greatest height above water and draught of a ship, metres; rounded", "Chart: The Narrow Sea; data: bridge and waterway authorities", 4.8, box=(0.07, 0.09, 0.97, 0.80))
    rows = [("Great Belt", 65, 15, SEA), ("Sound, Drogden", None, 8, LIGHT_SEA), ("Kiel Canal", 40, 9.5, SIGNAL)]
    for i, (name, up, down, color) in enumerate(rows):
        tint = "#5d87a3" if color == LIGHT_SEA else color
        high = up or 76
        axes.bar(i, high, width=0.42, color=color, alpha=1)
        axes.bar(i, -down, width=0.42, color=color, alpha=0.55)
        axes.text(i + 0.25, high if up else 70, f"{up} m" if up else "no bridge: the\nroad is in a tunnel", va="top", size=13, weight="semibold", color=tint, linespacing=1.1)
        axes.text(i + 0.25, -down, f"{down:g} m", va="bottom" if down > 9 else "center", size=13, weight="semibold", color=tint)
        axes.text(i, -25, name, ha="center", va="center", size=14, weight="semibold")
    axes.axhline(0, color=INK, lw=1.2)
    axes.text(2.62, 1.5, "water line", size=11, color=GREY, ha="right", va="bottom")
    axes.set_xlim(-0.5, 2.65)
    axes.set_ylim(-29, 76)
    axes.set_xticks([])
    axes.set_yticks([])
    bare(axes)
    save_png(fig, target)


# ------------------------------------------------------------------------------------- analysis: treaties

@picture("analysis/pictures/thresholds.png")
def thresholds(target):
    fig, axes = canvas("Two counts before a treaty binds", "States needed, and share of world tonnage they must hold, per cent", "Chart: The Narrow Sea; data: International Maritime Organization, International Labour Organization", 4.9,
                       box=(0.08, 0.15, 0.95, 0.80))
    data = [("Tonnage 1969", 25, 65, 10, 0, "left"), ("SOLAS 1974", 25, 50, 10, 0, "left"), ("MARPOL 1973/78", 15, 50, 10, 0, "left"), ("Maritime Labour 2006", 30, 33, -8, -15, "center"), ("Ballast Water 2004", 30, 35, 0, 15, "center"), ("Ship Recycling 2009", 15, 40, 10, 0, "left")]
    for name, states, share, dx, dy, ha in data:
        color = SIGNAL if "Recycling" in name else SEA
        axes.plot([states], [share], "o", ms=10, color=color)
        axes.annotate(name, (states, share), (dx, dy), textcoords="offset points", ha=ha, va="center", color=color, weight="semibold", size=12.5)
    axes.set_xlim(10, 34)
    axes.set_ylim(25, 70)
    axes.set_xticks([10, 15, 20, 25, 30])
    axes.set_yticks([30, 40, 50, 60])
    axes.grid(color=PALE, lw=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(length=0)
    axes.spines["left"].set_visible(False)
    axes.spines["bottom"].set_visible(False)
    axes.set_xlabel("states", loc="right", size=12)
    axes.text(10.15, 67.8, "per cent of tonnage", size=12, color=INK)
    save_png(fig, target)


# ----------------------------------------------------------------------------------------------- notes

YOKOHAMA, SAN_FRANCISCO = (35.20, 139.75), (37.75, 237.30)


def rhumb(a, b, count=120):
    """Points (longitude, latitude) along the line of constant course; longitudes must not wrap."""
    merc = lambda lat: math.log(math.tan(math.pi / 4 + math.radians(lat) / 2))
    t = np.linspace(0, 1, count)
    m = merc(a[0]) + (merc(b[0]) - merc(a[0])) * t
    return np.column_stack([a[1] + (b[1] - a[1]) * t, np.degrees(2 * np.arctan(np.exp(m)) - np.pi / 2)])


@picture("notes/pictures/great-circle.png")
def great_circle_map(target):
    fig, axes = canvas("Shorter, and it does not look it", "Yokohama to San Francisco on Mercator's map", NE, 5.0, box=(0, 0.084, 1, 0.816))
    axes.set_facecolor(WATER)
    y = lambda lat: np.degrees(np.log(np.tan(np.pi / 4 + np.radians(lat) / 2)))
    flat = lambda q: np.column_stack([q[:, 0], y(q[:, 1])])
    for shift in (0, 360):
        polygons = [[ring + [shift, 0] for ring in rings] for rings in clipped("50m", -180, 5, 180, 72)]
        add_land(axes, polygons, flat, width=0.4)
    line = arc(YOKOHAMA, SAN_FRANCISCO)
    line[:, 0] %= 360
    axes.plot(*flat(line).T, color=SIGNAL, lw=2.8, zorder=4)
    axes.plot(*flat(rhumb(YOKOHAMA, SAN_FRANCISCO)).T, color=GREY, lw=2.4, zorder=4)
    place(axes, 139.75, float(y(35.2)), "Yokohama", dx=-8, dy=-12, ha="center", size=13)
    place(axes, 237.3, float(y(37.75)), "San Francisco", dx=8, dy=0, size=13)
    axes.text(188, float(y(50.3)), "great circle, 4,470 miles", color=SIGNAL, weight="semibold", ha="center", size=13)
    axes.text(188, float(y(33.6)), "constant course, 4,710 miles", color="#56616c", weight="semibold", ha="center", size=13)
    axes.set_xlim(120, 264)
    mid = float(y(40))
    span = 144 * (5.0 * 0.732) / 8
    axes.set_ylim(mid - span * 0.42, mid + span * 0.58)
    bare(axes)
    axes.set_xticks([])
    axes.set_yticks([])
    save_png(fig, target)


@picture("notes/pictures/globe.jpg")
def globe(target):
    width, height, radius = 1600, 1000, 450
    mask = Image.new("L", (4096, 2048), 0)
    pen = ImageDraw.Draw(mask)
    for rings in land("50m"):
        for i, ring in enumerate(rings):
            pen.polygon([((lon + 180) / 360 * 4096, (90 - lat) / 180 * 2048) for lon, lat in ring], fill=0 if i else 255)
    ground = np.asarray(mask.filter(ImageFilter.GaussianBlur(1.0)), dtype=float) / 255
    lat0, lon0 = math.radians(40), math.radians(-172)
    grain = 2
    y, x = np.mgrid[0:height * grain, 0:width * grain].astype(float) / grain
    u, v = (x - width / 2) / radius, -(y - height / 2) / radius
    r2 = u * u + v * v
    on = r2 < 1
    w = np.sqrt(np.clip(1 - r2, 0, 1))
    lat = np.arcsin(np.clip(w * math.sin(lat0) + v * math.cos(lat0), -1, 1))
    lon = lon0 + np.arctan2(u, w * math.cos(lat0) - v * math.sin(lat0))
    col = ((np.degrees(lon) + 540) % 360 / 360 * 4096).astype(int) % 4096
    row = np.clip((90 - np.degrees(lat)) / 180 * 2048, 0, 2047).astype(int)
    soil = ground[row, col][..., None]
    light = np.array([0.62, 0.42, 0.66])
    light /= np.linalg.norm(light)
    lit = np.clip((u * light[0] + v * light[1] + w * light[2]) * 1.25 + 0.12, 0.07, 1)[..., None]
    color = (hex_rgb("#2d6f9a") * (1 - soil) + hex_rgb("#d8cfb4") * soil) * lit
    shine = np.clip(u * light[0] * 0.6 + v * light[1] * 0.6 + w * (light[2] + 1) * 0.55, 0, 1) ** 24
    color += shine[..., None] * (1 - soil) * 46
    for step, axis in ((15, np.degrees(lat)), (15, np.degrees(lon))):
        scale = np.cos(lat) if axis is not None and step and np.ptp(axis) > 200 else 1
        near = np.abs((axis + step / 2) % step - step / 2) * scale
        color += (np.clip(0.10 - near, 0, 0.10) / 0.10)[..., None] * 16
    backdrop = hex_rgb("#0c1622") + np.exp(-np.clip(np.sqrt(r2) - 1, 0, 9) * 16)[..., None] * np.array([26, 52, 74])
    rng = np.random.default_rng(7)
    out = np.where(on[..., None], color, backdrop)
    image = Image.fromarray(np.clip(out, 0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(image)
    def project(points):
        lo, la = np.radians(points[:, 0]), np.radians(points[:, 1])
        px = np.cos(la) * np.sin(lo - lon0)
        py = math.cos(lat0) * np.sin(la) - math.sin(lat0) * np.cos(la) * np.cos(lo - lon0)
        return [((width / 2 + a * radius) * grain, (height / 2 - b * radius) * grain) for a, b in zip(px, py)]
    draw.line(project(rhumb(YOKOHAMA, SAN_FRANCISCO)), fill=(196, 204, 208), width=6, joint="curve")
    path = project(arc(YOKOHAMA, SAN_FRANCISCO, 160))
    draw.line(path, fill=(232, 112, 62), width=11, joint="curve")
    for cx, cy in (path[0], path[-1]):
        draw.ellipse([cx - 15, cy - 15, cx + 15, cy + 15], fill=(251, 249, 244))
    save_jpeg(image.resize((width, height), Image.Resampling.LANCZOS), target, 84)


@picture("notes/pictures/rhumb.svg")
def rhumb_icon(target):
    t = np.linspace(-2.2, 2.2, 160)
    lat, lon = 2 * np.arctan(np.exp(t)) - np.pi / 2, t * 3.2
    front = np.cos(lat) * np.cos(lon) > 0
    px, py = 24 + 21 * np.cos(lat) * np.sin(lon), 24 - 21 * np.sin(lat)
    line = "".join(
        f"{'L' if i and front[i - 1] else 'M'}{px[i]:.1f} {py[i]:.1f}" for i in range(len(t)) if front[i]
    )
    target.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="48" height="48" viewBox="0 0 48 48" fill="none" stroke-width="2.4">\n'
        f'<circle cx="24" cy="24" r="22" stroke="{SEA}"/>\n<path d="{line}" stroke="{SIGNAL}"/>\n</svg>\n'
    )


@picture("notes/pictures/speed-fuel.png")
def speed_fuel(target):
    fig, axes = canvas("The last knots are the dear ones", "Fuel for a given ship, as a share of what she burns at 20 knots, per cent", "Chart: The Narrow Sea; cube rule, no auxiliary engines", 4.6, box=(0.07, 0.16, 0.86, 0.79))
    speed = np.linspace(10, 20, 200)
    axes.plot(speed, 100 * (speed / 20) ** 3, color=SEA, lw=2.8)
    axes.plot(speed, 100 * (speed / 20) ** 2, color=SIGNAL, lw=2.8)
    axes.text(15.1, 34, "per day", color=SEA, weight="semibold", size=13)
    axes.text(13.2, 54, "per mile", color=SIGNAL, weight="semibold", size=13, ha="right")
    for s in (14, 16, 18):
        for power, color in ((3, SEA), (2, SIGNAL)):
            value = 100 * (s / 20) ** power
            axes.plot([s], [value], "o", color=color, ms=6)
            axes.annotate(f"{value:.0f}", (s, value), (0, -14) if power == 3 else (0, 11), textcoords="offset points", ha="center", color=color, size=11.5)
    axes.set_xlim(10, 20.05)
    axes.set_ylim(0, 104)
    axes.set_xticks(range(10, 21, 2))
    axes.set_yticks([0, 25, 50, 75, 100])
    axes.grid(axis="y", color=PALE, lw=0.8)
    axes.tick_params(length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("knots", loc="right", size=11)
    save_png(fig, target)


VOTES = {"A": 42000, "B": 27000, "C": 16000, "D": 11000, "E": 4000}


def divide(votes, seats, divisor):
    won = {name: 0 for name in votes}
    for _ in range(seats):
        best = max(votes, key=lambda name: votes[name] / divisor(won[name]))
        won[best] += 1
    return won


@picture("notes/pictures/seats.png")
def seats(target):
    fig, axes = canvas("Ten seats, two rules", "100,000 votes for five lists (an example); one square is one seat", "Chart: The Narrow Sea", 4.6, box=(0.03, 0.08, 0.97, 0.80))
    left, right = divide(VOTES, 10, lambda n: n + 1), divide(VOTES, 10, lambda n: 2 * n + 1)
    axes.text(2.6, 0.85, "D’Hondt: 1, 2, 3, 4 …", weight="semibold", size=13)
    axes.text(8.6, 0.85, "Sainte-Laguë: 1, 3, 5, 7 …", weight="semibold", size=13)
    for i, (name, votes) in enumerate(VOTES.items()):
        axes.text(0, -i, name, weight="bold", size=15, va="center")
        axes.text(2.2, -i, f"{votes:,}", va="center", ha="right")
        for start, won, other in ((2.6, left, right), (8.6, right, left)):
            for k in range(won[name]):
                extra = k >= other[name]
                axes.add_patch(Rectangle((start + k * 0.9, -i - 0.3), 0.78, 0.6, fc=SIGNAL if extra else SEA, ec="none"))
            axes.text(start + won[name] * 0.9 + 0.1, -i, str(won[name]), va="center", weight="semibold", color=GREY)
    axes.set_xlim(0, 14.2)
    axes.set_ylim(-4.6, 1.2)
    axes.set_xticks([])
    axes.set_yticks([])
    bare(axes)
    save_png(fig, target)


# -------------------------------------------------------------------------------------------------- run

def main():
    global ATLAS
    parser = argparse.ArgumentParser(description="Draws the pictures of the sample publication.")
    parser.add_argument("--out", type=Path, default=ROOT / "content", help="folder to write into (default: content/)")
    parser.add_argument("--only", default="", help="draw only the pictures whose path holds this word")
    parser.add_argument("--atlas", type=Path, help="world-atlas-2.0.2.tgz, when npm cannot be asked")
    options = parser.parse_args()
    ATLAS = options.atlas
    use_font()
    for name, draw in PICTURES.items():
        if options.only in name:
            target = options.out / name
            target.parent.mkdir(parents=True, exist_ok=True)
            draw(target)
            print(f"{target.stat().st_size / 1024:6.1f} KiB  {name}")


if __name__ == "__main__":
    main()
