#!/usr/bin/env python3
"""Sea distances used by the sample publication.

A route is a list of named waypoints; its length is the sum of the great circles between them, on a
sphere of 6,371.0 km. The waypoints keep the line in open water, not in a traffic lane, so a length may differ
by two or three per cent from a pilot's table. Nothing but the standard library is needed.

    python3 tools/routes.py            print the table
    python3 tools/routes.py --write    write data/routes.csv as well
"""
from __future__ import annotations

import csv
import math
import sys
from pathlib import Path

EARTH_KM = 6371.0
NM_KM = 1.852

# name: (latitude, longitude), degrees; south and west are negative
POINTS = {
    "Rotterdam": (51.98, 3.95),
    "Dover Strait": (51.02, 1.45),
    "off the Isle of Wight": (50.30, -1.30),
    "off Ushant": (48.80, -5.80),
    "off Finisterre": (43.30, -9.90),
    "off Lisbon": (38.70, -9.90),
    "Cape St Vincent": (36.80, -9.20),
    "Strait of Gibraltar": (35.95, -5.60),
    "off Algiers": (37.20, 3.20),
    "Sicilian Channel": (37.50, 11.00),
    "south of Malta": (35.60, 14.80),
    "south of Crete": (34.20, 24.00),
    "Piraeus": (37.90, 23.60),
    "Cape Matapan": (36.20, 22.50),
    "east of Crete": (35.30, 26.60),
    "Port Said": (31.30, 32.35),
    "Suez": (29.90, 32.55),
    "mouth of the Gulf of Suez": (27.60, 34.10),
    "middle of the Red Sea": (20.00, 38.60),
    "southern Red Sea": (14.50, 42.20),
    "Bab el-Mandeb": (12.55, 43.40),
    "Gulf of Aden": (12.30, 46.00),
    "north of Socotra": (13.40, 54.00),
    "off Ras al Hadd": (22.70, 60.20),
    "Gulf of Oman": (25.30, 57.60),
    "Strait of Hormuz": (26.50, 56.50),
    "central Gulf": (26.10, 53.00),
    "Ras Tanura": (26.75, 50.20),
    "Minicoy": (7.80, 73.00),
    "Dondra Head": (5.75, 80.60),
    "off Aceh": (6.20, 94.80),
    "Malacca Strait, north": (4.40, 99.50),
    "Malacca Strait, One Fathom Bank": (2.85, 100.95),
    "Singapore": (1.20, 103.85),
    "Horsburgh": (1.40, 104.50),
    "South China Sea, south": (6.50, 107.00),
    "South China Sea, west": (12.00, 110.60),
    "off Hong Kong": (21.60, 114.80),
    "Taiwan Strait": (24.60, 119.40),
    "Shanghai": (31.00, 122.60),
    "Luzon Strait": (20.60, 121.30),
    "south of Kyushu": (30.50, 130.60),
    "off Shikoku": (32.80, 134.50),
    "Yokohama": (35.20, 139.75),
    "off Inubo": (35.70, 141.20),
    "off Kamchatka": (51.50, 160.00),
    "east of Hokkaido": (41.60, 142.20),
    "Tsugaru Strait": (41.40, 140.30),
    "Sea of Japan": (38.50, 134.50),
    "Korea Strait": (34.80, 129.60),
    "off Cheju": (33.30, 127.30),
    "East China Sea": (30.50, 123.50),
    "Bering Sea": (60.50, 176.00),
    "Bering Strait": (65.80, -168.60),
    "De Long Strait": (70.20, 178.50),
    "Sannikov Strait": (74.60, 140.00),
    "Vilkitsky Strait": (77.95, 103.50),
    "Cape Zhelaniya": (77.20, 69.00),
    "North Cape": (71.60, 25.50),
    "off Lofoten": (68.00, 11.00),
    "off Stad": (62.20, 4.30),
    "south of Madagascar": (-26.80, 46.00),
    "Mozambique Channel, north": (-11.50, 42.30),
    "Mozambique Channel, south": (-24.50, 37.50),
    "off Durban": (-30.50, 31.50),
    "Cape Agulhas": (-35.20, 20.00),
    "Cape of Good Hope": (-34.50, 18.00),
    "off Dakar": (15.00, -18.30),
    "Canaries": (28.50, -15.00),
    "Colón": (9.45, -79.90),
    "Balboa": (8.85, -79.50),
    "off Cape Mala": (7.20, -79.90),
    "Windward Passage": (20.00, -74.20),
    "Crooked Island Passage": (23.00, -74.40),
    "New York": (40.45, -73.80),
    "Mona Passage": (18.30, -67.80),
    "Houston": (29.20, -94.60),
    "Yucatán Channel": (21.80, -85.50),
    "Florida Strait": (24.20, -81.50),
    "off Cape São Roque": (-5.00, -34.50),
    "off Recife": (-8.50, -34.40),
    "east of Staten Island": (-54.80, -63.00),
    "Cape Horn": (-56.30, -67.30),
    "off Southern Chile": (-51.00, -77.50),
    "Sunda Strait, north": (-5.60, 106.10),
    "Sunda Strait": (-6.30, 105.00),
    "Karimata": (-1.80, 108.60),
    "south of Sunda": (-7.80, 104.00),
    "south of Java": (-9.60, 113.00),
    "Lombok Strait": (-8.70, 115.80),
    "Makassar Strait, south": (-4.30, 117.60),
    "Makassar Strait, north": (1.50, 119.20),
    "Celebes Sea": (4.60, 121.50),
    "east of Mindanao": (5.50, 127.00),
    "Skaw": (57.90, 10.75),
    "Great Belt, north": (56.20, 11.10),
    "Great Belt": (55.35, 11.00),
    "Fehmarn": (54.60, 11.40),
    "Kiel-Holtenau": (54.37, 10.17),
    "Brunsbüttel": (53.88, 9.10),
    "Elbe 1": (54.00, 8.10),
    "Hanstholm": (57.30, 8.20),
    "Lindesnes": (57.70, 7.00),
    "south of Gedser": (54.40, 12.10),
    "Bornholm": (55.40, 14.60),
    "off Gotland": (57.00, 19.80),
    "Gulf of Finland": (59.60, 23.50),
    "Primorsk": (60.30, 28.60),
    "Texel": (53.10, 4.40),
    "Terschelling": (53.70, 5.00),
    "German Bight": (54.00, 7.50),
    "off Jutland": (56.50, 7.60),
    "Kiel Bight": (54.60, 10.60),
}

