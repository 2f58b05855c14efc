// The stream of events: addresses, tabs, a server that goes and comes, and following the author.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { change, launch, open } from "./support/browser.mjs";
import { page, paragraphs, Stub } from "./support/stub.mjs";

const PATH = "/posts/x/";
let browser;
let stub;
let tab;

before(async () => (browser = await launch()));
after(() => browser.close());
beforeEach(async () => {
  stub = await new Stub("/review").start();
  stub.pages.set(PATH, page("<p>Text one.</p>"));
});
afterEach(async () => {
  await tab?.context().close();
  await stub.stop();
});

const note = () => tab.locator("byline-preview .note");

test("an article that moves takes the browser along", async () => {
  tab = await open(browser, stub, `${PATH}#main`);
  stub.pages.delete(PATH);
  stub.pages.set("/posts/né/", page("<p>Text two.</p>"));
  stub.update({ moved: "/posts/né/" });
  await tab.waitForFunction(() => document.body.textContent.includes("Text two"));
  assert.equal(tab.url(), stub.url(`${encodeURI("/posts/né/")}#main`));
  for (let tries = 0; stub.streams.join() !== "/posts/né/" && tries < 200; tries++) await tab.waitForTimeout(10);
  assert.deepEqual(stub.streams, ["/posts/né/"]);
  await change(tab, stub, "/posts/né/", page("<p>Text three.</p>"), "Text three");
  assert.equal(tab.loads, 1);
});

test("a page that is gone stays, and says so until it is back", async () => {
  tab = await open(browser, stub, PATH);
  stub.update({ gone: true, html: null });
  await note().getByText("This page is gone").waitFor();
  assert.ok((await tab.content()).includes("Text one."));
  await change(tab, stub, PATH, page("<p>Back again.</p>"), "Back again");
  assert.equal(await note().isVisible(), false);
});

test("a page that was missing from the start shows no note and becomes the page", async () => {
  tab = await open(browser, stub, "/posts/new/");
  stub.update({ gone: true });
  await tab.waitForTimeout(200);
  assert.equal(await note().isVisible(), false);
  await change(tab, stub, "/posts/new/", page("<p>Written now.</p>"), "Written now");
  assert.equal(await note().isVisible(), false);
});

test("two tabs, each its own page", async () => {
  stub.pages.set("/posts/y/", page("<p>Other.</p>"));
  tab = await open(browser, stub, PATH);
  const other = await browser.newContext().then((context) => context.newPage());
  await other.goto(stub.url("/posts/y/"));
  await stub.waitForStream(2);
  stub.pages.set(PATH, page("<p>Text two.</p>"));
  stub.pages.set("/posts/y/", page("<p>Other two.</p>"));
  stub.update();
  await tab.waitForFunction(() => document.body.textContent.includes("Text two."));
  await other.waitForFunction(() => document.body.textContent.includes("Other two."));
  assert.ok(!(await tab.content()).includes("Other two."));
  await other.context().close();
});

test("a lost connection is said, and found again by itself", async () => {
  tab = await open(browser, stub, PATH);
  await stub.stop();
  await note().getByText("The preview has ended").waitFor();
  stub.edition++;
  stub.pages.set(PATH, page("<p>Text meanwhile.</p>"));
  await stub.start();
  await tab.waitForFunction(() => document.body.textContent.includes("Text meanwhile."));
  await note().waitFor({ state: "hidden" });
  assert.equal(tab.loads, 1);
});

test("a server that was started again has another token: the page comes anew", async () => {
  tab = await open(browser, stub, PATH);
  await stub.stop();
  stub.token = "another";
  stub.edition = 1;
  stub.pages.set(PATH, page("<p>Text of the new server.</p>"));
  await stub.start();
  await tab.waitForFunction(() => document.body.textContent.includes("Text of the new server."));
  await stub.waitForStream();
  await change(tab, stub, PATH, page("<p>And an update.</p>"), "And an update");
});

test("a tab that is hidden leaves its stream to others and catches up when it is seen", async () => {
  tab = await open(browser, stub, PATH);
  const hide = (isHidden) => tab.evaluate((value) => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => value });
    document.dispatchEvent(new Event("visibilitychange"));
  }, isHidden);
  await hide(true);
  await tab.waitForTimeout(100);
  assert.equal(stub.streams.length, 1, "alone, it keeps it");
  const second = await tab.context().newPage();
  await second.goto(stub.url(PATH));
  for (let tries = 0; stub.streams.length !== 1 && tries < 200; tries++) await tab.waitForTimeout(10);
  await second.waitForTimeout(200);
  assert.equal(stub.streams.length, 1, "the seen one has it");
  stub.pages.set(PATH, page("<p>Text while hidden.</p>"));
  stub.update();
  await second.waitForFunction(() => document.body.textContent.includes("while hidden"));
  assert.ok(!(await tab.content()).includes("while hidden"));
  await hide(false);
  await tab.waitForFunction(() => document.body.textContent.includes("while hidden"));
  assert.equal(tab.loads, 1);
});

