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
import { isso, startIsso } from "./support/isso.mjs";
import { build, buildPublication, HOME, themeFiles, words } from "./support/theme.mjs";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const ARTICLE = "/analysis/hormuz/";
const DARK = "rgb(23, 24, 27)";
const DARK_PAPER = "#17181b";
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
    // What the page looks like while its other scripts are not there.
    let release;
    const held = new Promise((resolve) => (release = resolve));
    await tab.route("**/*.js", async (route) => {
      await held;
      await route.continue();
    });
    await tab.goto(site.url + ARTICLE, { waitUntil: "commit" });
    await tab.locator("h1").waitFor();
    assert.equal(await paper(), DARK);
    release();
    await tab.waitForLoadState();
    assert.deepEqual(await tab.locator("meta[name=theme-color]").evaluateAll((metas) => metas.map(({ content }) => content)), [DARK_PAPER, DARK_PAPER]);
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
    const text = () => tab.locator(".prose").first().innerText().then((all) => all.replaceAll(/\s+/g, " ").replaceAll(/ ?Copy ?/g, " "));
    for (const path of [ARTICLE, KINDS["article-code"], KINDS.about]) {
      await visit(site.url + path);
      const wanted = await text();
      await visit(site.url + path, { javaScriptEnabled: false });
      assert.ok(await text() === wanted, path);
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
          if (rows.size < 3) continue;
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
    for (const link of links) assert.ok(decodeURIComponent(link).includes(site.url + ARTICLE), link);
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
    for (const shown of [".prose", ".sidenote", "figcaption", ".address", "h1", ".byline"]) {
      assert.equal(await tab.locator(shown).first().isVisible(), true, shown);
    }
    const after = (selector) => tab.locator(selector).first().evaluate((link) => getComputedStyle(link, "::after").content);
    assert.equal(await after('.sidenote a[href^="http"]'), "none", "an address is not said twice");
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
    for (let count = 0; count < 9; count++) {
      await tab.keyboard.press("Tab");
      seen.push(await focused());
      const outline = await tab.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
      assert.equal(outline, "solid", seen.at(-1));
    }
    assert.deepEqual(seen, ["Skip to the text", "The Narrow Sea", "Analysis", "Notes", "Tags", "Archive", "About", "Search", "Dark page"]);
    await tab.keyboard.press("Enter");
    assert.equal(await paper(), DARK);
  });

  test("scripts and style sheets are small, and the policy allows what is there and no more", async () => {
    const files = await readdir(site.root);
    const size = async (pattern) => {
      const texts = await Promise.all(files.filter((name) => pattern.test(name)).map((name) => readFile(join(site.root, name))));
      return texts.map(({ length }) => length).reduce((sum, length) => sum + length, 0);
    };
    assert.ok(await size(/^site\..*css$/) < 30_000, `${await size(/^site\..*css$/)} bytes of CSS`);
    // Everything but comments, and what an article can load, comments and all.
    for (const pattern of [/^(?!comments).*\.js$/, /^(?!search).*\.js$/]) {
      assert.ok(await size(pattern) < 10_000, `${await size(pattern)} bytes of script: ${pattern}`);
    }
    for (const [kind, path] of Object.entries(KINDS)) {
      const html = await readFile(join(site.root, path.endsWith("/") ? `${path}index.html` : path), "utf8");
      const policy = html.match(/Content-Security-Policy" content="([^"]*)"/)[1];
      assert.doesNotMatch(policy, /unsafe|https?:|\*/, kind);
      for (const [, attributes, text] of html.matchAll(/<script([^>]*)>([^]*?)<\/script>/g)) {
        if (attributes.includes("ld+json")) continue;
        if (attributes.includes(" src=")) assert.match(attributes, / defer /, kind);
        else assert.ok(policy.includes(`'sha256-${createHash("sha256").update(text).digest("base64")}'`), `${kind}: ${text.slice(0, 60)}`);
      }
      assert.doesNotMatch(html.replaceAll(/<(script|pre)[^]*?<\/\1>/g, ""), /<[^>]* (style|on[a-z]+)=/, kind);
    }
  });
});

