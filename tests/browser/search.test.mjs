// The search of the default theme, on built sites behind a server that forbids what a strict host forbids.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { dirname, extname, join } from "node:path";
import { after, afterEach, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { launch } from "./support/browser.mjs";
import { program, serves, Site } from "./support/byline.mjs";

const HOME = fileURLToPath(new URL("../../", import.meta.url));
const TYPES = { ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript", ".json": "application/json", ".svg": "image/svg+xml", ".png": "image/png" };

/** A folder below `/review/`, as a host serves it; notes what was sent. */
class Host {
  sent = [];

  constructor(folder) {
    this.folder = folder;
    this.server = createServer(async (request, response) => {
      const { pathname } = new URL(request.url, "http://host");
      const file = join(this.folder, decodeURIComponent(pathname).replace(/^\/review/, "").replace(/\/$/, "/index.html"));
      if (!pathname.startsWith("/review/") || !(await stat(file).catch(() => null))?.isFile()) return response.writeHead(404).end();
      const body = await readFile(file);
      this.sent.push({ path: pathname.slice(7), bytes: body.length, packed: gzipSync(body).length });
      response.writeHead(200, { "Content-Type": TYPES[extname(file)] ?? "application/octet-stream", "Cache-Control": "max-age=600" }).end(body);
    });
  }

  async start() {
    await new Promise((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    this.base = `http://127.0.0.1:${this.server.address().port}/review`;
    return this;
  }

  end() {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(resolve));
  }
}

async function build(files, ...flags) {
  const root = await mkdtemp(join(tmpdir(), "byline-search-"));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  await cp(join(HOME, "themes/broadsheet"), join(root, "themes/broadsheet"), { recursive: true });
  execFileSync(program, ["build", "--root", root, ...flags], { stdio: "pipe" });
  return root;
}

const article = (title, date, tags, text, more = "") => `---\ntitle: "${title}"\ndate: ${date}\ntags: [${tags}]\n${more}---\n${text}\n`;
const filler = "Nothing in this paragraph says anything at all to anybody who looks for it here. ".repeat(12);
const FILES = {
  "byline.yaml": "title: The Test Review\nbase_url: https://example.org/review/\nlanguages:\n  fr: {name: Français}\n  ru: {name: Русский}\n  es: {name: Español}\n  ar: {name: العربية}\n  zh: {name: 中文}\n  ja: {name: 日本語}\nimages: {cards: false}\n",
  "content/posts/oil.md": article("Oil and the canal", "2015-03-01", "Oil, Trade", `${filler}\n\nThe sanctions of that spring hit every tanker. <b>Prices</b> rose & fell.\n\n${filler}`),
  "content/posts/gas.md": article("Gas pipelines", "2016-04-02", "Gas, Trade", `${filler}\n\nOne sanction was never lifted; the tankers waited for a closed canal.\n\n${filler}`),
  "content/posts/script.md": article("What <b>scripts</b> do", "2016-06-03", "Web", "An article on `<script>alert(1)</script>` and <em>tankers</em> in 2016."),
  "content/posts/secret.md": article("A secret draft", "2016-07-01", "Web", "Unpublished tankers.", "draft: true\n"),
  "content/posts/future.md": article("The future", "2999-07-01", "Web", "Tomorrow's tankers."),
  "content/posts/hidden.md": article("Not to be found", "2016-08-01", "Web", "Hidden tankers.", "search: false\n"),
  "content/posts/petrole.fr.md": article("L’économie du pétrole", "2015-03-01", "Pétrole", `${filler}\n\nLes élèves étudiaient les exportations françaises de l’Algérie.\n\n${filler}`),
  "content/posts/neft.ru.md": article("Нефть и российские санкции", "2015-03-01", "Нефть", "Новые санкции ударили по ёмкостям. Российский рынок падает."),
  "content/posts/petroleo.es.md": article("El petróleo", "2015-03-01", "Petróleo", "Los trabajadores españoles piden más información en la mañana."),
  "content/posts/naft.ar.md": article("النفط", "2015-03-01", "نفط", "قال الرئيس إن الحكومة والبرلمان وافقا على الاتفاقيات."),
  "content/posts/shiyou.zh.md": article("石油价格", "2015-03-01", "石油", "中国经济增长放缓，石油价格下跌。"),
  "content/posts/sekiyu.ja.md": article("石油の価格", "2015-03-01", "石油", "東京都知事はデータを公開した。"),
};

describe("search", { skip: !program }, () => {
  let browser;
  let host;
  let root;
  let context;
  before(async () => {
    browser = await launch();
    root = await build(FILES);
    host = await new Host(join(root, "public")).start();
  });
  after(async () => {
    await browser.close();
    await host.end();
    await rm(root, { recursive: true });
  });
  afterEach(() => context?.close());

  async function visit(path, options = {}, on = host) {
    context = await browser.newContext(options);
    const tab = await context.newPage();
    tab.setDefaultTimeout(10_000);
    tab.faults = [];
    tab.on("pageerror", (error) => tab.faults.push(String(error)));
    tab.on("console", (message) => message.type() === "error" && tab.faults.push(message.text()));
    on.sent = [];
    await tab.goto(on.base + path, { waitUntil: "networkidle" });
    return tab;
  }
  const titles = (tab) => tab.locator("#found li > a").allTextContents();
  const marks = async (tab) => (await tab.locator("#found p mark").allTextContents()).map((text) => text.toLowerCase());
  async function ask(tab, query, count) {
    await tab.fill("#search", query);
    await tab.waitForFunction((wanted) => {
      const said = document.querySelector("#found .count").textContent;
      return wanted ? said.match(/\d+/)?.[0] === String(wanted) : said && !/\d/.test(said);
    }, count);
    if (count) await tab.waitForFunction((wanted) => [...document.querySelectorAll("#found li p")].filter((text) => text.textContent).length >= wanted, Math.min(count, 10));
  }
  const found = async (path, query, count) => {
    const tab = await visit(path);
    await ask(tab, query, count);
    assert.deepEqual(tab.faults, []);
    return { tab, titles: await titles(tab), marks: await marks(tab) };
  };

  test("nothing is loaded before it is used, and then little", async () => {
    const tab = await visit("/search/");
    assert.deepEqual(host.sent.filter(({ path }) => /\.(bin|json)$/.test(path)), []);
    await ask(tab, "canal", 2);
    const loaded = host.sent.filter(({ path }) => /\.(bin|json)$/.test(path));
    assert.ok(loaded.length >= 3 && loaded.every(({ path }) => path.startsWith("/search/")), JSON.stringify(loaded));
    assert.deepEqual(tab.faults, []);
  });

  test("all forms of a word are found, and marked", async () => {
    const plural = await found("/search/", "Sanctions", 2);
    assert.deepEqual(plural.titles, ["Oil and the canal", "Gas pipelines"]);
    assert.deepEqual([...new Set(plural.marks)].sort(), ["sanction", "sanctions"]);
    const verb = await found("/search/", "sanctioning", 2);
    assert.deepEqual([...new Set(verb.marks)].sort(), ["sanction", "sanctions"]);
    assert.deepEqual((await found("/search/", "sanct", 2)).titles.length, 2);
  });

  test("several words have to stand in an article, a phrase just so", async () => {
    assert.deepEqual((await found("/search/", "tanker prices", 1)).titles, ["Oil and the canal"]);
    await found("/search/", "tanker zebra", 0);
    assert.deepEqual((await found("/search/", "\"closed canal\"", 1)).titles, ["Gas pipelines"]);
    const { tab } = await found("/search/", "\"canal closed\"", 0);
    assert.deepEqual(await titles(tab), []);
  });

  test("drafts, future articles and those that say so are not found; numbers are", async () => {
    const { tab, titles: all } = await found("/search/", "tankers", 3);
    assert.deepEqual(all.toSorted(), ["Gas pipelines", "Oil and the canal", "What <b>scripts</b> do"]);
    await ask(tab, "unpublished", 0);
    await ask(tab, "tomorrow", 0);
    await ask(tab, "2016", 1);
    await ask(tab, "alert", 1);
    assert.equal(await tab.locator("#found script, #found b, #found em").count(), 0);
    const files = (await readdir(join(root, "public/search"))).filter((name) => !name.endsWith(".html"));
    const texts = await Promise.all(files.map((name) => readFile(join(root, "public/search", name), "utf8")));
    assert.ok(!texts.some((text) => /secret|unpublished|tomorrow|hidden/i.test(text)));
  });

  test("in French, Russian, Spanish, Arabic, Chinese and Japanese", async () => {
    assert.deepEqual((await found("/fr/search/", "etudier", 1)).marks, ["étudiaient"]);
    assert.deepEqual((await found("/fr/search/", "ALGERIE exportation", 1)).titles, ["L’économie du pétrole"]);
    assert.deepEqual((await found("/fr/search/", "economie", 1)).titles, ["L’économie du pétrole"]);
    assert.deepEqual((await found("/ru/search/", "российских санкциях", 1)).marks, ["санкции", "российский"]);
    assert.deepEqual((await found("/ru/search/", "емкости", 1)).marks, ["ёмкостям"]);
    assert.deepEqual((await found("/es/search/", "español manana", 1)).marks, ["españoles", "mañana"]);
    assert.deepEqual((await found("/ar/search/", "برلمان", 1)).marks, ["والبرلمان"]);
    assert.deepEqual((await found("/ar/search/", "حكومة الاتفاقيات", 1)).marks, ["الحكومة", "الاتفاقيات"]);
    assert.deepEqual((await found("/zh/search/", "经济增长", 1)).marks.join(""), "经济增长");
    assert.deepEqual((await found("/ja/search/", "東京", 1)).marks, ["東京"]);
    assert.deepEqual((await found("/ja/search/", "データ", 1)).marks.join(""), "データ");
    await found("/zh/search/", "东京", 0);
  });

  test("year and tag narrow what was found, and stay in the address", async () => {
    const { tab } = await found("/search/", "tankers", 3);
    const options = (name) => tab.locator(`#found select[name=${name}] option`).allTextContents();
    await tab.locator("#found .filters").waitFor();
    assert.deepEqual((await options("year")).slice(1), ["2016 (2)", "2015 (1)"]);
    assert.deepEqual((await options("tag")).slice(1), ["Trade (2)", "Gas (1)", "Oil (1)", "Web (1)"]);
    await tab.selectOption("#found select[name=year]", "2016");
    await tab.waitForFunction(() => document.querySelectorAll("#found li").length === 2);
    await tab.selectOption("#found select[name=tag]", "Trade");
    await tab.waitForFunction(() => document.querySelectorAll("#found li").length === 1);
    assert.deepEqual(await titles(tab), ["Gas pipelines"]);
    await tab.reload();
    await tab.waitForFunction(() => document.querySelectorAll("#found li").length === 1);
    assert.equal(await tab.inputValue("#search"), "tankers");
    assert.match(await tab.locator("#found .count").textContent(), /1/);
    assert.deepEqual(tab.faults, []);
  });

  test("by keyboard", async () => {
    const tab = await visit("/search/");
    await tab.keyboard.press("/");
    await tab.keyboard.type("canal");
    await tab.waitForFunction(() => document.querySelectorAll("#found li").length === 2);
    const focus = () => tab.evaluate(() => document.activeElement.textContent || document.activeElement.id);
    await tab.keyboard.press("ArrowDown");
    assert.equal(await focus(), "Oil and the canal");
    await tab.keyboard.press("ArrowDown");
    assert.equal(await focus(), "Gas pipelines");
    await tab.keyboard.press("ArrowUp");
    await tab.keyboard.press("ArrowUp");
    assert.equal(await focus(), "search");
    await tab.keyboard.press("ArrowDown");
    await tab.keyboard.press("Escape");
    assert.deepEqual([await focus(), await tab.inputValue("#search"), await titles(tab)], ["search", "", []]);
    await tab.keyboard.type("pipelines");
    await tab.waitForFunction(() => document.querySelectorAll("#found li").length === 1);
    await tab.keyboard.press("ArrowDown");
    await tab.keyboard.press("Enter");
    await tab.waitForURL(`${host.base}/posts/gas/`);
    await tab.goBack();
    await tab.waitForFunction(() => document.querySelectorAll("#found li").length === 1);
  });

  test("without script it says where else to look", async () => {
    const tab = await visit("/search/", { javaScriptEnabled: false });
    assert.match(await tab.locator("main").innerText(), /archive/i);
    assert.equal(await tab.locator("#found").isVisible(), false);
    assert.ok(await tab.locator("main a[href$='/archive/']").count() > 0);
  });

  test("switched off there is no file and no form", async () => {
    const folder = await build({ ...FILES, "byline.yaml": `${FILES["byline.yaml"]}search: false\n` });
    const files = await readdir(join(folder, "public"), { recursive: true });
    assert.deepEqual(files.filter((name) => /(^|\/)search(\/|$)|\.bin$/.test(name)), []);
    assert.ok(!(await readFile(join(folder, "public/index.html"), "utf8")).includes("role=\"search\""));
    await rm(folder, { recursive: true });
  });

  test("the preview finds what was written a moment ago", { skip: !serves() }, async () => {
    const site = await Site.serve(FILES);
    try {
      context = await browser.newContext();
      const tab = await context.newPage();
      await tab.goto(new URL("/review/search/", site.url).href);
      await ask(tab, "canal", 2);
      await site.write("content/posts/script.md", FILES["content/posts/script.md"].replace("tankers", "canals"));
      await new Promise((resolve) => setTimeout(resolve, 1000));
      await tab.goto(new URL("/review/search/", site.url).href);
      await ask(tab, "canal", 3);
    } finally {
      await site.end();
    }
  });

  test("on 1,000 articles the first result comes with less than 100 kB", { skip: !existsSync(join(HOME, "bench/generate.py")) }, async () => {
    const folder = await mkdtemp(join(tmpdir(), "byline-search-"));
    execFileSync("python3", [join(HOME, "bench/generate.py"), "1000", join(folder, "sites"), "--kinds", "byline"], { stdio: "pipe" });
    const site = join(folder, "sites/byline");
    const config = (await readFile(join(site, "byline.yaml"), "utf8")).replace("theme: bench", "theme: broadsheet").replace("example.org/", "example.org/review/");
    await writeFile(join(site, "byline.yaml"), config);
    await cp(join(HOME, "themes/broadsheet"), join(site, "themes/broadsheet"), { recursive: true });
    execFileSync(program, ["build", "--root", site], { stdio: "pipe" });
    const big = await new Host(join(site, "public")).start();
    try {
      const page = await readFile(join(site, "public/posts", (await readdir(join(site, "public/posts")))[0], "index.html"), "utf8");
      const words = [...new Set(page.slice(page.indexOf("<article")).replace(/<[^>]+>/g, " ").toLowerCase().match(/\b[a-z]{4,}\b/g))];
      const told = [];
      for (const query of [words[20], words[200], `${words[60]} ${words[120]}`, words[90].slice(0, 4), `"${words[30]} ${words[31]}"`]) {
        const tab = await visit("/search/", {}, big);
        big.sent = [];
        await tab.fill("#search", query);
        await tab.waitForFunction(() => document.querySelector("#found li p mark") || /^\D+$/.test(document.querySelector("#found .count").textContent));
        const own = big.sent.filter(({ path }) => /\.(bin|json)$/.test(path));
        const first = big.sent.find(({ path }) => path.endsWith("/"));
        const sum = (list, key) => list.reduce((all, one) => all + one[key], 0);
        told.push({ query, files: own.length, bytes: sum(own, "bytes") + (first?.bytes ?? 0), packed: sum(own, "packed") + (first?.packed ?? 0), page: first?.bytes });
        await context.close();
      }
      assert.ok(told.every(({ bytes, page }) => page && bytes < 100_000), JSON.stringify(told));
    } finally {
      await big.end();
      await rm(folder, { recursive: true });
    }
  });
});
