// Broadsheet as readers have it: on every width, in the dark, on paper, without script, in other scripts; and what it asks of
// others before it is told to, which is nothing.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, afterEach, before, describe, test } from "node:test";
import { launch } from "./support/browser.mjs";
import { program, serves, Site } from "./support/byline.mjs";
import { KINDS } from "./support/kinds.mjs";
import { build, buildPublication, HOME, themeFiles, words } from "./support/theme.mjs";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const ARTICLE = "/analysis/hormuz/";
const DARK = "rgb(23, 24, 27)";
const LIGHT = "rgb(253, 252, 249)";

let browser;
let tab;
before(async () => (browser = await launch()));
after(() => browser.close());
afterEach(() => tab?.context().close());

/** Opens a page; what it asks others for and what it complains of is noted. */
async function visit(url, options = {}, prepare = () => {}) {
  await tab?.context().close();
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: "reduce", ...options });
  tab = await context.newPage();
  tab.setDefaultTimeout(10_000);
  tab.outside = [];
  tab.faults = [];
  tab.on("request", (request) => {
    if (!request.url().startsWith(new URL(url).origin) && !request.url().startsWith("data:")) tab.outside.push(request.url());
  });
  tab.on("console", (message) => message.type() === "error" && tab.faults.push(message.text()));
  tab.on("pageerror", (error) => tab.faults.push(String(error)));
  await prepare(tab);
  await tab.goto(url);
}
const narrow = { viewport: { width: 360, height: 740 } };
const paper = () => tab.evaluate(() => getComputedStyle(document.body).backgroundColor);
const box = (selector) => tab.locator(selector).first().boundingBox();
const overflow = () => tab.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

async function axe(what) {
  await tab.evaluate(AXE);
  const { violations } = await tab.evaluate(() => window.axe.run());
  assert.deepEqual(violations.map(({ id, nodes }) => [id, nodes.map(({ target }) => target.join(" "))]), [], what);
}