test("a page that went into the browser's history follows again when it comes back", async () => {
  tab = await open(browser, stub, PATH);
  stub.pages.set("/posts/y/", page("<p>Other.</p>"));
  await tab.goto(stub.url("/posts/y/"));
  stub.pages.set(PATH, page("<p>Text later.</p>"));
  stub.update();
  await tab.goBack();
  await tab.waitForFunction(() => document.body.textContent.includes("Text later."));
});

test("the page that says why there is none goes when there is one", async () => {
  stub.pages.set(PATH, "<!doctype html><title>Error</title><main data-error-page>It cannot be made.</main>");
  stub.problems = [{ id: "a/b", severity: "error", message: "bad", notes: [] }];
  tab = await open(browser, stub, PATH);
  assert.equal(await tab.locator("byline-preview .overlay").isVisible(), false);
  stub.problems = [];
  stub.pages.set(PATH, page("<p>It can.</p>"));
  stub.update();
  await tab.waitForFunction(() => document.body.textContent.includes("It can."));
});

test("follow: on the same page the changed paragraph comes into view", async () => {
  const list = paragraphs(60);
  const make = () => page(`<nav><p>menu</p></nav><p class="time">3 min</p>${list.join("\n")}`);
  stub.pages.set(PATH, make());
  tab = await open(browser, stub, PATH);
  list[50] = list[50].replace("Paragraph 51.", "Paragraph quite new.");
  const html = make().replace("3 min", "4 min").replace("menu", "other menu");
  await change(tab, stub, PATH, html, "quite new", { follow: { path: PATH, before: null } });
  await tab.waitForFunction(() => window.scrollY > 100);
  const seen = await tab.evaluate(() => {
    const paragraph = [...document.querySelectorAll("p")].find((p) => p.textContent.includes("quite new"));
    const { top, bottom } = paragraph.getBoundingClientRect();
    return [top >= 0 && bottom <= innerHeight, paragraph.getAnimations().length, paragraph.attributes.length];
  });
  assert.deepEqual(seen, [true, 1, 0]);
});

test("follow: across pages the browser goes there and finds the paragraph", async () => {
  const list = paragraphs(60);
  const before = page(list.join("\n"), { title: "Y" });
  list[40] = list[40].replace("Paragraph 41.", "Paragraph now written.");
  stub.pages.set("/posts/y/", page(list.join("\n"), { title: "Y" }));
  tab = await open(browser, stub, PATH);
  stub.update({ follow: { path: "/posts/y/", before } });
  await tab.waitForURL(stub.url("/posts/y/"));
  await tab.waitForFunction(() => {
    const paragraph = [...document.querySelectorAll("p")].find((p) => p.textContent.includes("now written"));
    const { top, bottom } = paragraph?.getBoundingClientRect() ?? {};
    return top >= 0 && bottom <= innerHeight;
  });
  assert.equal(await tab.evaluate(() => sessionStorage.length), 0);
});

test("follow: a page too long for the browser's store is gone to all the same", async () => {
  stub.pages.set("/posts/y/", page("<p>Arrived.</p>"));
  tab = await open(browser, stub, PATH);
  stub.update({ follow: { path: "/posts/y/", before: "x".repeat(12_000_000) } });
  await tab.waitForURL(stub.url("/posts/y/"));
  assert.deepEqual(tab.faults, []);
});

test("who wants no motion gets a mark that stands still", async () => {
  const list = paragraphs(5);
  stub.pages.set(PATH, page(list.join("\n")));
  for (const [reducedMotion, isStill] of [["reduce", true], ["no-preference", false]]) {
    tab = await open(browser, stub, PATH, { reducedMotion });
    const html = stub.pages.get(PATH).replace("Paragraph 2", "Paragraph 2 again");
    await change(tab, stub, PATH, html, "2 again", { follow: { path: PATH, before: null } });
    const colours = await tab.waitForFunction(() => document.querySelectorAll("p")[1].getAnimations()[0]?.effect.getKeyframes().map((frame) => frame.outlineColor ?? frame.outline));
    assert.equal(new Set(await colours.jsonValue()).size === 1, isStill);
    await tab.context().close();
    await stub.waitForStream(0);
    stub.pages.set(PATH, page(list.join("\n")));
  }
});