_EUROPE = ["Rotterdam", "Dover Strait", "off the Isle of Wight", "off Ushant", "off Finisterre"]
_MED = ["off Lisbon", "Cape St Vincent", "Strait of Gibraltar", "off Algiers", "Sicilian Channel", "south of Malta",
        "south of Crete", "Port Said"]
_RED = ["Suez", "mouth of the Gulf of Suez", "middle of the Red Sea", "southern Red Sea", "Bab el-Mandeb",
        "Gulf of Aden"]
_SUEZ = _EUROPE + _MED + _RED
_CAPE = _EUROPE + ["Canaries", "off Dakar", "Cape of Good Hope", "Cape Agulhas"]
_GULF = ["off Ras al Hadd", "Gulf of Oman", "Strait of Hormuz", "central Gulf", "Ras Tanura"]
_MALACCA = ["off Aceh", "Malacca Strait, north", "Malacca Strait, One Fathom Bank", "Singapore"]
_SINGAPORE = ["north of Socotra", "Minicoy", "Dondra Head"] + _MALACCA
_SCS = ["Horsburgh", "South China Sea, south", "South China Sea, west", "off Hong Kong", "Taiwan Strait", "Shanghai"]
_JAPAN = ["Horsburgh", "South China Sea, south", "South China Sea, west", "Luzon Strait", "south of Kyushu",
          "off Shikoku", "Yokohama"]