describe("the sample publication", { skip: !program }, () => {
  let site;
  before(async () => (site = await buildPublication()));
  after(() => site.end());

  for (const [width, colorScheme] of [[360, "light"], [1280, "light"], [360, "dark"], [1280, "dark"]]) {
    test(`axe finds nothing, nothing runs over, nothing jumps and nobody is asked: ${width} pixels, ${colorScheme}`, async () => {
      for (const [kind, path] of Object.entries(KINDS)) {
        await visit(site.url + path, { viewport: { width, height: 800 }, colorScheme }, (page) => page.addInitScript(() => {
          window.shifts = 0;
          new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) window.shifts += entry.value;
          }).observe({ type: "layout-shift", buffered: true });
        }));
        await tab.waitForTimeout(100);
        assert.equal(await tab.evaluate(() => window.shifts), 0, `${kind}: a shift`);
        assert.equal(await overflow(), 0, `${kind} runs over`);
        assert.deepEqual(tab.outside, [], kind);
        assert.deepEqual(tab.faults, [], kind);
        assert.equal(await paper(), colorScheme === "dark" ? DARK : LIGHT, kind);
        await axe(kind);
      }
    });
  }

  test("light and dark can be chosen, and the choice is kept and there from the first paint", async () => {
    await visit(site.url + ARTICLE);
    const button = tab.getByRole("button", { name: "Dark page" });
    assert.equal(await button.getAttribute("aria-pressed"), "false");
    await button.click();
    assert.equal(await paper(), DARK);
    assert.equal(await button.getAttribute("aria-pressed"), "true");
    // What the page looks like while nothing but its head is there.
    let release;
    const held = new Promise((resolve) => (release = resolve));
    await tab.route("**/scheme.*.js", async (route) => {
      await held;
      await route.continue();
    });
    await tab.goto(`${site.url}/archive/`, { waitUntil: "commit" });
    await tab.locator("h1").waitFor();
    assert.equal(await paper(), DARK);
    release();
    await tab.getByRole("button", { name: "Dark page", pressed: true }).click();
    assert.equal(await paper(), LIGHT);
    await tab.reload();
    assert.equal(await paper(), LIGHT);
  });

  test("the reader's light wins over a dark device", async () => {
    await visit(site.url, { colorScheme: "dark" });
    assert.equal(await paper(), DARK);
    await tab.getByRole("button", { name: "Dark page", pressed: true }).click();
    assert.equal(await paper(), LIGHT);
    await tab.reload();
    assert.equal(await paper(), LIGHT);
    assert.equal(await tab.evaluate(() => getComputedStyle(document.documentElement).colorScheme), "light");
  });

  test("without script everything is there to read and nothing is offered that would not work", async () => {
    const text = () => tab.locator(".prose").first().innerText();
    for (const path of [ARTICLE, KINDS["article-code"], KINDS.about]) {
      await visit(site.url + path);
      const wanted = (await text()).replaceAll(/\s+/g, " ").replaceAll(/ ?Copy ?/g, " ");
      await visit(site.url + path, { javaScriptEnabled: false });
      assert.equal((await text()).replaceAll(/\s+/g, " ").replaceAll(/ ?Copy ?/g, " "), wanted);
      assert.equal(await tab.locator("button:visible").count(), 0);
    }
    await visit(site.url + ARTICLE, { ...narrow, javaScriptEnabled: false });
    await tab.locator(".contents summary").click();
    await tab.locator(".contents a", { hasText: "What could go round" }).click();
    assert.match(tab.url(), /#what-could-go-round$/);
    await visit(site.url + ARTICLE, { javaScriptEnabled: false });
    assert.ok(await tab.locator(".contents a").first().isVisible(), "open beside the text on a wide screen");
  });

  test("a line holds 60 to 75 characters", async () => {
    for (const width of [820, 1440, 1920]) {
      await visit(site.url + ARTICLE, { viewport: { width, height: 900 } });
      const average = await tab.evaluate(() => {
        let [letters, lines] = [0, 0];
        for (const paragraph of document.querySelectorAll(".prose > p")) {
          const range = document.createRange();
          range.selectNodeContents(paragraph);
          const rows = new Set([...range.getClientRects()].filter(({ height }) => height > 15).map(({ bottom }) => Math.round(bottom / 8)));
          // The last line is not full.
          letters += paragraph.textContent.length * (rows.size - 0.5) / rows.size;
          lines += rows.size - 0.5;
        }
        return letters / lines;
      });
      assert.ok(average > 60 && average < 75, `${average} at ${width}`);
    }
  });

  test("the contents stand beside the text and follow the reader", async () => {
    await visit(site.url + ARTICLE);
    const contents = await box(".contents");
    const text = await box(".text");
    assert.ok(contents.x + contents.width <= text.x && Math.abs(contents.y - text.y) < 60);
    const current = () => tab.locator(".contents [aria-current]").allTextContents();
    assert.deepEqual(await current(), []);
    for (const [id, title] of [["the-flow", "The flow"], ["the-law-briefly", "The law, briefly"], ["what-could-go-round", "What could go round"]]) {
      await tab.evaluate((name) => document.getElementById(name).scrollIntoView(), id);
      await tab.waitForTimeout(200);
      assert.deepEqual(await current(), [title]);
      const { y } = await box(".contents");
      assert.ok(y >= 0 && y < 100, "it stays in sight");
    }
    await tab.keyboard.press("Control+Home");
    await tab.waitForTimeout(200);
    assert.deepEqual(await current(), []);
  });

  test("on a narrow screen the contents are folded", async () => {
    await visit(site.url + ARTICLE, narrow);
    assert.equal(await tab.locator(".contents a").first().isVisible(), false);
    await tab.locator(".contents summary").click();
    assert.equal(await tab.locator(".contents a").first().isVisible(), true);
  });

  test("code, links and citations are copied", async () => {
    await visit(site.url + KINDS["article-code"], { permissions: ["clipboard-read", "clipboard-write"] });
    const copied = () => tab.evaluate(() => navigator.clipboard.readText());
    const code = tab.locator(".prose pre").first();
    await code.hover();
    await code.getByRole("button", { name: "Copy" }).click();
    assert.equal(await copied(), await code.locator("code").textContent());
    assert.equal(await code.getByRole("button").textContent(), "Copied");
    await tab.getByRole("button", { name: "Copy link" }).click();
    assert.equal(await copied(), site.url + KINDS["article-code"]);
  });

  test("an article says how to cite it", async () => {
    await visit(`${site.url}/analysis/ever-given/`);
    await tab.locator(".cite summary").click();
    const text = (await tab.locator(".cite p").last().innerText()).trim();
    assert.equal(text, `The Narrow Sea. “Six days in March: what the Ever Given did and did not prove”. The Narrow Sea, 6 April 2021 (updated 12 July 2021). ${site.url}/analysis/ever-given/`);
    assert.equal(await tab.locator(".cite code").innerText(), `@online{ever-given,
  author = {{The Narrow Sea}},
  title = {{Six days in March: what the Ever Given did and did not prove}},
  organization = {The Narrow Sea},
  date = {2021-04-06},
  note = {Updated 2021-07-12},
  url = {${site.url}/analysis/ever-given/}
}`);
  });

  test("share links are plain links with the address and the title", async () => {
    await visit(site.url + ARTICLE, { javaScriptEnabled: false });
    const links = await tab.locator(".share a").evaluateAll((all) => all.map(({ href }) => href));
    assert.equal(links.length, 7);
    for (const link of links) assert.ok(link.includes(encodeURIComponent(site.url + ARTICLE)), link);
    assert.deepEqual(tab.outside, []);
  });

  test("a table scrolls inside itself, with its head in sight", async () => {
    await visit(site.url + ARTICLE, { viewport: { width: 360, height: 500 } });
    await tab.evaluate(() => {
      const table = document.querySelector(".prose table");
      const row = table.tBodies[0].rows[0];
      for (let count = 0; count < 40; count++) table.tBodies[0].append(row.cloneNode(true));
      for (const { cells } of table.rows) for (let count = 0; count < 6; count++) cells[0].parentNode.append(cells[1].cloneNode(true));
    });
    const wrap = tab.locator(".table-wrap").first();
    assert.equal(await overflow(), 0);
    assert.ok(await wrap.evaluate((element) => element.scrollWidth > element.clientWidth && element.scrollHeight > element.clientHeight));
    await wrap.focus();
    await wrap.evaluate((element) => element.scrollTo(0, 500));
    const [outer, head] = [await wrap.boundingBox(), await tab.locator(".table-wrap thead th").first().boundingBox()];
    assert.ok(Math.abs(outer.y - head.y) < 2);
  });

  test("on paper an article has its text, its notes and its sources, and pages with numbers", async () => {
    await visit(site.url + ARTICLE);
    const pdf = (await tab.pdf({ preferCSSPageSize: true })).toString("latin1");
    const pages = pdf.match(/\/Type\s*\/Page\b/g).length;
    assert.ok(pages >= 3 && pages <= 8, `${pages} pages`);
    await tab.emulateMedia({ media: "print" });
    for (const hidden of [".menu", ".switch", ".contents", ".after", ".share", ".foot nav"]) {
      assert.equal(await tab.locator(hidden).first().isVisible(), false, hidden);
    }
    for (const shown of [".prose", ".footnotes", "figcaption", ".address", "h1", ".byline"]) {
      assert.equal(await tab.locator(shown).first().isVisible(), true, shown);
    }
    const after = (selector) => tab.locator(selector).first().evaluate((link) => getComputedStyle(link, "::after").content);
    assert.equal(await after('.footnotes a[href^="http"]'), "none", "an address is not said twice");
    await tab.evaluate(() => (document.querySelector('.prose a[href^="http"]').textContent = "the source"));
    await tab.evaluate(() => dispatchEvent(new Event("beforeprint")));
    assert.match(await after('.prose a[href^="http"]'), /attr|https:/);
    assert.equal(await tab.evaluate(() => getComputedStyle(document.body).backgroundColor), "rgb(255, 255, 255)");
  });

  test("a dark page prints on white", async () => {
    await visit(site.url + ARTICLE, { colorScheme: "dark" });
    await tab.evaluate(() => (document.documentElement.dataset.theme = "dark"));
    await tab.emulateMedia({ media: "print" });
    assert.equal(await paper(), "rgb(255, 255, 255)");
    assert.equal(await tab.evaluate(() => getComputedStyle(document.body).color), "rgb(0, 0, 0)");
  });

  test("at 200 and 400 per cent nothing runs over", async () => {
    for (const [width, height] of [[640, 400], [320, 256]]) {
      for (const [kind, path] of Object.entries(KINDS)) {
        await visit(site.url + path, { viewport: { width, height } });
        assert.equal(await overflow(), 0, `${kind} at ${width}`);
      }
    }
  });

  test("who chose colours keeps them, and marks are still seen", async () => {
    await visit(site.url + ARTICLE, { forcedColors: "active" });
    assert.match(await tab.locator(".menu [aria-current]").evaluate((link) => getComputedStyle(link).textDecorationLine), /underline/);
    assert.equal(await tab.locator(".prose a").first().evaluate((link) => getComputedStyle(link).textDecorationLine), "underline");
    await axe("forced colours");
  });

  test("who wants no motion gets none", async () => {
    const behavior = () => tab.evaluate(() => getComputedStyle(document.documentElement).scrollBehavior);
    await visit(site.url + ARTICLE);
    assert.equal(await behavior(), "auto");
    await visit(site.url + ARTICLE, { reducedMotion: "no-preference" });
    assert.equal(await behavior(), "smooth");
  });

  test("the way by keyboard: skip link, menu, switch", async () => {
    await visit(site.url + ARTICLE);
    const focused = () => tab.evaluate(() => document.activeElement.textContent.trim() || document.activeElement.ariaLabel);
    const seen = [];
    for (let count = 0; count < 8; count++) {
      await tab.keyboard.press("Tab");
      seen.push(await focused());
      const outline = await tab.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
      assert.equal(outline, "solid", seen.at(-1));
    }
    assert.deepEqual(seen, ["Skip to the text", "The Narrow Sea", "Analysis", "Notes", "Tags", "Archive", "About", "Dark page"]);
    await tab.keyboard.press("Enter");
    assert.equal(await paper(), DARK);
  });

  test("scripts and style sheets are small, and the policy allows what is there and no more", async () => {
    const files = await readdir(site.root);
    const size = async (pattern) => {
      const texts = await Promise.all(files.filter((name) => pattern.test(name)).map((name) => readFile(join(site.root, name), "utf8")));
      return texts.map((text) => text.replaceAll(/\/\*[^]*?\*\/|^\s+/gm, "").length).reduce((sum, length) => sum + length, 0);
    };
    assert.ok(await size(/^site\..*css$/) < 30_000, `${await size(/^site\..*css$/)} bytes of CSS`);
    assert.ok(await size(/\.js$/) < 10_000, `${await size(/\.js$/)} bytes of script`);
    for (const [kind, path] of Object.entries(KINDS)) {
      const html = await readFile(join(site.root, path.endsWith("/") ? `${path}index.html` : path), "utf8");
      const policy = html.match(/Content-Security-Policy" content="([^"]*)"/)[1];
      assert.doesNotMatch(policy, /unsafe|https?:|\*/, kind);
      for (const [, attributes, text] of html.matchAll(/<script([^>]*)>([^]*?)<\/script>/g)) {
        if (attributes.includes(" src=")) assert.match(attributes, / defer /, kind);
        else assert.ok(policy.includes(`'sha256-${createHash("sha256").update(text).digest("base64")}'`), `${kind}: ${text.slice(0, 60)}`);
      }
      assert.doesNotMatch(html.replaceAll(/<(script|pre)[^]*?<\/\1>/g, ""), /<[^>]* (style|on[a-z]+)=/, kind);
    }
  });
});