const TEXT = "The strait was closed for a week, and nobody knew when it would open again; prices followed the news and not the ships.\n\n";
const post = (front = "") => `---\ntitle: Six days in March\ndate: 2021-04-06\ntags: [Trade]\n${front}---\n## One\n\n${TEXT}## Two\n\n${TEXT}## Three\n\n${TEXT}`;
const config = (rest = "") => `title: The Test Review\nbase_url: https://example.org/\nimages: {cards: false}\n${rest}`;
const POST = "/posts/march/";
const siteWith = (rest, front) => build({ "byline.yaml": config(rest), "content/posts/march.md": post(front) });

// Handmade, as the engine will write notes when a theme asks for them beside the text.
const NOTE = '<sup class="footnote-ref" id="fnref-9"><a href="#fn-9" role="doc-noteref">9</a></sup><span class="sidenote" id="fn-9" role="note">'
  + '<span class="sidenote-number">9</span> A note that says where this is from. <a href="#fnref-9" class="footnote-back" aria-label="Back">↩</a></span>';

describe("side notes", { skip: !program }, () => {
  let site;
  before(async () => (site = await siteWith("")));
  after(() => site.end());
  const withNote = (page) => page.route(`**${POST}`, async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, body: (await answer.text()).replace(/(<p>[^<]*open again)/, `$1${NOTE}`) });
  });

  test("stand in the margin at their line where there is one", async () => {
    for (const width of [1200, 1440, 1920]) {
      await visit(site.url + POST, { viewport: { width, height: 900 } }, withNote);
      const [note, text, mark] = [await box(".sidenote"), await box(".prose"), await box(".footnote-ref")];
      assert.ok(note.x >= text.x + text.width, `beside the text at ${width}`);
      assert.ok(note.x + note.width <= width && note.width > 150, `${note.width} wide at ${width}`);
      assert.ok(Math.abs(note.y - mark.y) < 45, `at its line: ${note.y}, ${mark.y}`);
      assert.equal(await overflow(), 0);
    }
    await axe("side notes");
  });

  test("come in place on a narrow screen when they are asked for, and nothing else moves", async () => {
    for (const javaScriptEnabled of [true, false]) {
      await visit(site.url + POST, { ...narrow, javaScriptEnabled }, withNote);
      assert.equal(await tab.locator(".sidenote").isVisible(), false);
      const end = async () => (await box(".prose > p:last-of-type")).y + (await tab.evaluate(() => scrollY));
      const [before, mark] = [await end(), await box(".footnote-ref")];
      await tab.locator(".footnote-ref a").click();
      assert.equal(await tab.locator(".sidenote").isVisible(), true);
      const note = await tab.locator(".sidenote").evaluate((element) => element.getBoundingClientRect().height + 2 * parseFloat(getComputedStyle(element).marginTop));
      // The block itself, and the line that it divides.
      const moved = await end() - before;
      assert.ok(moved >= note - 1 && moved <= note + 60, `${moved} for ${note}`);
      assert.ok((await box(".sidenote")).y - (await box(".footnote-ref")).y < 60, "directly below its mark");
      assert.ok(mark);
      assert.equal(await overflow(), 0);
    }
  });

  test("stand in the margin of the paper", async () => {
    await visit(site.url + POST, { viewport: { width: 700, height: 900 } }, withNote);
    await tab.emulateMedia({ media: "print" });
    const [note, paragraph] = [await box(".sidenote"), await box(".prose > p")];
    assert.ok(note.x >= paragraph.x + paragraph.width - 1 && note.x + note.width <= 701);
  });
});

