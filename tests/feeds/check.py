#!/usr/bin/env python3
"""check.py FOLDER BASE_URL: judges every feed of a published folder (RSS 2.0, Atom, JSON Feed).

feedparser has to read each without complaint, and each has to hold what the formats demand and what validators advise:
required elements, dates that exist, own address, unique ids, absolute addresses, content that no reader has to clean,
enclosures of the right length; the formats of one feed say the same, and its page leads to them. Prints the faults, then
what was checked; ends with 1 if there was a fault. Needs feedparser (PyPI).
"""

import json
import re
import sys
import warnings
from datetime import datetime
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import feedparser

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
TYPES = {"rss.xml": "application/rss+xml", "atom.xml": "application/atom+xml", "feed.json": "application/feed+json"}
RFC822 = re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d [+-]\d{4}")
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
# What readers take out, or what takes over their page.
UNWANTED = {"script", "style", "link", "meta", "iframe", "object", "embed", "form", "button", "base"}
ADDRESSES = {"href", "src", "poster", "cite", "data"}


class Content(HTMLParser):
    """The faults of a piece of HTML that stands in a feed."""

    def __init__(self, html):
        super().__init__()
        self.faults = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag in UNWANTED:
            self.faults.append(f"<{tag}> in the content")
        for name, value in attrs:
            value = value or ""
            if name.startswith("on") or name == "style":
                self.faults.append(f"{name}= in the content")
            if name in ADDRESSES and not urlsplit(value).scheme:
                self.faults.append(f"{name}={value!r} in the content is not absolute")
            if name == "srcset":
                self.faults.append("srcset= in the content: readers of feeds do not choose")


