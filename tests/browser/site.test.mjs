// The real program with the real theme. Without a program, or with one that does not serve, the tests are skipped.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readdir, readFile, rm } from "node:fs/promises";
import { extname, join, relative } from "node:path";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { assertSame, launch, open } from "./support/browser.mjs";
import { buildSample, program, serves, Site } from "./support/byline.mjs";
import { Stub } from "./support/stub.mjs";

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

describe("pages of the sample publication", { skip: !program }, () => {
  test("each becomes each other in place, without a load", async () => {
    const output = await buildSample();
    const stub = await new Stub().start();
    try {
      const all = await readSite(output, stub);
      // A page with another script is loaded: scripts run once.
      const script = ({ html }) => html.match(/<script defer[^>]*>/g)?.join();
      for (const same of new Set(all.map(script))) {
        const pages = all.filter((page) => script(page) === same);
        stub.pages.set("/", pages[0].html);
        const tab = await open(browser, stub, "/");
        await tab.evaluate(() => {
          window.updates = 0;
          document.addEventListener("byline:update", () => window.updates++);
        });
        for (const [index, { path, html }] of [...pages, ...pages.toReversed()].entries()) {
          stub.pages.set("/", html);
          stub.update();
          await tab.waitForFunction((count) => window.updates === count, index + 1);
          await assertSame(tab, html, path);
        }
        assert.equal(tab.loads, 1);
        assert.deepEqual(tab.faults, []);
        await tab.context().close();
        await stub.waitForStream(0);
      }
    } finally {
      await stub.stop();
      await rm(output, { recursive: true });
    }
  });
});

/** Gives the files of a build to a stub; gives its pages. */
async function readSite(folder, stub) {
  const pages = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath ?? entry.path, entry.name);
    const path = `/${relative(folder, file)}`;
    const body = await readFile(file);
    const type = { ".css": "text/css", ".svg": "image/svg+xml", ".jpg": "image/jpeg", ".png": "image/png", ".webp": "image/webp", ".js": "text/javascript" }[extname(file)];
    if (extname(file) !== ".html") stub.files.set(path, { type: type ?? "application/octet-stream", body });
    else if (!/http-equiv="?refresh/.test(body)) pages.push({ path: path.replace(/index\.html$/, ""), html: body.toString() });
  }
  return pages;
}

const FIRST = `---
title: The first article
date: 2025-03-01
tags: [Trade]
---
Ships waited for days.

${"The canal was closed for a week, and nobody knew when it would open again.\n\n".repeat(30)}
See [the second](second.md).
`;
const FILES = {
  "byline.yaml": "title: The Test Review\nbase_url: https://example.org/review/\n",
  "content/posts/first.md": FIRST,
  "content/posts/second.md": "---\ntitle: The second article\ndate: 2025-03-02\ntags: [Trade]\n---\nPrices rose.\n\n![](map.svg)\n",
  "content/posts/map.svg": "<svg xmlns='http://www.w3.org/2000/svg' width='40' height='20' viewBox='0 0 40 20'><rect width='40' height='20'/></svg>",
  "content/posts/later.md": "---\ntitle: A later article\ndate: 2025-03-03\ndraft: true\n---\nNot yet.\n",
};

