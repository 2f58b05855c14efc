// Debian's Chromium, driven by playwright.

import assert from "node:assert/strict";
import { chromium } from "playwright-core";

const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

export function launch() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });
}

/**
 * Opens a page of a stub and waits until the preview listens.
 * @param {import("playwright-core").Browser} browser
 * @param {import("./stub.mjs").Stub} stub
 */
export async function open(browser, stub, path = "/", options = {}) {
  const context = await browser.newContext({ viewport: { width: 1000, height: 700 }, ...options });
  const tab = await context.newPage();
  tab.setDefaultTimeout(10_000);
  tab.faults = [];
  tab.on("pageerror", (error) => tab.faults.push(String(error)));
  tab.on("console", (message) => {
    if (message.type() === "warning" && message.text().startsWith("byline")) tab.faults.push(message.text());
  });
  tab.loads = 0;
  tab.on("load", () => tab.loads++);
  await tab.goto(stub.url(path));
  await stub.waitForStream();
  return tab;
}

/** Sends an update and waits until the page shows a text. */
export async function change(tab, stub, path, html, text, extra = {}) {
  stub.pages.set(path, html);
  stub.update(extra);
  await tab.waitForFunction((wanted) => document.documentElement.textContent.includes(wanted), text);
}

/** The page, less what is the preview's, is what a browser makes of the HTML; the order of classes says nothing. */
export async function assertSame(tab, html, what) {
  const difference = await tab.evaluate((text) => {
    const clean = (page) => {
      const copy = page.documentElement.cloneNode(true);
      copy.querySelectorAll("byline-preview, script[data-token]").forEach((element) => element.remove());
      // What the theme's scripts made.
      copy.removeAttribute("data-theme");
      copy.querySelector("#found")?.removeAttribute("hidden");
      copy.querySelectorAll("pre > button").forEach((element) => element.remove());
      copy.querySelectorAll(".contents [aria-current]").forEach((element) => element.removeAttribute("aria-current"));
      // A page that runs no scripts reads what is for such browsers as elements.
      copy.querySelectorAll("noscript").forEach((element) => {
        element.setAttribute("data-html", element.innerHTML);
        element.textContent = "";
      });
      copy.querySelectorAll("[class]").forEach((element) => (element.className = [...element.classList].sort().join(" ")));
      copy.normalize();
      return copy;
    };
    const live = clean(document);
    const wanted = clean(new DOMParser().parseFromString(text, "text/html"));
    if (live.isEqualNode(wanted)) return null;
    const [is, should] = [live.outerHTML, wanted.outerHTML];
    let at = 0;
    while (at < is.length && is[at] === should[at]) at++;
    return { is: is.slice(at - 80, at + 160), should: should.slice(at - 80, at + 160) };
  }, html);
  assert.equal(difference, null, `${what ?? "the page"}: ${JSON.stringify(difference, null, 1)}`);
}
