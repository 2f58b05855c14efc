#!/usr/bin/env python3
"""Makes a synthetic analysis blog, the same one for several site generators.

The blog has N articles of 500 to 1,500 words. Each has front matter, headings, two captioned pictures,
a table, a quote, a list, two footnotes and links to two other articles; a fifth have code. The words look
like English but mean nothing. Words and tags follow a Zipf law, and a quarter of an article's words come
from the vocabulary of its tags, so that tag pages and related links are as uneven as those of a real archive.

The same arguments give the same bytes on any machine: every choice comes from random.Random(integer).random(),
which Python promises to keep, and an article depends on nothing but the seed and its own number. Memory does
not grow with N.
"""

import argparse
import datetime
import hashlib
import json
import os
import shutil
import struct
import sys
import zlib
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from random import Random

HERE = Path(__file__).resolve().parent
SITES = HERE / "sites"
KINDS = ("byline", "hugo", "zola")
STAMP = "corpus.json"

WORDS = 12_500
TAGS = 240
WORDS_OF_A_TAG = 60
AUTHORS = 24
PICTURES = 12
TOPICAL = 0.25
WITH_CODE = 0.2
FIRST_DAY = datetime.date(2012, 1, 1)
DAYS = 12 * 365

# The most frequent words of English, in about their order: what a list of stop words should catch.
FUNCTION_WORDS = (
    "the of and to in a is that for it was on with as by be at this are from but or which an not have were has had"
    " its they their been would one will there more when who all if no than so some about into other after may such"
).split()
# Parts of invented words; an empty text stands for none.
ONSETS = (
    "b b br c c ch cl cr d d dr f f fl fr g gr h h j k l l m m n n p p pl pr qu r r s s s sc sh sl sp st st str t t t"
    " th tr v w w"
).split() + [""] * 3
VOWELS = "a a a a a e e e e e e i i i i i o o o o u u u ai ea ee ie oa oo ou".split()
MIDDLES = "l m n n nd ng nt r r rn rt s st t".split() + [""] * 26
CODAS = "ck d d ft g l ld ll m mp n n nd ng nt p r r rd rn s ss st t t th".split() + [""] * 6
ENDINGS = "al ance ate ed ed ent er er ic ing ing ion ism ist ity ive ly ly ment ness or ous ure".split() + [""] * 24
ACCENTS = {"a": "á", "c": "č", "e": "é", "i": "ï", "o": "ö", "s": "š", "u": "ü"}


# --- Chance ----------------------------------------------------------------------------------------------------------


def stream(seed, kind, number=0):
    """An endless row of numbers in [0, 1), its own for each seed, kind of thing and number of the thing."""
    return Random((seed * 16 + kind) * 2**40 + number).random


def below(chance, count):
    """A whole number from 0 to count - 1."""
    return int(chance() * count)


def between(chance, low, high):
    """A whole number from low to high, both included."""
    return low + int(chance() * (high - low + 1))


def pick(chance, items):
    return items[int(chance() * len(items))]


def pick_different(chance, items, count):
    """Some items, none twice, in the order in which they were drawn."""
    chosen = {}
    while len(chosen) < count:
        chosen[pick(chance, items)] = True
    return list(chosen)


def shuffled(chance, items):
    drawn = [(chance(), item) for item in items]
    return [item for _, item in sorted(drawn)]