class Feed:
    def __init__(self, path, folder, base):
        self.path, self.folder, self.base = path, folder, base
        self.address = f"{base}/{path.relative_to(folder).as_posix()}"
        self.faults = []
        self.entries = []
        self.home = None
        data = path.read_bytes()
        try:
            if path.suffix == ".json":
                self.read_json(json.loads(data.decode()))
            else:
                root = ElementTree.fromstring(data)
                self.read_rss(root) if path.name == "rss.xml" else self.read_atom(root)
                self.parse(data)
        except (ValueError, ElementTree.ParseError) as error:
            self.fault(f"cannot be read: {error}")
        ids = [entry["id"] for entry in self.entries]
        for one in {one for one in ids if ids.count(one) > 1}:
            self.fault(f"the id {one} stands {ids.count(one)} times")
        days = [entry["date"] for entry in self.entries if entry["date"]]
        if days != sorted(days, reverse=True):
            self.fault("the newest entries do not come first")

    def fault(self, text, entry=None):
        self.faults.append(f"{self.address}: {f'entry {entry}: ' if entry else ''}{text}")

    def parse(self, data):
        """feedparser, told what a host says."""
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            headers = {"content-type": f"{TYPES[self.path.name]}; charset=utf-8", "content-location": self.address}
            found = feedparser.parse(data, response_headers=headers)
        if found.bozo:
            self.fault(f"feedparser: {found.bozo_exception}")
        for warning in caught:
            self.fault(f"feedparser: {warning.message}")
        if [entry.id for entry in found.entries] != [entry["id"] for entry in self.entries]:
            self.fault("feedparser finds other entries")
        for nth, entry in enumerate(found.entries, 1):
            if not entry.get("title") or not entry.get("link"):
                self.fault("feedparser finds no title or no link", nth)

    def read_rss(self, root):
        channel = root.find("channel")
        for name in ("title", "link", "description"):
            if not (channel.findtext(name) or "").strip():
                self.fault(f"<{name}> is missing")
        self.home = channel.findtext("link")
        self.check_self([link.get("href") for link in channel.findall(f"{ATOM}link") if link.get("rel") == "self"])
        if channel.findtext("lastBuildDate"):
            self.mail_date(channel.findtext("lastBuildDate"))
        for nth, item in enumerate(channel.findall("item"), 1):
            for name in ("title", "link", "guid", "pubDate", "description", "author"):
                if len(item.findall(name)) > 1:
                    self.fault(f"<{name}> stands more than once", nth)
            if item.findtext("author") and not re.match(r"\S+@\S+ \(.+\)$", item.findtext("author")):
                self.fault("<author> is no mail address with a name behind it", nth)
            guid = item.find("guid")
            if guid is not None and guid.get("isPermaLink", "true") == "true":
                self.check_absolute(guid.text, nth)
            for enclosure in item.findall("enclosure"):
                self.check_enclosure(enclosure.get("url"), enclosure.get("length"), enclosure.get("type"), nth)
            date = item.findtext("pubDate")
            self.add(nth, "" if guid is None else guid.text, item.findtext("link"), item.findtext("title"), date and self.mail_date(date, nth),
                     [person.text for person in item.findall(CREATOR)], item.findtext(CONTENT))

    def read_atom(self, root):
        text = lambda element, name: (element.findtext(ATOM + name) or "").strip()
        links = lambda element, rel: [link.get("href") for link in element.findall(f"{ATOM}link") if link.get("rel", "alternate") == rel]
        for name in ("id", "title", "updated"):
            if not text(root, name):
                self.fault(f"<{name}> is missing")
        changed = self.net_date(text(root, "updated"))
        self.home = (links(root, "alternate") or [None])[0]
        self.check_self(links(root, "self"))
        is_signed = root.find(f"{ATOM}author/{ATOM}name") is not None
        for nth, entry in enumerate(root.findall(f"{ATOM}entry"), 1):
            if not is_signed and entry.find(f"{ATOM}author/{ATOM}name") is None:
                self.fault("no author, here or in the feed", nth)
            if not text(entry, "content") and not text(entry, "summary"):
                self.fault("neither content nor summary", nth)
            updated = self.net_date(text(entry, "updated"), nth)
            if updated and changed and updated > changed:
                self.fault("changed after the feed", nth)
            for link in entry.findall(f"{ATOM}link"):
                if link.get("rel") == "enclosure":
                    self.check_enclosure(link.get("href"), link.get("length"), link.get("type"), nth)
            date = text(entry, "published")
            self.add(nth, text(entry, "id"), (links(entry, "alternate") or [None])[0], text(entry, "title"), date and self.net_date(date, nth),
                     [person.text for person in entry.findall(f"{ATOM}author/{ATOM}name")], text(entry, "content"))

    def read_json(self, feed):
        if feed.get("version") != "https://jsonfeed.org/version/1.1":
            self.fault("the version is not JSON Feed 1.1")
        if not feed.get("title"):
            self.fault("the title is missing")
        self.home = feed.get("home_page_url")
        self.check_self([feed.get("feed_url")])
        for nth, item in enumerate(feed["items"], 1):
            if not item.get("content_html") and not item.get("content_text"):
                self.fault("neither content_html nor content_text", nth)
            if item.get("image"):
                self.check_absolute(item["image"], nth)
            if item.get("date_modified"):
                self.net_date(item["date_modified"], nth)
            date = item.get("date_published")
            self.add(nth, item.get("id"), item.get("url"), item.get("title"), date and self.net_date(date, nth),
                     [person.get("name") for person in item.get("authors", [])], item.get("content_html"))

    def add(self, nth, own_id, url, title, date, people, html):
        for name, value in (("id", own_id), ("title", title)):
            if not (value or "").strip():
                self.fault(f"the {name} is missing", nth)
        if re.search(r"</?[a-z]+[ />]|&[a-z]+;", title or "", re.I):
            self.fault("HTML in the title", nth)
        self.check_absolute(url, nth)
        for fault in Content(html or "").faults:
            self.fault(fault, nth)
        self.entries.append({"id": own_id, "url": url, "title": title, "date": date or None, "people": people})

    def check_absolute(self, url, nth=None):
        parts = urlsplit(url or "")
        if parts.scheme not in ("http", "https") or not parts.netloc:
            self.fault(f"{url!r} is no full address", nth)

    def check_self(self, found):
        if found != [self.address]:
            self.fault(f"its own address is given as {found}")

    def check_enclosure(self, url, length, media_type, nth):
        self.check_absolute(url, nth)
        if not re.fullmatch(r"[a-z]+/[\w.+-]+", media_type or ""):
            self.fault(f"an enclosure has the type {media_type!r}", nth)
        if url and url.startswith(f"{self.base}/"):
            file = self.folder / unquote(url[len(self.base) + 1:])
            if not file.is_file():
                self.fault(f"the enclosure {url} does not exist", nth)
            elif length != str(file.stat().st_size):
                self.fault(f"the enclosure {url} has {file.stat().st_size} bytes, not {length}", nth)

    def mail_date(self, text, nth=None):
        if not RFC822.fullmatch(text):
            return self.fault(f"{text!r} is no date of RFC 822", nth)
        date = parsedate_to_datetime(text)
        if date.strftime("%a") != text[:3]:
            self.fault(f"{text!r} is another day of the week", nth)
        return date

    def net_date(self, text, nth=None):
        if not RFC3339.fullmatch(text):
            return self.fault(f"{text!r} is no date of RFC 3339", nth)
        return datetime.fromisoformat(text.replace("Z", "+00:00"))

    def check_home(self):
        """The page of the feed leads to it."""
        if not (self.home or "").startswith(self.base):
            return self.fault(f"its page is given as {self.home}")
        origin = "{0.scheme}://{0.netloc}".format(urlsplit(self.base))
        page = self.folder / unquote(self.home[len(self.base):]).lstrip("/") / "index.html"
        if not page.is_file():
            self.fault(f"its page {self.home} does not exist")
        elif not re.search(rf'<link rel="alternate" type="{re.escape(TYPES[self.path.name])}"[^>]* href="({re.escape(origin)})?{re.escape(self.address[len(origin):])}"', page.read_text()):
            self.fault(f"its page {self.home} does not lead to it")


def main(folder, base):
    folder, base = Path(folder), base.rstrip("/")
    feeds = [Feed(path, folder, base) for path in sorted(folder.rglob("*")) if path.name in TYPES]
    faults = [fault for feed in feeds for fault in feed.faults]
    for feed in feeds:
        before = len(feed.faults)
        feed.check_home()
        faults += feed.faults[before:]
    places = {}
    for feed in feeds:
        places.setdefault(feed.path.parent, []).append(feed)
    for place, same in places.items():
        if any(feed.entries != same[0].entries for feed in same):
            faults.append(f"{place.relative_to(folder)}/: the formats do not say the same")
    if not feeds:
        faults.append(f"{folder} has no feeds")
    print(*faults, sep="\n", end="\n" if faults else "")
    print(f"{len(feeds)} feeds of {len(places)} lists, {sum(len(feed.entries) for feed in feeds)} entries")
    return bool(faults)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: check.py FOLDER BASE_URL")
    sys.exit(main(*sys.argv[1:]))