describe("byline serve", { skip: !program || !serves() }, () => {
  let site;
  let tab;
  beforeEach(async () => (site = await Site.serve(FILES, "--drafts")));
  afterEach(async () => {
    await tab?.context().close();
    await site.end();
  });

  async function visit(path) {
    const context = await browser.newContext({ viewport: { width: 1100, height: 700 } });
    tab = await context.newPage();
    tab.setDefaultTimeout(10_000);
    tab.loads = 0;
    tab.on("load", () => tab.loads++);
    await Promise.all([
      tab.waitForResponse((response) => response.url().includes("/_byline/events")),
      tab.goto(new URL(`/review${path}`, site.url).href),
    ]);
  }
  const part = (selector) => tab.locator(`byline-preview ${selector}`);
  const says = (text) => tab.waitForFunction((wanted) => document.body.textContent.includes(wanted), text);

  test("an edit comes in place, and the reader stays where he is", async () => {
    await visit("/posts/first/");
    await tab.evaluate(() => window.scrollTo({ top: 600, behavior: "instant" }));
    const top = () => tab.evaluate(() => [...document.querySelectorAll(".prose p, article p")].at(-4).getBoundingClientRect().top);
    const before = await top();
    await site.write("content/posts/first.md", FIRST.replace("Ships waited", "A new first paragraph stands here.\n\nSixty ships waited"));
    await says("Sixty ships waited");
    assert.ok(Math.abs(await top() - before) < 3, `moved by ${await top() - before}`);
    assert.equal(tab.loads, 1);
  });

  test("a broken front matter shows over the last good page, and goes", async () => {
    await visit("/posts/first/");
    await site.write("content/posts/first.md", FIRST.replace("title:", "tilte:"));
    await part(".overlay").waitFor();
    assert.match(await part(".overlay .diagnostic .place code").first().textContent(), /^content\/posts\/first\.md:2:1$/);
    await says("Ships waited");
    await site.write("content/posts/first.md", FIRST);
    await part(".overlay").waitFor({ state: "hidden" });
    assert.equal(tab.loads, 1);
  });

  test("a picture that is replaced shows without a load", async () => {
    await visit("/posts/second/");
    const width = () => tab.evaluate(() => document.querySelector('img[src*="map.svg"]').naturalWidth);
    await tab.locator('img[src*="map.svg"]').scrollIntoViewIfNeeded();
    await tab.waitForFunction(() => document.querySelector('img[src*="map.svg"]').naturalWidth === 40);
    await site.write("content/posts/map.svg", FILES["content/posts/map.svg"].replace("width='40'", "width='80'").replace("0 0 40", "0 0 80"));
    await tab.waitForFunction(() => document.querySelector('img[src*="map.svg"]').naturalWidth === 80);
    assert.equal(await width(), 80);
    assert.equal(tab.loads, 1);
  });

  test("an article whose address changes takes the browser along", async () => {
    await visit("/posts/second/");
    await site.write("content/posts/second.md", FILES["content/posts/second.md"].replace("date:", "slug: another\ndate:"));
    await tab.waitForURL(new URL("/review/posts/another/", site.url).href);
    await says("Prices rose.");
  });

  test("the panel tells of drafts and warnings, and axe finds nothing in it", async () => {
    await visit("/posts/later/");
    await part(".mark").getByText("Draft").waitFor();
    await visit("/posts/second/");
    await part(".mark.warnings").waitFor();
    await part(".panel-button").click();
    await part(".panel .file code").getByText("content/posts/second.md").waitFor();
    await part(".panel").getByRole("link", { name: "The first article" }).first().waitFor();
    await tab.evaluate(await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8"));
    const { violations } = await tab.evaluate(() => window.axe.run("byline-preview"));
    assert.deepEqual(violations.map(({ id, nodes }) => [id, nodes.length]), []);
  });

  test("a list page follows the articles", async () => {
    await visit("/");
    await site.write("content/posts/third.md", "---\ntitle: Third and newest\ndate: 2025-03-09\n---\nText.\n");
    await says("Third and newest");
    assert.equal(tab.loads, 1);
  });

  test("a page that is deleted stays and says so", async () => {
    await visit("/posts/later/");
    await site.remove("content/posts/later.md");
    await part(".note").getByText("This page is gone").waitFor();
    await says("Not yet.");
  });

  test("it ends when it is told to, with streams open", async () => {
    await visit("/posts/first/");
    const start = Date.now();
    site.process.kill("SIGINT");
    await new Promise((resolve) => site.process.on("exit", resolve));
    assert.ok(Date.now() - start < 1_000, `${Date.now() - start} ms`);
  });
});