def zipf_table(items, size, flatten):
    """A list in which the item of rank r stands about 1/(r + flatten) of the time: a draw is one index.

    Whole numbers only, so that no machine rounds another way.
    """
    weights = [10**15 // (1000 * rank + flatten) for rank in range(len(items))]
    total = sum(weights)
    table, so_far = [], 0
    for item, weight in zip(items, weights):
        so_far += weight
        table.extend([item] * (so_far * size // total - len(table)))
    return table


# --- The invented language -------------------------------------------------------------------------------------------


def new_word(chance):
    parts = []
    for _ in range(1 if chance() < 0.35 else 2 if chance() < 0.8 else 3):
        parts += [pick(chance, ONSETS), pick(chance, VOWELS), pick(chance, MIDDLES)]
    parts[-1] = pick(chance, CODAS)
    ending = pick(chance, ENDINGS)
    if ending[:1] in tuple("aeio") and not parts[-1]:
        parts[-1] = pick(chance, MIDDLES[:14])
    word = "".join(parts) + ending
    return accented(chance, word) if chance() < 0.01 else word


def accented(chance, word):
    at = below(chance, len(word))
    return word[:at] + ACCENTS.get(word[at], word[at]) + word[at + 1 :]


def vocabulary(chance):
    """All words by rank: function words, then invented ones, of which the shorter tend to be the more frequent."""
    known = set(FUNCTION_WORDS)
    ranked = []
    while len(ranked) < WORDS - len(FUNCTION_WORDS):
        word = new_word(chance)
        if 2 < len(word) < 14 and word not in known:
            known.add(word)
            ranked.append((len(word) + 8 * chance(), word))
    return FUNCTION_WORDS + [word for _, word in sorted(ranked)]


def new_names(chance, words, count, two_words):
    """Different names of one word or two, plain ASCII, so that every generator makes the same address of them."""
    plain = [word for word in words if word.isascii() and len(word) > 3]
    names = {}
    while len(names) < count:
        parts = [pick(chance, plain).capitalize()]
        if chance() < two_words:
            parts.append(pick(chance, plain).capitalize())
        names.setdefault(" ".join(parts), True)
    return list(names)


class Language:
    """What all articles draw from."""

    def __init__(self, seed):
        chance = stream(seed, kind=1)
        self.words = vocabulary(chance)
        self.common = zipf_table(self.words, size=2**17, flatten=2700)
        self.content = self.common[len(self.common) // 2 :]
        rare = self.words[400:]
        self.tags = new_names(chance, rare, TAGS, two_words=0.2)
        self.tag_table = zipf_table(self.tags, size=2**16, flatten=3000)
        self.words_of_tag = {tag: self.topical_words(chance, tag, rare) for tag in self.tags}
        self.authors = new_names(chance, rare, AUTHORS, two_words=1)

    @staticmethod
    def topical_words(chance, tag, rare):
        """The words that make a text about this tag; a few of them are much more frequent than the others."""
        own = [part.lower() for part in tag.split()] + pick_different(chance, rare, WORDS_OF_A_TAG)
        return zipf_table(own, size=512, flatten=4000)


class Voice:
    """Sentences about some topics."""

    def __init__(self, language, topics, chance):
        self.chance = chance
        self.common = language.common
        self.content = language.content
        self.topical = [word for topic in topics for word in language.words_of_tag[topic]]

    def words(self, count):
        chance, common, topical = self.chance, self.common, self.topical
        general = 1 - TOPICAL
        scale, topical_scale = len(common) / general, len(topical) / TOPICAL
        return [
            common[int(x * scale)] if (x := chance()) < general else topical[int((x - general) * topical_scale)]
            for _ in range(count)
        ]

    def content_words(self, count):
        """Words for headings and names: mostly topical ones, no function words."""
        chance = self.chance
        return [pick(chance, self.topical if chance() < 0.6 else self.content) for _ in range(count)]

    def heading(self, low, high):
        words = [word.capitalize() for word in self.content_words(between(self.chance, low, high))]
        if len(words) > 5 and self.chance() < 0.3:
            words[2] += ":"
        return " ".join(words)

    def sentence(self, low=8, high=24):
        words = self.words(between(self.chance, low, high))
        self.punctuate(words)
        text = " ".join(words)
        return text[0].upper() + text[1:] + "."

    def plain_sentence(self):
        """A sentence for places in which quotation marks would have to be escaped."""
        text = " ".join(self.words(between(self.chance, 8, 18)))
        return text[0].upper() + text[1:] + "."

    def punctuate(self, words):
        chance = self.chance
        if len(words) > 12:
            words[between(chance, 4, 8)] += ","
        what = chance()
        if what < 0.05:
            words[-2] = f"{between(chance, 2, 97)} percent"
        elif what < 0.1:
            words[2] = f'"{words[2]}'
            words[4] = f'{words[4]}"'
        elif what < 0.14:
            words[3] += "'s"
        elif what < 0.18:
            words[5] = f"in {between(chance, 1990, 2023)}"
        elif what < 0.21:
            words[4] += " --"

    def paragraph(self, words):
        """Sentences of about so many words together."""
        sentences = []
        while words > 0:
            sentence = self.sentence()
            words -= sentence.count(" ") + 1
            sentences.append(sentence)
        self.emphasize(sentences)
        return " ".join(sentences)

    def emphasize(self, sentences):
        what = self.chance()
        if what < 0.2:
            sentences[-1] = f"*{sentences[-1]}*"
        elif what < 0.45:
            first, rest = sentences[0].split(" ", 1)
            sentences[0] = f"**{first}** {rest}"


# --- Parts of an article ---------------------------------------------------------------------------------------------


def slug_of(language, seed, number):
    """The address of an article; known without making the article, because others link to it."""
    chance = stream(seed, kind=2, number=number)
    plain = [pick(chance, language.tags).split()[0].lower() for _ in range(2)]
    return f"{plain[0]}-{plain[1]}-{number:06d}"


def picture(voice):
    number = below(voice.chance, PICTURES)
    return f'![{voice.plain_sentence()}](/img/p{number}.png "{voice.plain_sentence()}")'


def table(voice):
    chance = voice.chance
    head = [word.capitalize() for word in voice.content_words(4)]
    rows = [
        [pick(chance, voice.topical)] + [str(between(chance, 1, 9999)) for _ in range(3)]
        for _ in range(between(chance, 4, 8))
    ]
    lines = [head, ["---", "---:", "---:", "---:"]] + rows
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def bullets(voice):
    return "\n".join(f"- {voice.sentence(6, 14)}" for _ in range(between(voice.chance, 3, 5)))


PROGRAMS = {
    "python": """import csv

LIMIT = {number}  # {comment}


def {a}(path):
    \"\"\"{comment}\"\"\"
    with open(path, encoding="utf-8") as {b}:
        for row in csv.DictReader({b}):
            if float(row["{c}"]) > LIMIT:
                yield row["{d}"], float(row["{c}"])


print(sum(value for _, value in {a}("{d}.csv")))
""",
    "rust": """/// {comment}
fn {a}({b}: &[f64]) -> Option<f64> {{
    let {c}: Vec<f64> = {b}.iter().copied().filter(|x| *x > {number}.0).collect();
    if {c}.is_empty() {{
        return None;
    }}
    println!("{d}: {{}}", {c}.len());
    Some({c}.iter().sum::<f64>() / {c}.len() as f64)
}}
""",
    "sql": """-- {comment}
SELECT {a}, COUNT(*) AS {b}, AVG({c}) AS mean
FROM {d}
WHERE {c} > {number} AND year BETWEEN 2005 AND 2020
GROUP BY {a}
HAVING COUNT(*) >= 3
ORDER BY mean DESC, {a};
""",
    "json": """{{
  "{a}": {{"unit": "{b}", "value": {number}.5}},
  "{c}": [1, 2, 3, {number}],
  "note": "{comment}",
  "{d}": null
}}
""",
}


def program(voice):
    """A short program with names from the text, so that no two are the same."""
    lang = pick(voice.chance, list(PROGRAMS))
    # The number after the letter keeps an invented name from being a keyword of the language.
    names = {name: f"{word}_{name}" for name, word in zip("abcd", voice.content_words(4))}
    number = between(voice.chance, 10, 999)
    return f"```{lang}\n{PROGRAMS[lang].format(comment=voice.plain_sentence(), number=number, **names)}```"


def split_words(chance, total, parts):
    """Splits a number of words into uneven parts."""
    shares = [0.6 + chance() for _ in range(parts)]
    whole = sum(shares)
    return [int(total * share / whole) for share in shares]


def section_paragraphs(voice, words):
    count = max(1, round(words / 85))
    return [voice.paragraph(part) for part in split_words(voice.chance, words, count)]


def linking_sentence(voice, slugs):
    links = [f"[{' '.join(voice.words(between(voice.chance, 2, 4)))}](/posts/{slug}/)" for slug in slugs]
    return f"On this see {links[0]} and also {links[1]}.[^2]"


def body_of(voice, slugs):
    """The Markdown after the front matter, as a list of blocks."""
    chance = voice.chance
    words = between(chance, 320, 1000)
    sections = max(3, min(7, round(words / 180)))
    extras = {0: [picture], 1: [table], 2: [picture, quote], sections - 1: [bullets]}
    extras[sections - 1] = extras[sections - 1] if sections > 3 else [picture, quote, bullets]
    blocks = [voice.paragraph(words // 10) + "[^1]"]
    for number, share in enumerate(split_words(chance, words - words // 10, sections)):
        blocks.append("## " + voice.heading(2, 6))
        paragraphs = section_paragraphs(voice, share)
        if len(paragraphs) > 2 and chance() < 0.4:
            paragraphs.insert(2, "### " + voice.heading(2, 5))
        blocks.append(paragraphs[0])
        blocks += [part(voice) for part in extras.get(number, [])]
        blocks += paragraphs[1:]
    if chance() < WITH_CODE:
        blocks.append(program(voice))
    blocks.append(linking_sentence(voice, slugs))
    blocks += [f"[^1]: {voice.sentence()}", f"[^2]: {voice.sentence()}"]
    return blocks


def quote(voice):
    return "> " + voice.paragraph(40)


# --- An article ------------------------------------------------------------------------------------------------------


def other_numbers(chance, number, total):
    """Numbers of two articles that this one links to: never itself, unless there is no other."""
    return [(number + 1 + below(chance, max(1, total - 1))) % total for _ in range(2)]


def draw_topics(language, chance):
    return pick_different(chance, language.tag_table, between(chance, 2, 5))


def article(language, seed, number, total):
    """Front matter as a dictionary and the text."""
    chance = stream(seed, kind=3, number=number)
    topics = draw_topics(language, chance)
    voice = Voice(language, topics, chance)
    slugs = [slug_of(language, seed, other) for other in other_numbers(chance, number, total)]
    front = {
        "title": voice.heading(4, 9),
        "date": (FIRST_DAY + datetime.timedelta(days=number * DAYS // total)).isoformat(),
        "description": voice.plain_sentence(),
        "authors": [pick(chance, language.authors)],
        "tags": topics,
    }
    return front, "\n\n".join(body_of(voice, slugs)) + "\n"


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def quoted_list(items):
    return "[" + ", ".join(quoted(item) for item in items) + "]"


def front_matter(kind, front):
    lines = [
        f"title: {quoted(front['title'])}",
        f"date: {front['date']}",
        f"description: {quoted(front['description'])}",
        f"authors: {quoted_list(front['authors'])}",
    ]
    tags = f"tags: {quoted_list(front['tags'])}"
    lines += ["taxonomies:", "  " + tags] if kind == "zola" else [tags]
    return "---\n" + "\n".join(lines) + "\n---\n"


# --- Pictures --------------------------------------------------------------------------------------------------------


def chart_rows(chance, width, height):
    """Rows of a bar chart, one byte a pixel: 0 is paper, 1 a line, 2 to 7 a bar."""
    heights = [between(chance, height // 10, height * 9 // 10) for _ in range(16)]
    bar = width // 16
    for y in range(height):
        row = bytearray(1 if y % 40 == 39 else 0 for _ in range(width))
        for number, tall in enumerate(heights):
            if height - y <= tall:
                row[number * bar + 4 : (number + 1) * bar - 4] = bytes([2 + number % 6]) * (bar - 8)
        yield bytes(row)


def png(chance, width=640, height=400):
    """A picture as PNG. The data are stored, not compressed: versions of zlib compress differently."""
    colours = bytes.fromhex("fdfbf7 d8d2c6 31688e c44e52 55a868 8172b2 ccb974 64b5cd")
    data = b"".join(b"\0" + row for row in chart_rows(chance, width, height))
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"PLTE", colours), (b"IDAT", stored(data)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(name, content) for name, content in chunks)


def chunk(name, content):
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def stored(data):
    """A zlib stream of blocks that are not compressed."""
    out = [b"\x78\x01"]
    for at in range(0, len(data), 65535):
        block = data[at : at + 65535]
        last = at + 65535 >= len(data)
        out += [struct.pack("<BHH", last, len(block), len(block) ^ 0xFFFF), block]
    return b"".join(out) + struct.pack(">I", zlib.adler32(data))


# --- Writing ---------------------------------------------------------------------------------------------------------

SECTION_FILES = {
    "byline": ("title: Bench\n", "title: Archive\n"),
    "hugo": ("title: Bench\n", "title: Archive\n"),
    "zola": (
        "title: Bench\nsort_by: date\npaginate_by: 20\n",
        "title: Archive\nsort_by: date\npaginate_by: 20\ntransparent: true\n",
    ),
}


def write(path, text):
    path.write_bytes(text.encode("utf-8"))


def write_frame(kind, folder, pictures):
    """All of a site but its articles."""
    shutil.copytree(SITES / kind, folder, copy_function=shutil.copyfile)
    (folder / "content/posts").mkdir(parents=True)
    (folder / "static/img").mkdir(parents=True)
    home, posts = SECTION_FILES[kind]
    write(folder / "content/_index.md", f"---\n{home}---\n")
    write(folder / "content/posts/_index.md", f"---\n{posts}---\n")
    for number, data in enumerate(pictures):
        (folder / f"static/img/p{number}.png").write_bytes(data)


def write_articles(seed, total, numbers, folders):
    """Writes some articles for each kind, each as soon as it is made; gives the size of the texts."""
    language = Language(seed)
    prefixes = [(kind, f"{folder}/content/posts/") for kind, folder in folders.items()]
    size = 0
    for number in numbers:
        front, body = article(language, seed, number, total)
        name = slug_of(language, seed, number) + ".md"
        body = body.encode("utf-8")
        for kind, prefix in prefixes:
            with open(prefix + name, "wb") as file:
                file.write(front_matter(kind, front).encode("utf-8") + body)
        size += len(body)
    return size


def write_all_articles(seed, total, folders, jobs):
    """Shares the articles out among processes; who writes which does not matter for what is written."""
    jobs = max(1, min(jobs, total // 500))
    if jobs == 1:
        return write_articles(seed, total, range(total), folders)
    cuts = [total * job // jobs for job in range(jobs + 1)]
    with ProcessPoolExecutor(jobs) as pool:
        parts = [
            pool.submit(write_articles, seed, total, range(low, high), folders) for low, high in zip(cuts, cuts[1:])
        ]
        return sum(part.result() for part in parts)


def sources_hash():
    """A hash of this program and the sites' files: a corpus from other ones is out of date."""
    files = [Path(__file__)] + [path for path in SITES.rglob("*") if path.is_file()]
    whole = hashlib.sha256()
    for path in sorted(files):
        whole.update(path.relative_to(HERE).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return whole.hexdigest()


def generate(total, out, seed, kinds, jobs):
    """Makes the sites OUT/KIND. The stamp is written last, so a corpus without one is not whole."""
    folders = {kind: out / kind for kind in kinds}
    chance = stream(seed, kind=4)
    pictures = [png(chance) for _ in range(PICTURES)]
    for kind, folder in folders.items():
        write_frame(kind, folder, pictures)
    size = write_all_articles(seed, total, folders, jobs)
    stamp = {"articles": total, "seed": seed, "kinds": list(kinds), "text_bytes": size, "sources": sources_hash()}
    write(out / STAMP, json.dumps(stamp, indent=2) + "\n")


# --- The command -----------------------------------------------------------------------------------------------------


def whole_number(least):
    """A type for argparse: a whole number that is not too small."""

    def number(text):
        if not text.isdecimal() or int(text) < least:
            raise argparse.ArgumentTypeError(f"`{text}` is no whole number from {least} up")
        return int(text)

    return number


def kind_list(text):
    kinds = text.split(",")
    for kind in kinds:
        if kind not in KINDS:
            raise argparse.ArgumentTypeError(f"`{kind}` is none of {', '.join(KINDS)}")
    return list(dict.fromkeys(kinds))


def arguments(argv):
    summary, _, rest = __doc__.partition("\n\n")
    parser = argparse.ArgumentParser(
        description=summary, epilog=rest, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("n", metavar="N", type=whole_number(1), help="how many articles")
    parser.add_argument("out", metavar="OUT", type=Path, help="folder for the sites: OUT/byline, OUT/hugo, OUT/zola")
    parser.add_argument(
        "--seed", type=whole_number(0), default=7, metavar="N", help="another seed gives another blog (default: 7)"
    )
    parser.add_argument(
        "--kinds",
        type=kind_list,
        default=list(KINDS),
        metavar="NAMES",
        help="which sites to make (default: byline,hugo,zola)",
    )
    parser.add_argument(
        "--jobs",
        type=whole_number(1),
        default=os.cpu_count() or 1,
        metavar="N",
        help="processes that write (default: one for each processor)",
    )
    args = parser.parse_args(argv)
    for taken in [args.out / kind for kind in args.kinds] + [args.out / STAMP]:
        if taken.exists():
            parser.error(f"{taken} exists already; delete it or name another folder")
    return args


def main(argv=None):
    args = arguments(argv)
    try:
        args.out.mkdir(parents=True, exist_ok=True)
        generate(args.n, args.out, args.seed, args.kinds, args.jobs)
    except OSError as error:
        print(f"generate.py: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
