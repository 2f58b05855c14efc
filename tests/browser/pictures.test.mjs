// Pictures as readers have them: the right copy for the screen, no jump while it loads, the full size by keyboard.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, extname, join } from "node:path";
import { after, afterEach, before, describe, test } from "node:test";
import { launch } from "./support/browser.mjs";
import { program, serves, Site } from "./support/byline.mjs";
import { themeFiles } from "./support/theme.mjs";

const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TYPES = { ".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".jpg": "image/jpeg", ".webp": "image/webp", ".svg": "image/svg+xml" };
const TEXT = "The strait was closed for a week, and nobody knew when it would open again.\n\n";
const ARTICLE = `---
title: Three photographs
date: 2025-03-01
description: Of one ship
---
![The bow of a ship](bow.jpg "The bow"){credit="A. Photographer"}

${TEXT.repeat(12)}
![The stern of a ship](stern.jpg "The stern")
![The ship from above](above.jpg "From above")

${TEXT.repeat(12)}
`;

let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

/** A photograph with some detail, drawn by the browser. */
async function photograph(width, height, hue) {
  const tab = await browser.newPage();
  const bytes = await tab.evaluate(async ([width, height, hue]) => {
    const canvas = new OffscreenCanvas(width, height);
    const pen = canvas.getContext("2d");
    for (let y = 0; y < height; y += 40) {
      for (let x = 0; x < width; x += 40) {
        pen.fillStyle = `hsl(${hue + (x * 7 + y * 3) % 60} 50% ${30 + (x ^ y) % 40}%)`;
        pen.fillRect(x, y, 40, 40);
      }
    }
    const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.9 });
    return [...new Uint8Array(await blob.arrayBuffer())];
  }, [width, height, hue]);
  await tab.close();
  return Buffer.from(bytes);
}

async function files() {
  return {
    ...await themeFiles(),
    "byline.yaml": "title: The Test Review\nbase_url: https://example.org/\nimages: {cards: false}\n",
    "content/posts/ship/index.md": ARTICLE,
    "content/posts/ship/bow.jpg": await photograph(2400, 1600, 200),
    "content/posts/ship/stern.jpg": await photograph(1600, 1200, 20),
    "content/posts/ship/above.jpg": await photograph(1600, 1200, 100),
  };
}