describe("comments", { skip: !program }, () => {
  let site;
  afterEach(async () => {
    await site?.end();
    site = undefined;
  });
  const button = () => tab.locator(".comments button");

  const PROVIDERS = {
    facebook: ["comments: {provider: facebook}", "", "facebook.com", "https://www.facebook.com/"],
    giscus: ["comments: {provider: giscus, repo: a/b, repo_id: R1, category: General, category_id: C1}", "", "giscus.app", "https://github.com/a/b/discussions"],
    disqus: ["comments: {provider: disqus, shortname: review}", "", "disqus.com", "https://review.disqus.com/"],
    isso: ["comments: {provider: isso, url: 'https://talk.example.org'}", "", "talk.example.org", "https://talk.example.org/"],
    remark42: ["comments: {provider: remark42, url: 'https://talk.example.org', site_id: review}", "", "talk.example.org", "https://talk.example.org/"],
    mastodon: ["comments: {provider: mastodon}", "extra: {comments_thread: 'https://mastodon.example/@review/109'}\n", "mastodon.example", "https://mastodon.example/@review/109"],
    bluesky: ["comments: {provider: bluesky}", "extra: {comments_thread: 'https://bsky.app/profile/review.example/post/3k'}\n", "bsky.app", "https://bsky.app/profile/review.example/post/3k"],
  };
  for (const [name, [rest, front, said, link]] of Object.entries(PROVIDERS)) {
    test(`${name}: nobody is asked before the button, which says who will be; the link needs no script`, async () => {
      site = await siteWith(rest, front);
      await visit(site.url + POST, { javaScriptEnabled: false });
      assert.ok((await tab.locator(".comments a").first().getAttribute("href")).startsWith(link));
      assert.equal(await button().isVisible(), false);
      await visit(site.url + POST);
      await button().scrollIntoViewIfNeeded();
      await tab.waitForTimeout(200);
      assert.deepEqual(tab.outside, []);
      assert.equal(await button().textContent(), `Load comments from ${said}`);
      assert.match(await tab.locator(".comments").textContent(), new RegExp(`then contacts ${said}`));
      await axe(name);
      await tab.context().route((url) => !url.href.startsWith(site.url), (route) => route.abort());
      await button().click();
      await tab.waitForTimeout(300);
      assert.ok(tab.outside.length > 0, "asked now");
      const allowed = { bluesky: "public.api.bsky.app", facebook: "connect.facebook.net", disqus: "review.disqus.com" }[name] ?? said;
      assert.deepEqual([...new Set(tab.outside.map((url) => new URL(url).host))], [allowed]);
      assert.deepEqual(tab.faults.filter((fault) => /Content Security Policy/.test(fault)), []);
    });
  }

  test("an article without comments, and a thread that is not there, show none", async () => {
    site = await build({ "byline.yaml": config("comments: {provider: mastodon}"), "content/posts/march.md": post() });
    await visit(site.url + POST);
    assert.equal(await tab.locator(".comments").count(), 0);
    await site.end();
    site = await siteWith("comments: {provider: facebook}", "comments: false\n");
    await visit(site.url + POST);
    assert.equal(await tab.locator(".comments").count(), 0);
  });

  test("Facebook: the embed that its documentation asks for", async () => {
    site = await siteWith("comments: {provider: facebook, app_id: '42', locale: de_DE}");
    await visit(site.url + POST, {}, (page) => page.context().route("https://connect.facebook.net/**", (route) => route.fulfill({
      contentType: "text/javascript", headers: { "access-control-allow-origin": "*" },
      // A stand-in that finds its element as the real one does.
      body: `const root = document.getElementById("fb-root"); for (const box of document.querySelectorAll(".fb-comments")) box.append("comments of " + box.dataset.href); root.dataset.ready = "";`,
    })));
    await button().click();
    await tab.getByText(`comments of ${site.url}${POST}`).waitFor();
    assert.deepEqual(tab.outside, ["https://connect.facebook.net/de_DE/sdk.js"]);
    assert.equal(await tab.locator(".comments script").getAttribute("src"), "https://connect.facebook.net/de_DE/sdk.js#xfbml=1&version=v21.0&appId=42");
    const script = tab.locator(".comments script");
    assert.deepEqual(await script.evaluate((element) => [element.async, element.defer, element.crossOrigin]), [true, true, "anonymous"]);
    assert.deepEqual(await tab.locator(".fb-comments").evaluate((element) => ({ ...element.dataset })), { href: site.url + POST, width: "100%", numposts: "10" });
    assert.equal(await tab.locator("#fb-root").count(), 1);
    assert.deepEqual(tab.faults, []);
  });

  const HOSTILE = '<p>Good <a href="javascript:window.bad=1">point</a><br>and <a href="https://example.org/x" onclick="window.bad=1">more</a></p>'
    + '<img src="https://elsewhere.example/x.png" onerror="window.bad=1"><script>window.bad=1</script><style>p{display:none}</style>';
  const cors = { "access-control-allow-origin": "*" };

  test("Mastodon: replies in their order, as text and links only", async () => {
    site = await siteWith("comments: {provider: mastodon}", "extra: {comments_thread: 'https://mastodon.example/@review/109'}\n");
    const reply = (id, parent, content) => ({
      id, in_reply_to_id: parent, url: `https://mastodon.example/@ann/${id}`, created_at: "2021-04-07T10:00:00Z", content,
      account: { display_name: "<b>Ann</b>", username: "ann", url: "https://mastodon.example/@ann" },
    });
    await visit(site.url + POST, {}, (page) => page.context().route("https://mastodon.example/**", (route) => route.fulfill({
      headers: cors, json: { ancestors: [], descendants: [reply("110", "109", HOSTILE), reply("111", "110", "<p>An answer</p>"), reply("112", "109", "<p>Another</p>")] },
    })));
    await button().click();
    await tab.locator(".replies .replies", { hasText: "An answer" }).waitFor();
    assert.deepEqual(tab.outside, ["https://mastodon.example/api/v1/statuses/109/context"]);
    assert.equal(await tab.locator(".thread > .replies > li").count(), 2);
    assert.match(await tab.locator(".reply").first().innerText(), /<b>Ann<\/b>.*7 April 2021/s);
    assert.equal(await tab.evaluate(() => window.bad), undefined);
    const links = await tab.locator(".reply").first().locator(":scope > p:not(.byline) a").evaluateAll((all) => all.map(({ href, rel }) => [href, rel]));
    assert.deepEqual(links, [["https://example.org/x", "nofollow ugc noopener"]]);
    assert.equal(await tab.locator(".thread :is(img, script, style, b, [onclick])").count(), 0);
    await axe("replies");
    // The stranger's own style and handlers met the policy; nothing else did.
    assert.deepEqual(tab.faults.filter((fault) => !/inline (style|event handler)/.test(fault)), []);
  });

  test("Bluesky: the same, and a failure is said", async () => {
    site = await siteWith("comments: {provider: bluesky}", "extra: {comments_thread: 'https://bsky.app/profile/review.example/post/3k'}\n");
    const answer = (text, replies = []) => ({
      post: { uri: "at://did:plc:1/app.bsky.feed.post/3m", author: { handle: "ann.example", displayName: "" }, record: { text, createdAt: "2021-04-07T10:00:00Z" } }, replies,
    });
    let fails = true;
    await visit(site.url + POST, {}, (page) => page.context().route("https://public.api.bsky.app/**", (route) => route.fulfill(
      fails ? { status: 500, headers: cors } : { headers: cors, json: { thread: answer("Root", [answer(HOSTILE, [answer("Below")])]) } },
    )));
    await button().click();
    await tab.getByText("could not be loaded").waitFor();
    fails = false;
    await tab.reload();
    await button().click();
    await tab.locator(".replies .replies", { hasText: "Below" }).waitFor();
    assert.equal(new URL(tab.outside[0]).searchParams.get("uri"), "at://review.example/app.bsky.feed.post/3k");
    assert.match(await tab.locator(".reply").first().innerText(), /ann\.example.*<p>Good <a href/s);
    assert.equal(await tab.locator(".reply a").nth(1).getAttribute("href"), "https://bsky.app/profile/ann.example/post/3m");
    assert.equal(await tab.evaluate(() => window.bad), undefined);
  });

  test("Isso, the real server: a comment is written, and is there again after a reload", { skip: !isso && "no isso in $ISSO or the path" }, async () => {
    const server = await startIsso();
    try {
      site = await siteWith(`comments: {provider: isso, url: '${server.url}'}`);
      await server.allow(site.url);
      await visit(site.url + POST);
      assert.deepEqual(tab.outside, []);
      await button().click();
      const editor = tab.locator("#isso-thread textarea, #isso-thread [contenteditable]").first();
      await editor.click();
      await tab.keyboard.type("What of the insurers?");
      await tab.locator("#isso-thread input[type=submit]").first().click();
      await tab.locator("#isso-thread .isso-comment", { hasText: "What of the insurers?" }).waitFor();
      await tab.reload();
      assert.equal(await tab.getByText("What of the insurers?").count(), 0);
      await button().click();
      await tab.locator("#isso-thread .isso-comment", { hasText: "What of the insurers?" }).waitFor();
      assert.deepEqual([...new Set(tab.outside.map((url) => new URL(url).origin))], [server.url]);
    } finally {
      await server.stop();
    }
  });
});

