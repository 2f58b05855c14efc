// The open page is changed in place: what the reader and scripts did to it stays.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { assertSame, change, launch, open } from "./support/browser.mjs";
import { page, paragraphs, Stub } from "./support/stub.mjs";

const PATH = "/posts/x/";
let browser;
let stub;
let tab;

before(async () => (browser = await launch()));
after(() => browser.close());
beforeEach(async () => (stub = await new Stub().start()));
afterEach(async () => {
  await tab?.context().close();
  await stub.stop();
});

async function show(html, options) {
  stub.pages.set(PATH, html);
  tab = await open(browser, stub, PATH, options);
}

const edit = (html, text, extra) => change(tab, stub, PATH, html, text, extra);

/** Nothing of the page was loaded again, and the preview saw no fault. */
function assertPatched() {
  assert.equal(tab.loads, 1);
  assert.deepEqual(tab.faults, []);
}

describe("patching", () => {
  test("one word changes one text, and nothing else", async () => {
    const list = paragraphs(200);
    await show(page(list.join("\n")));
    await tab.evaluate(() => {
      window.records = [];
      new MutationObserver((list) => window.records.push(...list)).observe(document.querySelector("body"), {
        subtree: true, childList: true, characterData: true, attributes: true,
      });
    });
    list[150] = list[150].replace("Paragraph 151.", "Paragraph one-five-one.");
    await edit(page(list.join("\n")), "one-five-one");
    assert.deepEqual(await tab.evaluate(() => window.records.map(({ type }) => type)), ["characterData"]);
    await assertSame(tab, page(list.join("\n")));
    assertPatched();
  });

  test("an inserted paragraph moves no other", async () => {
    const list = paragraphs(30);
    await show(page(list.join("\n")));
    await tab.evaluate(() => document.querySelectorAll("p").forEach((p, index) => (p.mark = index)));
    const html = page([...list.slice(0, 3), "<p>Quite new.</p>", ...list.slice(3)].join("\n"), { title: "Another title" });
    await edit(html, "Quite new.");
    const marks = await tab.evaluate(() => [...document.querySelectorAll("p")].map((p) => p.mark ?? "new"));
    assert.deepEqual(marks, [0, 1, 2, "new", ...Array.from({ length: 27 }, (_, index) => index + 3)]);
    assert.equal(await tab.title(), "Another title");
    await assertSame(tab, html);
    assertPatched();
  });

  test("paragraphs that change places, and some that go, are the same elements", async () => {
    const list = paragraphs(12);
    await show(page(list.join("\n")));
    await tab.evaluate(() => document.querySelectorAll("p").forEach((p, index) => (p.mark = index)));
    const html = page([list[9], ...list.slice(0, 4), list[6].replace("Paragraph 7", "Seventh"), list[5], list[11]].join("\n"));
    await edit(html, "Seventh");
    const marks = await tab.evaluate(() => [...document.querySelectorAll("p")].map((p) => p.mark));
    assert.deepEqual(marks.filter((mark) => mark !== undefined).length >= 7, true);
    assert.deepEqual([marks[0], ...marks.slice(1, 5), marks.at(-1)], [9, 0, 1, 2, 3, 11]);
    await assertSame(tab, html);
    assertPatched();
  });

  test("any page becomes any other", async () => {
    const random = seeded(7);
    const pieces = [...paragraphs(8), "<h2 id=one>One</h2>", "<h2 id=two>Two</h2>", "<ul><li>a</li><li>b</li></ul>",
      "<details><summary>More</summary><p>text</p></details>", "<pre class=code>let x = 1;</pre>", "<figure><img src=/a.svg alt=a></figure>",
      "<table><tr><td>1</td></tr></table>", "<!-- note -->", "<svg viewBox='0 0 1 1'><path d='M0 0'/></svg>", "bare text"];
    const make = () => page(Array.from({ length: 4 + Math.floor(random() * 12) },
      () => pieces[Math.floor(random() * pieces.length)].replace(/\b[a-z]{5}\b/, () => `w${Math.floor(random() * 9)}`)).join(random() < .5 ? "\n" : ""));
    await show(make());
    for (let round = 0; round < 60; round++) {
      const html = make().replace("</article>", `<p>round ${round}</p></article>`);
      await edit(html, `round ${round}`);
      await assertSame(tab, html);
    }
    assertPatched();
  });

  for (const [browserDoes, style] of [["helps", ""], ["does not help", "<style>html { overflow-anchor: none; }</style>"]]) {
    test(`a reader in the middle of the text sees the same lines, where the browser ${browserDoes}`, async () => {
      const list = paragraphs(60);
      await show(page(list.join("\n"), { head: style }));
      const top = () => tab.evaluate(() => window.here.getBoundingClientRect().top);
      await tab.evaluate(() => {
        window.here = document.querySelectorAll("p")[30];
        window.here.scrollIntoView();
      });
      const before = await top();
      const text = [...paragraphs(5, 500), ...list.slice(0, 10), "<p>Here is more.</p>", ...list.slice(12)].join("\n");
      await edit(page(text, { head: style }), "Here is more.");
      await tab.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
      assert.ok(Math.abs(await top() - before) < 2, `moved by ${await top() - before}`);
      assert.ok(before < 50);
      assertPatched();
    });
  }

  test("a reader at the top sees the new top", async () => {
    const list = paragraphs(60);
    await show(page(list.join("\n")));
    await edit(page(["<p>Above all.</p>", ...list].join("\n")), "Above all.");
    assert.equal(await tab.evaluate(() => window.scrollY), 0);
  });

  test("what has an id is the same element wherever it goes and whatever it says", async () => {
    const part = (id, text) => `<details id="${id}"><summary>${id}</summary><p>${text}</p></details>`;
    await show(page(["one", "two", "three"].map((id) => part(id, `Text of ${id} is this, as was said before.`)).join("\n")));
    await tab.evaluate(() => (document.getElementById("three").open = true));
    const html = page(part("three", "Now it says something else entirely, with no word in common.") + part("one", "Another."));
    await edit(html, "something else");
    assertPatched();
    assert.deepEqual(await tab.evaluate(() => [...document.querySelectorAll("details")].map((d) => [d.id, d.open])), [["three", true], ["one", false]]);
    assertPatched();
  });

  test("focus, input, selection and opened details stay", async () => {
    const form = `<form><input id="name" value="given"><input type="checkbox" id="yes"><textarea id="long">first</textarea>
      <select id="pick"><option>a</option><option>b</option></select></form>
      <details><summary>More</summary><p>Hidden text</p></details>`;
    const list = paragraphs(4);
    await show(page(list.join("\n") + form));
    await tab.fill("#name", "typed by the reader");
    await tab.check("#yes");
    await tab.fill("#long", "also typed");
    await tab.selectOption("#pick", "b");
    await tab.click("summary");
    await tab.focus("#name");
    await tab.evaluate(() => document.getElementById("name").setSelectionRange(3, 8));
    await edit(page(["<p>Before all.</p>", list[0], list[1].replace("Paragraph 2", "Second"), list[3]].join("\n") + form.replace("Hidden", "Shown")), "Shown");
    const state = await tab.evaluate(() => {
      const of = (id) => document.getElementById(id);
      return [of("name").value, of("yes").checked, of("long").value, of("pick").value, document.querySelector("details").open,
        document.activeElement.id, of("name").selectionStart, of("name").selectionEnd];
    });
    assert.deepEqual(state, ["typed by the reader", true, "also typed", "b", true, "name", 3, 8]);
    assertPatched();
  });

  test("a selection stays when other words of its paragraph change", async () => {
    await show(page("<p>One two three four five six.</p>"));
    await tab.evaluate(() => {
      const text = document.querySelector(".prose p").firstChild;
      getSelection().setBaseAndExtent(text, 4, text, 13);
    });
    await edit(page("<p>One two three four fifty six.</p>"), "fifty");
    assert.equal(await tab.evaluate(() => String(getSelection())), "two three");
    await edit(page("<p>The first one two three four fifty six.</p>"), "The first");
    assert.equal(await tab.evaluate(() => String(getSelection())), "two three");
  });

  test("pictures that did not change are the same elements, wherever they go", async () => {
    stub.files.set("/a.svg", { type: "image/svg+xml", body: "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>" });
    const media = '<p><img src="/a.svg" alt="A" width="9" height="9"></p><video id="v" src="/v.mp4"></video>';
    await show(page(`<p>Text one here.</p>${media}`));
    await tab.evaluate(() => {
      document.querySelector("img").mark = 1;
      document.querySelector("video").mark = 1;
    });
    const asked = () => stub.requests.filter((path) => path === "/a.svg").length;
    const first = asked();
    await edit(page(`<p>Text two here.</p>${media}`), "two here");
    const figure = media.replace(/<p>(.*)<\/p>/, "<figure>$1<figcaption>Said below</figcaption></figure>");
    await edit(page(`<p>New.</p><p>Text two here.</p><section>${figure}</section>`), "Said below");
    assert.equal(await tab.evaluate(() => document.querySelector("figure img").mark), 1);
    assert.equal(asked(), first);
    assertPatched();
  });

  test("a picture replaced under its address is shown when it is there", async () => {
    const picture = (width) => ({ type: "image/svg+xml", body: `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="9"/>` });
    for (const name of ["a", "b", "c"]) stub.files.set(`/p/${name}.svg`, picture(10));
    const set = '<img id="set" alt="" srcset="/p/b.svg 1x, /p/d.svg 20x">';
    await show(page(`<p>One.</p><img id="one" alt="" src="/p/a.svg">${set}<img id="other" alt="" src="/p/c.svg">`));
    stub.files.set("/p/a.svg", picture(20));
    stub.files.set("/p/b.svg", picture(30));
    stub.update({ pictures: ["/p/a.svg", "/p/b.svg"] });
    const widths = () => ["one", "set", "other"].map((id) => document.getElementById(id).naturalWidth).join();
    await tab.waitForFunction(`(${widths})() === "20,30,10"`);
    assert.equal(await tab.getAttribute("#set", "srcset"), `${stub.origin}/p/b.svg?byline=2 1x, /p/d.svg 20x`);
    assertPatched();
  });

  test("a page that the server makes otherwise by now is still patched", async () => {
    stub.pages.set(PATH, page("<p>Text one.</p>"));
    const context = await browser.newContext();
    tab = await context.newPage();
    let loads = 0;
    await context.route(`**${PATH}`, async (route) => {
      const answer = await route.fetch();
      const body = (await answer.text()).replace("Text one", "Text between");
      if (loads++ === 0) await route.fulfill({ response: answer });
      else await route.fulfill({ response: answer, body: body.replace(/data-edition="\d+"/, 'data-edition="99"') });
    });
    await tab.goto(stub.url(PATH));
    await stub.waitForStream();
    const html = page("<p>Text between.</p><p>And more.</p>");
    await edit(html, "And more.");
    await assertSame(tab, html);
    assert.equal(loads, 2);
  });

  test("what scripts added stays, and what they wrapped is still changed", async () => {
    const script = `<script>document.documentElement.classList.add("dark");</script>`;
    const code = (text) => `<pre class="code"><code>${text}</code></pre>`;
    const table = (text) => `<table><tr><td>${text}</td></tr></table>`;
    const late = `<script>
      for (const pre of document.querySelectorAll("pre")) { pre.classList.add("has-button"); const b = document.createElement("button"); b.textContent = "Copy"; pre.append(b); }
      for (const table of document.querySelectorAll("table")) { const box = document.createElement("div"); box.className = "scroll"; table.replaceWith(box); box.append(table); }
    </script>`;
    const make = (text, cell) => page(`<p>Start.</p>${code(text)}\n${table(cell)}<p>End.</p>`, { head: script, after: late });
    await show(make("let one = 1;", "10"));
    await edit(make("let two = 2;", "20"), "let two");
    await edit(make("let two = 2;", "30").replace("<html lang", '<html class="wide" lang').replace('class="code"', 'class="code rust"'), "30");
    const state = await tab.evaluate(() => [document.documentElement.className, document.querySelector("pre").className,
      document.querySelector("pre").textContent, document.querySelector(".scroll td").textContent, document.querySelectorAll("button, table").length]);
    assert.deepEqual(state, ["dark wide", "code has-button rust", "let two = 2;Copy", "30", 2]);
    assertPatched();
  });

  test("what a script replaced is loaded anew when it changes", async () => {
    const script = `<script>const old = document.querySelector(".js"); const fresh = document.createElement("b"); fresh.textContent = "made: " + old.textContent; old.replaceWith(fresh);</script>`;
    await show(page('<p>Text.</p><div class="js">one</div>', { after: script }));
    await edit(page('<p>Text.</p><div class="js">two</div>', { after: script }), "made: two");
    await tab.waitForLoadState();
    assert.equal(tab.loads, 2);
  });

  test("a script that is new or changed loads the page again, at the same place", async () => {
    const list = paragraphs(60);
    const make = (value) => page(list.join("\n"), { after: `<script>history.scrollRestoration = "manual"; document.title = "${value}";</script>` });
    await show(make("one"));
    await tab.evaluate(() => window.scrollTo(0, 3000));
    stub.pages.set(PATH, make("two"));
    stub.update();
    await tab.waitForFunction(() => document.title === "two");
    await tab.waitForFunction(() => Math.abs(window.scrollY - 3000) < 2);
    await tab.waitForLoadState();
    assert.equal(tab.loads, 2);
  });

  test("data in a script element is no script", async () => {
    const make = (text) => page("<p>Text.</p>", { head: `<script type="application/ld+json">{"a": "${text}"}</script>` });
    await show(make("old"));
    await edit(make("brand new"), "brand new");
    assertPatched();
  });

  test("a custom element that changed starts anew", async () => {
    const script = `<script>customElements.define("x-chart", class extends HTMLElement {
      connectedCallback() { this.innerHTML = "<b>chart of " + this.getAttribute("data") + "</b>"; } });</script>`;
    const make = (data) => page(`<p>Text.</p><x-chart data="${data}"></x-chart>`, { head: script });
    await show(make("one"));
    await edit(make("two"), "chart of two");
    assert.equal(await tab.evaluate(() => document.querySelectorAll("x-chart b").length), 1);
    assertPatched();
  });

  test("the page may listen to updates", async () => {
    await show(page("<p>one</p>"));
    await tab.evaluate(() => document.addEventListener("byline:update", (event) => (window.heard = event.detail.elements.map((e) => e.localName))));
    await edit(page("<p>two words</p>"), "two words");
    assert.deepEqual(await tab.evaluate(() => window.heard), ["p"]);
  });
});