/** A host for a folder, which takes its time for pictures. */
async function host(folder, delay) {
  const server = createServer(async (request, response) => {
    const path = new URL(request.url, "http://x").pathname;
    const file = join(folder, path.endsWith("/") ? `${path}index.html` : path);
    try {
      const body = await readFile(file);
      const type = TYPES[extname(file)] ?? "application/octet-stream";
      if (type.startsWith("image/")) await new Promise((resolve) => setTimeout(resolve, delay));
      response.writeHead(200, { "content-type": type }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

/** Width in pixels of the file that a picture shows. */
const shownWidth = (picture) => picture.evaluate(async (img) => {
  while (!img.complete || !img.currentSrc) await new Promise((resolve) => setTimeout(resolve, 20));
  const bitmap = await createImageBitmap(await (await fetch(img.currentSrc)).blob());
  return bitmap.width;
});

describe("pictures of a built site", { skip: !program }, () => {
  let folder;
  let server;
  let tab;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "byline-pictures-"));
    for (const [path, content] of Object.entries(await files())) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    }
    execFileSync(program, ["build", "--root", folder], { stdio: "pipe" });
    server = await host(join(folder, "public"), 200);
  });
  after(async () => {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true });
  });
  afterEach(() => tab?.context().close());

  async function visit(options) {
    const context = await browser.newContext({ reducedMotion: "reduce", ...options });
    tab = await context.newPage();
    tab.setDefaultTimeout(10_000);
    await tab.addInitScript(() => {
      window.shifts = 0;
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) window.shifts += entry.value;
      }).observe({ type: "layout-shift", buffered: true });
    });
    await tab.goto(`http://127.0.0.1:${server.address().port}/posts/ship/`);
  }
  const figure = (name) => tab.locator("figure", { hasText: name }).last();
  const picture = (name) => figure(name).locator("img");
  const wide = { viewport: { width: 1280, height: 800 } };

  test("a phone loads the small file, a sharp screen a larger one, none the original", async () => {
    await visit({ viewport: { width: 360, height: 740 } });
    assert.equal(await shownWidth(picture("The bow")), 384);
    assert.match(await picture("The bow").evaluate((img) => img.currentSrc), /\.webp$/);
    await tab.context().close();
    await visit({ viewport: { width: 360, height: 740 }, deviceScaleFactor: 3 });
    assert.equal(await shownWidth(picture("The bow")), 1200);
    await tab.context().close();
    await visit({ ...wide, deviceScaleFactor: 2 });
    assert.equal(await shownWidth(picture("The bow")), 1800);
  });

  test("nothing jumps while pictures load, and pictures far away wait", async () => {
    for (const viewport of [{ width: 360, height: 740 }, { width: 1280, height: 800 }]) {
      const asked = [];
      await visit({ viewport });
      tab.on("request", (request) => asked.push(request.url()));
      await picture("The bow").evaluate((img) => img.decode());
      assert.equal(await picture("The stern").evaluate((img) => img.loading), "lazy");
      for (let at = 0; at < 8; at++) {
        await tab.mouse.wheel(0, 500);
        await tab.waitForTimeout(150);
      }
      await picture("From above").scrollIntoViewIfNeeded();
      await picture("From above").evaluate((img) => img.decode());
      await tab.waitForTimeout(300);
      assert.equal(await tab.evaluate(() => window.shifts), 0, `at ${viewport.width}`);
      await tab.context().close();
    }
  });

  test("a tone stands in the place of a picture until it is there", async () => {
    await visit(wide);
    const color = await picture("The bow").evaluate((img) => getComputedStyle(img).backgroundColor);
    const [red, green, blue] = color.match(/\d+/g).map(Number);
    assert.ok(blue > red && blue > green, color);
    const stern = await picture("The stern").evaluate((img) => getComputedStyle(img).backgroundColor);
    assert.notEqual(stern, color);
  });

  test("the full size opens, goes on and closes by keyboard", async () => {
    await visit(wide);
    const link = figure("The bow").locator("a.zoom");
    await link.focus();
    await tab.keyboard.press("Enter");
    const dialog = tab.locator("dialog.zoomed");
    await dialog.waitFor();
    assert.equal(await dialog.getAttribute("aria-label"), "The bow of a ship");
    assert.equal(await tab.evaluate(() => document.activeElement.textContent), "Close");
    const large = () => dialog.locator("img").evaluate(async (img) => {
      await img.decode();
      return [img.naturalWidth, new URL(img.src).pathname];
    });
    assert.deepEqual(await large(), [2400, "/posts/ship/bow.jpg"]);
    assert.match(await dialog.locator("figcaption").textContent(), /The bow.*A. Photographer/);
    await tab.evaluate(AXE);
    const { violations } = await tab.evaluate(() => window.axe.run());
    assert.deepEqual(violations.map(({ id, nodes }) => [id, nodes.map(({ target }) => target)]), []);
    await tab.keyboard.press("ArrowRight");
    assert.deepEqual(await large(), [1600, "/posts/ship/stern.jpg"]);
    await tab.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    assert.equal(await tab.evaluate(() => new URL(document.activeElement.href).pathname), "/posts/ship/stern.jpg");
  });

  test("without script the link leads to the picture", async () => {
    await visit({ ...wide, javaScriptEnabled: false });
    await figure("The bow").locator("a.zoom").click();
    await tab.waitForURL(/\/posts\/ship\/bow\.jpg$/);
  });

  test("pictures of one paragraph stand side by side where there is room", async () => {
    const boxes = async () => Promise.all(["The stern", "From above"].map((name) => figure(name).boundingBox()));
    await visit(wide);
    const [left, right] = await boxes();
    assert.ok(right.x > left.x + left.width && Math.abs(right.y - left.y) < 2);
    await tab.context().close();
    await visit({ viewport: { width: 360, height: 740 } });
    const [first, second] = await boxes();
    assert.ok(second.y >= first.y + first.height && first.width < 360);
  });
});

describe("pictures of a preview", { skip: !program || !serves() }, () => {
  test("the original stands there until the copy is made, which then comes by itself", async () => {
    const site = await Site.serve(await files());
    const context = await browser.newContext({ viewport: { width: 360, height: 740 } });
    const tab = await context.newPage();
    try {
      tab.setDefaultTimeout(20_000);
      const first = tab.waitForResponse((response) => /processed_images\/bow\./.test(response.url()));
      await tab.goto(new URL("/posts/ship/", site.url).href);
      const meanwhile = await first;
      assert.equal(meanwhile.headers()["content-type"], "image/jpeg");
      assert.equal(meanwhile.headers()["cache-control"], "no-store");
      const bow = tab.locator("figure", { hasText: "The bow" }).locator("img");
      await tab.waitForFunction(() => document.querySelector("figure img").currentSrc.includes("byline="));
      assert.equal(await shownWidth(bow), 384);
    } finally {
      await context.close();
      await site.end();
    }
  });
});