_GULF_OUT = list(reversed(_GULF))
_MADAGASCAR = ["off Durban", "south of Madagascar"]
_MOZAMBIQUE = ["off Durban", "Mozambique Channel, south", "Mozambique Channel, north"]
_NSR = ["Rotterdam", "off Stad", "off Lofoten", "North Cape", "Cape Zhelaniya", "Vilkitsky Strait", "Sannikov Strait",
        "De Long Strait", "Bering Strait", "Bering Sea", "off Kamchatka", "off Inubo", "Yokohama"]
_NSR_SOUTH = _NSR[:_NSR.index("off Inubo")] + ["east of Hokkaido", "Tsugaru Strait", "Sea of Japan", "Korea Strait", "off Cheju"]
_FINLAND = ["south of Gedser", "Bornholm", "off Gotland", "Gulf of Finland", "Primorsk"]

# key: (from, to, way, waypoints)
ROUTES = {
    "gulf-suez": ("Ras Tanura", "Rotterdam", "Suez", _SUEZ + _GULF),
    "gulf-cape": ("Ras Tanura", "Rotterdam", "Cape", _CAPE + _MOZAMBIQUE + _GULF),
    "singapore-suez": ("Singapore", "Rotterdam", "Suez", _SUEZ + _SINGAPORE),
    "singapore-cape": ("Singapore", "Rotterdam", "Cape", _CAPE + ["south of Madagascar"] + _MALACCA),
    "shanghai-suez": ("Shanghai", "Rotterdam", "Suez", _SUEZ + _SINGAPORE + _SCS),
    "shanghai-cape": ("Shanghai", "Rotterdam", "Cape",
                      _CAPE + ["south of Madagascar", "Sunda Strait", "Sunda Strait, north", "Karimata"] + _SCS[1:]),
    "yokohama-suez": ("Yokohama", "Rotterdam", "Suez", _SUEZ + _SINGAPORE + _JAPAN),
    "yokohama-cape": ("Yokohama", "Rotterdam", "Cape",
                      _CAPE + ["south of Madagascar", "Sunda Strait", "Sunda Strait, north", "Karimata"] + _JAPAN[1:]),
    "yokohama-nsr": ("Yokohama", "Rotterdam", "Northern Sea Route", _NSR),
    "piraeus-suez": ("Singapore", "Piraeus", "Suez", ["Piraeus", "east of Crete", "Port Said"] + _RED + _SINGAPORE),
    "piraeus-cape": ("Singapore", "Piraeus", "Cape",
                     ["Piraeus", "Cape Matapan", "south of Malta", "Sicilian Channel", "off Algiers", "Strait of Gibraltar"] + _CAPE[5:]
                     + ["south of Madagascar"] + _MALACCA),
    "shanghai-nsr": ("Shanghai", "Rotterdam", "Northern Sea Route", _NSR_SOUTH + ["Shanghai"]),
    "hongkong-suez": ("Hong Kong", "Rotterdam", "Suez", _SUEZ + _SINGAPORE + _SCS[:4]),
    "hongkong-nsr": ("Hong Kong", "Rotterdam", "Northern Sea Route",
                     _NSR_SOUTH + ["East China Sea", "Taiwan Strait", "off Hong Kong"]),
    "singapore-nsr": ("Singapore", "Rotterdam", "Northern Sea Route",
                      _NSR_SOUTH + ["East China Sea", "Taiwan Strait", "off Hong Kong", "South China Sea, west",
                                    "South China Sea, south", "Horsburgh", "Singapore"]),
    "ny-panama": ("Yokohama", "New York", "Panama",
                  ["New York", "Crooked Island Passage", "Windward Passage", "Colón", "Balboa", "off Cape Mala", "off Inubo", "Yokohama"]),
    "ny-suez": ("Yokohama", "New York", "Suez",
                ["New York", "Strait of Gibraltar"] + _MED[3:] + _RED + _SINGAPORE + _JAPAN),
    "ny-horn": ("Yokohama", "New York", "Cape Horn",
                ["New York", "off Cape São Roque", "off Recife", "east of Staten Island", "Cape Horn", "off Southern Chile",
                 "off Inubo", "Yokohama"]),
    "ny-cape": ("Yokohama", "New York", "Cape",
                ["New York", "Cape of Good Hope", "Cape Agulhas", "south of Madagascar", "Sunda Strait",
                 "Sunda Strait, north", "Karimata"] + _JAPAN[1:]),
    "houston-panama": ("Houston", "Yokohama", "Panama",
                       ["Houston", "Yucatán Channel", "Colón", "Balboa", "off Cape Mala", "off Inubo", "Yokohama"]),
    "houston-cape": ("Houston", "Yokohama", "Cape",
                     ["Houston", "Florida Strait", "Mona Passage", "Cape of Good Hope", "Cape Agulhas",
                      "south of Madagascar", "Sunda Strait", "Sunda Strait, north", "Karimata"] + _JAPAN[1:]),
    "houston-suez": ("Houston", "Yokohama", "Suez",
                     ["Houston", "Florida Strait", "Strait of Gibraltar"] + _MED[3:] + _RED + _SINGAPORE + _JAPAN),
    "gulf-japan-malacca": ("Ras Tanura", "Yokohama", "Malacca",
                           _GULF_OUT + ["Minicoy", "Dondra Head"] + _MALACCA + _JAPAN),
    "gulf-japan-sunda": ("Ras Tanura", "Yokohama", "Sunda",
                         _GULF_OUT + ["Minicoy", "Sunda Strait", "Sunda Strait, north", "Karimata"] + _JAPAN[1:]),
    "gulf-japan-lombok": ("Ras Tanura", "Yokohama", "Lombok",
                          _GULF_OUT + ["Minicoy", "south of Sunda", "south of Java", "Lombok Strait", "Makassar Strait, south", "Makassar Strait, north",
                           "Celebes Sea", "east of Mindanao", "off Shikoku", "Yokohama"]),
    "primorsk-skaw": ("Primorsk", "Rotterdam", "Great Belt",
                      ["Rotterdam", "Texel", "off Jutland", "Hanstholm", "Skaw", "Great Belt, north", "Great Belt", "Fehmarn"] + _FINLAND),
    "primorsk-kiel": ("Primorsk", "Rotterdam", "Kiel Canal",
                      ["Rotterdam", "Texel", "Terschelling", "German Bight", "Elbe 1", "Brunsbüttel", "Kiel-Holtenau", "Kiel Bight",
                       "Fehmarn"] + _FINLAND),
}


def great_circle_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Distance between two (latitude, longitude) points, by the haversine formula."""
    lat1, lon1, lat2, lon2 = map(math.radians, (*a, *b))
    h = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(h))


def length_nm(key: str) -> float:
    """Length of a route in nautical miles."""
    way = [POINTS[name] for name in ROUTES[key][3]]
    return sum(great_circle_km(a, b) for a, b in zip(way, way[1:])) / NM_KM


def days(nm: float, knots: float = 14.0) -> float:
    return nm / knots / 24


def main() -> None:
    rows = []
    for key, (start, end, way, _) in ROUTES.items():
        nm = length_nm(key)
        rows.append([key, start, end, way, round(nm / 10) * 10, round(days(nm), 1)])
    head = ["key", "from", "to", "way", "nautical_miles", "days_at_14_knots"]
    for row in [head, *rows]:
        print("  ".join(str(v).ljust(w) for v, w in zip(row, (20, 12, 12, 20, 15, 6))))
    if "--write" in sys.argv[1:]:
        target = Path(__file__).resolve().parent.parent / "data" / "routes.csv"
        with target.open("w", newline="", encoding="utf-8") as out:
            csv.writer(out, lineterminator="\n").writerows([head, *rows])


if __name__ == "__main__":
    main()