describe("style sheets", () => {
  const sheet = (colour) => ({ type: "text/css", body: `p { color: ${colour}; }`, delay: 150 });
  const make = (href) => page("<p>Text.</p>", { head: `<link rel="stylesheet" href="${href}">` });
  const colour = () => tab.evaluate(() => getComputedStyle(document.querySelector("p")).color);

  test("are swapped without a flash", async () => {
    stub.files.set("/a.css", sheet("rgb(1, 2, 3)"));
    stub.files.set("/b.css", sheet("rgb(4, 5, 6)"));
    await show(make("/a.css"));
    await tab.evaluate(() => {
      window.colours = new Set();
      const look = () => { window.colours.add(getComputedStyle(document.querySelector("p")).color); requestAnimationFrame(look); };
      look();
    });
    stub.pages.set(PATH, make("/b.css"));
    stub.update({ styles: [["/a.css", "/b.css"]] });
    await tab.waitForFunction(() => document.querySelectorAll("link[rel=stylesheet]").length === 1
      && document.querySelector("link[rel=stylesheet]").href.endsWith("/b.css"));
    await tab.waitForFunction(() => window.colours.has("rgb(4, 5, 6)"));
    assert.deepEqual(await tab.evaluate(() => [...window.colours]), ["rgb(1, 2, 3)", "rgb(4, 5, 6)"]);
    assertPatched();
  });

  test("are swapped when only they changed, under a new address or the same", async () => {
    stub.files.set("/a.css", sheet("rgb(1, 2, 3)"));
    stub.files.set("/b.css", sheet("rgb(4, 5, 6)"));
    await show(make("/a.css"));
    stub.update({ styles: [["/a.css", "/b.css"]] });
    await tab.waitForFunction(() => getComputedStyle(document.querySelector("p")).color === "rgb(4, 5, 6)");
    stub.files.set("/b.css", sheet("rgb(7, 8, 9)"));
    stub.update({ styles: [["/b.css", "/b.css"]] });
    await tab.waitForFunction(() => getComputedStyle(document.querySelector("p")).color === "rgb(7, 8, 9)");
    await tab.waitForFunction(() => document.querySelectorAll("link[rel=stylesheet]").length === 1);
    assert.equal(await colour(), "rgb(7, 8, 9)");
    assertPatched();
  });

  test("the last of three quick changes stays alone", async () => {
    for (const name of ["a", "b", "c", "d"]) stub.files.set(`/${name}.css`, sheet(`rgb(0, 0, ${name.charCodeAt(0)})`));
    stub.files.get("/b.css").delay = 600;
    await show(make("/a.css"));
    for (const name of ["b", "c", "d"]) {
      stub.pages.set(PATH, make(`/${name}.css`));
      stub.update();
    }
    await tab.waitForFunction(() => getComputedStyle(document.querySelector("p")).color === "rgb(0, 0, 100)");
    await tab.waitForTimeout(700);
    assert.deepEqual(await tab.evaluate(() => [...document.querySelectorAll("link[rel=stylesheet]")].map((link) => link.getAttribute("href"))), ["/d.css"]);
  });
});

function seeded(state) {
  return () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
}
