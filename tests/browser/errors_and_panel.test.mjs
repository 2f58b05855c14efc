// The overlay of errors and the author's panel: what they say, by mouse, by keyboard and to a screen reader.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFile } from "node:fs/promises";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { change, launch, open } from "./support/browser.mjs";
import { ERROR, LONG_ERROR, PANEL, WARNING } from "./support/sample.mjs";
import { page, paragraphs, Stub } from "./support/stub.mjs";

const PATH = "/posts/x/";
const AXE = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
let browser;
let stub;
let tab;

before(async () => (browser = await launch()));
after(() => browser.close());
beforeEach(async () => {
  stub = await new Stub().start();
  stub.pages.set(PATH, page(`<p>Text one.</p>${paragraphs(9).join("")}<p><input id="field"></p>`));
  stub.files.set("/card.svg", { type: "image/svg+xml", body: "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 191 100'><rect width='191' height='100' fill='#357'/></svg>" });
});
afterEach(async () => {
  await tab?.context().close();
  await stub.stop();
});

const part = (selector) => tab.locator(`byline-preview ${selector}`);

function tell(problems, extra = {}) {
  stub.problems = problems;
  stub.update(extra);
}

/**
 * What axe finds wrong in the whole page, the preview's shadow root with it. Colours outside of the body are unknown to
 * axe, so the preview is moved into it meanwhile; colours that are unknown even then are a fault, single letters not.
 */
