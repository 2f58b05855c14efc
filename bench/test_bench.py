"""Tests of the tools in this folder: python3 -m unittest discover bench"""

import hashlib
import os
import re
import statistics
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import compare
import generate
import measure

# Of the article number 3 of 50 with seed 7. It changes when the generator is changed on purpose, and then only.
KNOWN_ARTICLE = "cb6c6d8a50c1ead9057c811095a3435f08f7d1ee8338f98080b9639bb72eabce"


def text_of(front, body):
    return generate.front_matter("byline", front) + body


class Generated(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.language = generate.Language(7)
        cls.articles = [generate.article(cls.language, 7, number, 50) for number in range(50)]

    def test_the_same_arguments_give_the_same_bytes_on_every_machine(self):
        whole = text_of(*self.articles[3]).encode("utf-8")
        self.assertEqual(hashlib.sha256(whole).hexdigest(), KNOWN_ARTICLE)

    def test_an_article_does_not_depend_on_who_was_made_before(self):
        again = generate.article(generate.Language(7), 7, 31, 50)
        self.assertEqual(again, self.articles[31])

    def test_another_seed_gives_another_blog(self):
        self.assertNotEqual(generate.article(generate.Language(8), 8, 3, 50), self.articles[3])

    def test_articles_are_as_promised(self):
        for front, body in self.articles:
            words = len(re.findall(r"[^\W\d_]+", body))
            self.assertTrue(500 <= words <= 1500, words)
            self.assertTrue(2 <= len(front["tags"]) <= 5)
            self.assertEqual(len(re.findall(r'^!\[[^"]+\]\(/img/p\d+\.png "[^"]+"\)$', body, re.M)), 2)
            self.assertEqual(len(re.findall(r"^\[\^\d\]: ", body, re.M)), 2)
            for part in (r"^\| ---", r"^> ", r"^- ", r"^## "):
                self.assertRegex(body, re.compile(part, re.M))

    def test_links_lead_to_articles(self):
        slugs = {generate.slug_of(self.language, 7, number) for number in range(50)}
        for number, (_, body) in enumerate(self.articles):
            linked = re.findall(r"\]\(/posts/([^/]+)/\)", body)
            self.assertEqual(len(linked), 2)
            self.assertLessEqual(set(linked), slugs - {generate.slug_of(self.language, 7, number)})

    def test_words_and_tags_are_as_uneven_as_in_real_texts(self):
        self.assertGreaterEqual(len(set(self.language.common)), 12_000)
        self.assertEqual(len(set(self.language.tags)), 240)
        often = self.language.tag_table.count(self.language.tags[0])
        seldom = self.language.tag_table.count(self.language.tags[-1])
        self.assertGreater(often, 50 * seldom)

    def test_tags_have_different_addresses(self):
        slugs = {tag.lower().replace(" ", "-") for tag in self.language.tags}
        self.assertEqual(len(slugs), 240)

    def test_jobs_change_nothing(self):
        with tempfile.TemporaryDirectory() as folder:
            sums = []
            for jobs in (1, 2):
                out = Path(folder) / str(jobs)
                generate.generate(1000, out, 7, ["byline"], jobs)
                sums.append({path.relative_to(out): path.read_bytes() for path in out.rglob("*.md")})
            self.assertEqual(sums[0], sums[1])
            self.assertEqual(len(sums[0]), 1002)


class Measured(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = Path(self.folder.name)

    def run_python(self, program, timeout=60):
        return measure.run([sys.executable, "-c", program], self.path / "log", timeout)

    def test_cpu_and_memory_are_those_of_the_command(self):
        run = self.run_python("held = b'x' * 200_000_000; sum(range(3_000_000))")
        self.assertEqual(run.problem, "")
        self.assertGreater(run.memory, 200_000_000)
        self.assertGreater(run.cpu, 0.01)

    def test_failures_are_told_with_what_was_printed(self):
        run = self.run_python("print('what went wrong'); raise SystemExit(3)")
        self.assertIn("exit status 3", run.problem)
        self.assertIn("what went wrong", run.problem)

    def test_a_command_that_does_not_end_is_stopped(self):
        run = self.run_python("import time; time.sleep(60)", timeout=0.5)
        self.assertIn("no end after 0.5 s", run.problem)
        self.assertLess(run.wall, 30)

    def test_files_are_counted_by_kind(self):
        files = {
            "index.html": "<p>text",
            "a/index.html": "<meta http-equiv='refresh' content='0; url=/'>",
            "rss.xml": "<rss>",
            "sitemap.xml": "<urlset>",
            "robots.txt": "",
        }
        for name, text in files.items():
            (self.path / "out" / name).parent.mkdir(parents=True, exist_ok=True)
            (self.path / "out" / name).write_text(text)
        output = measure.look_at(self.path / "out")
        self.assertEqual([output.kinds[kind] for kind in measure.KINDS_OF_FILES], [1, 1, 1, 1, 1])
        self.assertEqual(output.pages, {"index.html"})

    def test_touched_files_are_seen(self):
        for name in "abc":
            (self.path / name).write_text(name)
        before = measure.states(self.path)
        (self.path / "a").write_text("longer")
        os.remove(self.path / "b")
        (self.path / "d").write_text("new")
        self.assertEqual(measure.touched(before, measure.states(self.path)), 3)


class Compared(unittest.TestCase):
    def test_ratios_are_taken_round_by_round(self):
        base = [measure.Run(wall, 1, 1) for wall in (1, 10, 2)]
        mine = [measure.Run(wall, 1, 1) for wall in (4, 30, 10)]
        self.assertEqual(compare.ratio(mine, base, "wall"), 4)
        self.assertEqual(statistics.median([4, 30, 10]) / statistics.median([1, 10, 2]), 5)

    def test_wrong_calls_end_with_status_2(self):
        for call in ([], ["--articles", "0"], ["--articles", "9", "--peers", "jekyll"], ["--rebuild", "--growth", "9"]):
            with self.assertRaises(SystemExit) as end, open(os.devnull, "w") as sink:
                sys.stderr, kept = sink, sys.stderr
                try:
                    compare.main(call)
                finally:
                    sys.stderr = kept
            self.assertEqual(end.exception.code, 2)


if __name__ == "__main__":
    unittest.main()
