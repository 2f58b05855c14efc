// Measures the live preview: from the moment an article is saved to the moment the open page has the new text.
//
// Usage: node bench/preview.mjs SITE_URL CONTENT_DIR N
//   SITE_URL     of a running `byline serve`, `http://127.0.0.1:4000/`
//   CONTENT_DIR  the site's content folder; its articles are changed, and put back at the end
//   N            edits, each of a random article, to which the browser goes first
//
// `posts/a000500.md` is taken to be `/posts/a000500/`, as are `posts/a000500/index.md` and `posts/2024-05-01-a000500.md`;
// an article that stands elsewhere ends the run. $SEED chooses other
// articles. The packages of tests/browser are needed (`npm ci` there), and Chromium at $CHROMIUM or /usr/bin/chromium.

import { readdir, readFile, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { launch } from "../tests/browser/support/browser.mjs";

/** An edit that is not there after this time is lost, in milliseconds. */
const LOST = 10_000;
/** Between opening an article and saving it: no author is faster. */
const REST = 250;

const [site, content, count = "100"] = process.argv.slice(2);
if (!site || !content || !(Number(count) > 0)) {
  console.error("usage: node bench/preview.mjs SITE_URL CONTENT_DIR N");
  process.exit(2);
}

const now = () => performance.timeOrigin + performance.now();
const articles = await findArticles(content);
if (!articles.length) {
  console.error(`no article below ${content}`);
  process.exit(2);
}
const originals = new Map();
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => putBack().finally(() => process.exit(1)));
const browser = await launch();
try {
  const tab = await browser.newPage({ viewport: { width: 1200, height: 800 } });
  const random = seeded(Number(process.env.SEED ?? 1));
  const times = [];
  let lost = 0;
  for (let edit = 0; edit < Number(count); edit++) {
    const file = articles[Math.floor(random() * articles.length)];
    const time = await measure(tab, file, edit);
    if (time === null) {
      lost++;
      console.error(`lost: ${file}`);
    } else times.push(time);
  }
  report(times, lost);
  process.exitCode = lost ? 1 : 0;
} catch (error) {
  console.error(`preview.mjs: ${error.message}`);
  process.exitCode = 1;
} finally {
  await putBack();
  await browser.close();
}

/** The articles as they were. */
async function putBack() {
  for (const [file, text] of originals) await writeFile(file, text);
}

/** Milliseconds from the end of the write to the text in the page; null if it does not come. */
async function measure(tab, file, edit) {
  const follows = tab.waitForResponse((response) => response.url().includes("/_byline/events"));
  const answer = await tab.goto(address(file));
  follows.catch(() => {});
  if (!answer.ok()) throw new Error(`${file} is not at ${address(file)}: status ${answer.status()}`);
  await follows;
  await tab.waitForTimeout(REST);
  const path = join(content, file);
  const text = await readFile(path, "utf8");
  if (!originals.has(path)) originals.set(path, text);
  const mark = `Edit ${edit} of run ${Date.now().toString(36)}`;
  const offset = await clockOffset(tab);
  await tab.evaluate(watchFor, { mark, lost: LOST });
  await writeFile(path, `${text.trimEnd()}\n\n${mark} stands here.\n`);
  const written = now();
  const seen = await tab.evaluate(() => window.seen);
  return seen === null ? null : seen - offset - written;
}

/** In the page: `window.seen` becomes the time at which the text is in the document. */
function watchFor({ mark, lost }) {
  window.seen = new Promise((resolve) => {
    const observer = new MutationObserver((records) => {
      const has = (node) => node.textContent.includes(mark);
      if (!records.some(({ target, addedNodes }) => [...addedNodes].some(has) || (target.nodeType === Node.TEXT_NODE && has(target)))) return;
      observer.disconnect();
      resolve(performance.timeOrigin + performance.now());
    });
    observer.observe(document, { subtree: true, childList: true, characterData: true });
    setTimeout(() => resolve(null), lost);
  });
}

/** How far the page's clock is before ours: both count from the start of their process. By the fastest of some calls. */
async function clockOffset(tab) {
  let best = { took: Infinity, offset: 0 };
  for (let tries = 0; tries < 8; tries++) {
    const start = now();
    const there = await tab.evaluate(() => performance.timeOrigin + performance.now());
    const took = now() - start;
    if (took < best.took) best = { took, offset: there - start - took / 2 };
  }
  return best.offset;
}

async function findArticles(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    // `x.fr.md` is the French version of `x.md`.
    .filter((entry) => entry.isFile() && /^[^_.][^.]*\.md$/.test(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
}

function address(file) {
  const path = file.replace(/(\/index)?\.md$/, "/").replace(/(^|\/)\d{4}-\d\d-\d\d[-_](?=[^/]+\/$)/, "$1").split("/").map(encodeURIComponent).join("/");
  return new URL(path, site.endsWith("/") ? site : `${site}/`).href;
}

function report(times, lost) {
  const sorted = [...times].sort((one, other) => one - other);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]?.toFixed(1) ?? "-";
  console.log(`${times.length} edits: median ${at(0.5)} ms, p90 ${at(0.9)} ms, worst ${at(1)} ms, lost ${lost}`);
}

function seeded(state) {
  return () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
}