async function axe() {
  await tab.evaluate(AXE);
  const { violations, incomplete } = await tab.evaluate(async () => {
    const host = document.querySelector("byline-preview");
    const loaded = new Promise((resolve) => host.shadowRoot.querySelector("link").addEventListener("load", resolve, { once: true }));
    document.body.append(host);
    await loaded;
    const found = await window.axe.run();
    document.documentElement.append(host);
    return found;
  });
  const unknown = incomplete.filter(({ id }) => id === "color-contrast")
    .map((rule) => ({ ...rule, nodes: rule.nodes.filter(({ any }) => any[0].data.messageKey !== "shortTextContent") }));
  return [...violations, ...unknown].flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} ${target.flat().join(" ")} ${failureSummary}`));
}

/** Where the keyboard is, in the shadow root too. */
const focused = () => tab.evaluate(() => {
  const inner = document.activeElement.shadowRoot?.activeElement;
  return inner ? inner.className || inner.id || inner.textContent : document.activeElement.id || document.activeElement.localName;
});

describe("errors", () => {
  test("stand over the last good page and go by themselves", async () => {
    tab = await open(browser, stub, PATH);
    await tab.focus("#field");
    tell([ERROR, WARNING], { failed: true });
    await part(".overlay").waitFor();
    assert.equal(await part(".overlay .message").textContent(), "Error: tilte: unknown key");
    assert.equal(await part(".overlay .diagnostic > .place > code").textContent(), "content/posts/x.md:2:1");
    assert.equal(await part(".overlay mark").textContent(), "tilte");
    assert.equal(await part(".overlay .hint").textContent(), "Help: did you mean title?");
    assert.match(await part(".overlay .further").textContent(), /the keys stand here.*docs\/front-matter.md/);
    assert.match(await part(".overlay h2").textContent(), /^1 error this page cannot be made/);
    assert.match(await part(".offscreen[role=status]").textContent(), /1 error\. `tilte`: unknown key, line 2 of/);
    assert.equal(await focused(), "field");
    assert.ok((await tab.content()).includes("Text one."));
    tell([]);
    await part(".overlay").waitFor({ state: "hidden" });
  });

  test("stand there from the first sight", async () => {
    stub.problems = [ERROR];
    tab = await open(browser, stub, PATH);
    await part(".overlay").waitFor();
  });

  test("are hidden by Escape or the button and come back with the next update", async () => {
    tab = await open(browser, stub, PATH);
    tell([ERROR]);
    await part(".overlay").waitFor();
    await tab.keyboard.press("Escape");
    await part(".overlay").waitFor({ state: "hidden" });
    assert.equal(await part(".mark.errors").textContent(), "1 error");
    tell([ERROR]);
    await part(".overlay .close").click();
    await part(".overlay").waitFor({ state: "hidden" });
    await part(".panel-button").click();
    await part(".show-errors button").click();
    await part(".overlay").waitFor();
  });

  test("keep the keyboard where it was, and give it to the button when they go", async () => {
    tab = await open(browser, stub, PATH);
    tell([ERROR]);
    await part(".overlay").waitFor();
    await part(".overlay .diagnostic > .place .link").focus();
    tell([ERROR, LONG_ERROR]);
    await part(".overlay .count").getByText("2 errors").waitFor();
    assert.equal(await focused(), "link");
    tell([]);
    await part(".overlay").waitFor({ state: "hidden" });
    assert.equal(await focused(), "panel-button");
  });

  test("are shown as text, whatever they say, and long lines are cut around the mark", async () => {
    tab = await open(browser, stub, PATH);
    tell([{ ...ERROR, message: "<img src=x onerror=alert(1)> \u202e\u001b[31m", text: "<b>x</b>", hint: "<script>" }, LONG_ERROR], { failed: true });
    await part(".overlay").waitFor();
    assert.equal(await part(".overlay img, .overlay b, .overlay script").count(), 0);
    assert.ok(!/[\u202e\u001b]/.test(await part(".overlay").textContent()));
    const line = await part(".overlay .diagnostic:nth-child(2) pre code").textContent();
    assert.ok(line.length < 200 && line.includes("page.titel") && line.startsWith("…") && line.endsWith("…"), line);
  });

  test("that are many say how many more there are", async () => {
    tab = await open(browser, stub, PATH);
    tell(Array.from({ length: 50 }, (_, index) => ({ ...ERROR, line: index + 1 })), { count: 73 });
    await part(".overlay .more").getByText("23 more").waitFor();
  });

  test("warnings do not pop up", async () => {
    tab = await open(browser, stub, PATH);
    tell([WARNING]);
    await tab.waitForTimeout(200);
    assert.equal(await part(".overlay").isVisible(), false);
  });

  test("open the editor at the place", async () => {
    tab = await open(browser, stub, PATH);
    tell([ERROR]);
    await part(".overlay").getByRole("button", { name: "Open in editor" }).first().click();
    await part(".overlay .said").getByText("Opened.").waitFor();
    assert.deepEqual(stub.opened, [{ file: "content/posts/x.md", line: 2, column: 1 }]);
  });

  test("say why the editor cannot be opened, and give the place to copy", async () => {
    tab = await open(browser, stub, PATH, { permissions: ["clipboard-read", "clipboard-write"] });
    stub.openAnswer = { status: 409, body: { message: "`vim` needs a terminal", hint: "set `editor` in byline.yaml" } };
    tell([ERROR]);
    await part(".overlay").getByRole("button", { name: "Open in editor" }).first().click();
    await part(".overlay .said").filter({ hasText: "vim needs a terminal; set editor in byline.yaml" }).first().waitFor();
    await part(".overlay").getByRole("button", { name: "Copy content/posts/x.md:2:1" }).click();
    await part(".overlay").getByRole("button", { name: "Copied." }).waitFor();
    assert.equal(await tab.evaluate(() => navigator.clipboard.readText()), "content/posts/x.md:2:1");
  });
});

describe("the panel", () => {
  beforeEach(() => stub.panels.set(PATH, structuredClone(PANEL)));

  test("marks drafts, scheduled articles and warnings on the button", async () => {
    tab = await open(browser, stub, PATH);
    await part(".mark.warnings").waitFor();
    assert.deepEqual(await part(".mark").allTextContents(), ["Draft", "Scheduled for 1 January 2027", "1 warning"]);
    stub.panels.set(PATH, { ...PANEL, draft: false, scheduled: null, expired: true, warnings: [] });
    stub.update();
    await part(".mark").getByText("Expired").waitFor();
    assert.deepEqual(await part(".mark").allTextContents(), ["Expired"]);
  });

  test("says all that the server knows", async () => {
    tab = await open(browser, stub, PATH);
    await part(".mark.warnings").waitFor();
    await part(".panel-button").click();
    const text = await part(".panel").innerText();
    for (const said of ["What the Bishkek raid says", "Scheduled for 1 January 2027", "content/posts/x.md:14:1", "no alt text",
      "1,234 words, 6 min to read", "3 November 2026", "Kyrgyzstan", "Recruitment in Central Asia", "Because of Kyrgyzstan, recruitment",
      "The year in review", "example.org › posts › x", "The Steppe Review"]) {
      assert.ok(text.includes(said), `${said}\n${text}`);
    }
    assert.equal(await part(".panel").getByRole("link", { name: "Recruitment in Central Asia" }).getAttribute("href"), "/posts/y/");
    assert.deepEqual(await part(".panel h3").allTextContents(),
      ["Warnings (1)", "Facts", "Tags", "Authors", "Related articles", "Linked from", "In a search result", "As a social card"]);
    await part(".panel .file").getByRole("button").click();
    await part(".panel .file .said").getByText("Opened.").waitFor();
    assert.deepEqual(stub.opened, [{ file: "content/posts/x.md", line: 1, column: 1 }]);
  });

  test("works by keyboard alone", async () => {
    tab = await open(browser, stub, PATH);
    await part(".mark.warnings").waitFor();
    await tab.keyboard.press("Alt+Shift+KeyB");
    assert.equal(await part(".panel-button").getAttribute("aria-expanded"), "true");
    assert.equal(await focused(), "panel-title");
    await tab.keyboard.press("Tab");
    assert.equal(await focused(), "close");
    await tab.keyboard.press("Tab");
    await tab.keyboard.press("Enter");
    await part(".panel .file .said").getByText("Opened.").waitFor();
    await tab.keyboard.press("Escape");
    assert.equal(await part(".panel").isVisible(), false);
    assert.equal(await focused(), "panel-button");
    await tab.keyboard.press("Enter");
    assert.equal(await part(".panel").isVisible(), true);
  });

  test("keeps the keyboard where it was when the page changes", async () => {
    tab = await open(browser, stub, PATH);
    await part(".mark.warnings").waitFor();
    await part(".panel-button").click();
    await part(".panel").getByRole("link", { name: "The year in review" }).focus();
    stub.panels.set(PATH, { ...PANEL, words: 1300 });
    await change(tab, stub, PATH, page("<p>Text two.</p>"), "Text two");
    await part(".panel").getByText("1,300 words").waitFor();
    assert.equal(await focused(), "The year in review");
  });

  test("of a page without a file says so", async () => {
    stub.panels.clear();
    tab = await open(browser, stub, PATH);
    await part(".panel-button").click();
    await part(".panel").getByText("no file of its own").waitFor();
  });

  test("takes what is missing or null", async () => {
    for (const panel of [{}, Object.fromEntries(Object.keys(PANEL).map((key) => [key, null])), { kind: "article", search: {}, card: {}, related: [{ path: "/a/" }] }]) {
      stub.panels.set(PATH, panel);
      tab = await open(browser, stub, PATH);
      await part(".panel-button").click();
      await tab.waitForTimeout(300);
      assert.deepEqual(tab.faults, []);
      await tab.context().close();
      await stub.waitForStream(0);
    }
  });
});

describe("the page's own look", () => {
  test("neither changes the other: no style, no attribute, no child of the body", async () => {
    const head = "<style>* { color: red !important; font-size: 40px; display: inline; position: relative !important; } body > :last-child { outline: 1px solid red; }</style>";
    stub.pages.set(PATH, page("<p>Text.</p>", { head, after: "<footer>End</footer>" }));
    tab = await open(browser, stub, PATH);
    tell([ERROR]);
    await part(".overlay").waitFor();
    const found = await tab.evaluate(() => ({
      last: [...document.body.children].filter((element) => element.localName !== "script").at(-1).localName,
      height: document.querySelector("byline-preview").getBoundingClientRect().height,
      attributes: document.documentElement.attributes.length + document.body.attributes.length,
      position: getComputedStyle(document.querySelector("byline-preview")).position,
      colour: getComputedStyle(document.querySelector("byline-preview").shadowRoot.querySelector(".box")).color,
    }));
    assert.deepEqual(found, { last: "footer", height: 0, attributes: 2, position: "fixed", colour: "rgb(28, 30, 33)" });
    await tab.emulateMedia({ media: "print" });
    assert.equal(await part(".overlay").isVisible(), false);
  });

  test("works under a strict content security policy", async () => {
    const head = `<meta http-equiv="Content-Security-Policy" content="default-src 'self'">`;
    stub.pages.set(PATH, page("<p>Text one.</p>", { head }));
    tab = await open(browser, stub, PATH);
    tell([ERROR]);
    await part(".overlay").waitFor();
    await change(tab, stub, PATH, page("<p>Text two.</p>", { head }), "Text two");
    assert.equal(await part(".overlay").evaluate((box) => getComputedStyle(box).position), "fixed");
  });
});

describe("axe finds nothing", () => {
  for (const colorScheme of ["light", "dark"]) {
    for (const [name, viewport] of [["wide", { width: 1200, height: 800 }], ["on a phone", { width: 380, height: 700 }]]) {
      test(`${colorScheme}, ${name}`, async () => {
        stub.panels.set(PATH, PANEL);
        tab = await open(browser, stub, PATH, { colorScheme, viewport });
        await tab.evaluate(() => document.getElementById("field").setAttribute("aria-label", "Field"));
        await part(".mark.warnings").waitFor();
        await part(".panel-button").click();
        assert.deepEqual(await axe(), []);
        await shot(`panel-${colorScheme}-${viewport.width}`);
        await part(".panel .close").click();
        tell([ERROR, LONG_ERROR], { failed: true });
        await part(".overlay").waitFor();
        assert.deepEqual(await axe(), []);
        await shot(`errors-${colorScheme}-${viewport.width}`);
      });
    }
  }
});

/** With $SHOTS a folder for pictures of what is tested, for people to look at. */
async function shot(name) {
  if (process.env.SHOTS) await tab.screenshot({ path: `${process.env.SHOTS}/${name}.png` });
}