describe("other scripts, options, the preview", { skip: !program }, () => {
  let site;
  afterEach(async () => {
    await site?.end();
    site = undefined;
  });

  test("Arabic runs from right to left, in every part", async () => {
    const text = "أُغلق المضيق أسبوعًا كاملًا، ولم يكن أحد يعلم متى يُفتح من جديد، فتبعت الأسعار الأخبار لا السفن، وانتظرت السفن أيامًا أخرى.\n\n";
    site = await build({
      "byline.yaml": `title: البحر الضيق\nbase_url: https://example.org/\nlanguage: ar\ndescription: طرق التجارة\nimages: {cards: false}\n${await words("ar")}`,
      "content/posts/march.md": `---\ntitle: ستة أيام في آذار\ndate: 2021-04-06\ndescription: سفينة واحدة\ntags: [تجارة]\n---\n## أولًا\n\n${text.repeat(3)}\n## ثانيًا\n\n${text.repeat(3)}\n## ثالثًا\n\n| المضيق | العدد |\n|:--|--:|\n| هرمز | 20 |\n\n> [!NOTE]\n> ${text}`,
    });
    for (const options of [{}, narrow]) {
      await visit(site.url + POST, options);
      assert.equal(await tab.evaluate(() => document.dir), "rtl");
      assert.equal(await overflow(), 0);
      assert.equal(await tab.locator(".kicker").first().evaluate((element) => getComputedStyle(element).letterSpacing), "normal");
      await axe("rtl");
      await visit(site.url, options);
      assert.equal(await overflow(), 0);
      await axe("rtl home");
    }
    await visit(site.url + POST);
    const [contents, body, name, switcher] = [await box(".contents"), await box(".text"), await box(".name"), await box(".switch")];
    assert.ok(contents.x >= body.x + body.width, "the contents stand at the right");
    assert.ok(switcher.x < name.x, "the switch at the left");
    assert.ok(await tab.evaluate(() => parseFloat(getComputedStyle(document.querySelector(".prose")).lineHeight) / parseFloat(getComputedStyle(document.querySelector(".prose")).fontSize)) > 1.8);
  });

  for (const lang of ["ru", "es", "fr"]) {
    test(`words of ${lang}`, async () => {
      site = await build({ "byline.yaml": config(`language: ${lang}\n${await words(lang)}`), "content/posts/march.md": post() });
      await visit(site.url + POST);
      await axe(lang);
      const said = (await tab.locator("body").innerText()) + (await tab.locator("button, nav").evaluateAll((all) => all.map(({ ariaLabel }) => ariaLabel).join()));
      for (const word of ["Contents", "Cite this", "Share", "Dark page", "Related", "Skip to"]) assert.ok(!said.includes(word), word);
    });
  }

  test("options: a logo for light and one for dark, a folded menu, sans, compact, a list, links, no policy", async () => {
    const svg = (color) => `<svg xmlns="http://www.w3.org/2000/svg" width="200" height="40" viewBox="0 0 200 40"><rect width="200" height="40" fill="${color}"/></svg>`;
    site = await build({
      "byline.yaml": config(`theme_options:
  logo: /logo.svg
  logo_dark: /logo-dark.svg
  navigation: folded
  text_font: sans
  heading_font: sans
  density: compact
  home_layout: list
  footer_text: Made with *care*
  footer_links: [{name: Imprint, url: /posts/march/}]
  share: [mail, x]
  cite: false
  content_security_policy: false
`),
      "static/logo.svg": svg("#123"), "static/logo-dark.svg": svg("#eee"), "content/posts/march.md": post(),
    });
    for (const [colorScheme, shown, hidden] of [["light", "logo.svg", "logo-dark.svg"], ["dark", "logo-dark.svg", "logo.svg"]]) {
      await visit(site.url, { colorScheme });
      await tab.locator(`.title img[src*="${shown}"]`).waitFor({ state: "visible" });
      assert.equal(await tab.locator(`.title img[src*="${hidden}"]`).isVisible(), false);
      await axe(colorScheme);
    }
    assert.equal(await tab.getByRole("link", { name: "Archive" }).count(), 0);
    await tab.locator(".menu summary").click();
    assert.equal(await tab.getByRole("link", { name: "Archive" }).isVisible(), true);
    assert.equal(await tab.locator(".foot").getByRole("link", { name: "Imprint" }).getAttribute("href"), POST);
    await visit(site.url + POST);
    assert.deepEqual(await tab.locator(".share a").allTextContents(), ["E-mail", "X"]);
    assert.equal(await tab.locator(".cite, meta[http-equiv]").count(), 0);
    await axe("options");
  });

  test("a policy that allows what a site asks for", async () => {
    site = await siteWith("theme_options:\n  allowed_sources: {frame-src: 'https://player.example', img-src: 'https://img.example'}\n");
    await visit(site.url + POST);
    const policy = await tab.locator("meta[http-equiv]").getAttribute("content");
    assert.match(policy, /frame-src 'self' https:\/\/player\.example/);
    assert.match(policy, /img-src 'self' data: https:\/\/img\.example/);
  });

  test("a page of 1,500 words with three pictures is below 150 kB on a phone", async () => {
    const files = { "byline.yaml": config(), "content/posts/march/index.md": `---\ntitle: Three pictures\ndate: 2021-04-06\n---\n![A ship](a.jpg "One")\n\n${TEXT.repeat(23)}\n![A lake](b.jpg "Two")\n\n${TEXT.repeat(23)}\n![A globe](c.jpg "Three")\n\n${TEXT.repeat(23)}` };
    for (const [name, path] of [["a", "analysis/2024-01-30-bab-el-mandeb/night-passage.jpg"], ["b", "analysis/pictures/bitter-lake.jpg"], ["c", "notes/pictures/globe.jpg"]]) {
      files[`content/posts/march/${name}.jpg`] = await readFile(join(HOME, "content", path));
    }
    site = await build(files);
    const sizes = [];
    await visit(site.url + POST, { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true }, (page) => page.on("requestfinished", async (request) => {
      const { responseBodySize, responseHeadersSize } = await request.sizes();
      sizes.push([new URL(request.url()).pathname, responseBodySize + responseHeadersSize]);
    }));
    for (let at = 0; at < 60; at++) await tab.mouse.wheel(0, 400).then(() => tab.waitForTimeout(20));
    await tab.waitForTimeout(300);
    assert.equal(sizes.filter(([path]) => /processed_images/.test(path)).length, 3, JSON.stringify(sizes));
    const total = sizes.reduce((sum, [, size]) => sum + size, 0);
    assert.ok(total < 150_000, `${total} bytes: ${JSON.stringify(sizes)}`);
  });

  test("the preview works under the policy: an edit comes in place, and the reader's dark stays", { skip: !serves() }, async () => {
    const preview = await Site.serve({ ...await themeFiles(), "byline.yaml": config(), "content/posts/march.md": post() });
    try {
      await visit(new URL(POST, preview.url).href);
      await tab.getByRole("button", { name: "Dark page" }).click();
      await tab.waitForTimeout(300);
      await preview.write("content/posts/march.md", post().replace("for a week", "for a month"));
      await tab.getByText("for a month").first().waitFor();
      assert.equal(await paper(), DARK);
      assert.deepEqual(tab.faults, []);
      assert.deepEqual(tab.outside, []);
    } finally {
      await tab.context().close();
      tab = undefined;
      await preview.end();
    }
  });
});
