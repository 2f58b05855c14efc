// The author's panel: what an author wants to know of the open page, behind a small button.

import { diagnosticView } from "./diagnostic.js";
import { make, rebuild } from "./shell.js";

/** A burst of updates asks for the panel once, this long after the last, in milliseconds. */
const CALM = 150;
/** What search engines show of a title and of a description, in characters, about. */
const SEARCH_TITLE = 60;
const SEARCH_TEXT = 158;

export class Panel {
  #shell;
  #overlay;
  #page = null;
  #timer = 0;
  #marks = make("span", { class: "marks" });
  #button;
  #title = make("h2", { id: "panel-title", tabindex: -1 });
  #body = make("div", { class: "body" });
  #box;

  constructor(shell, overlay) {
    this.#shell = shell;
    this.#overlay = overlay;
    this.#button = make("button", {
      type: "button", class: "panel-button", title: "Author's panel (Alt+Shift+B)", "aria-expanded": "false",
      "aria-controls": "panel", "aria-keyshortcuts": "Alt+Shift+B", onclick: () => this.#toggle(),
    }, this.#marks, make("span", { class: "round", "aria-hidden": "true" }, "B"), make("span", { class: "offscreen" }, "Author's panel"));
    const close = make("button", { type: "button", class: "close", onclick: () => this.#close() }, "Close", make("kbd", {}, "Esc"));
    this.#box = make("aside", { id: "panel", class: "panel", "aria-labelledby": "panel-title", hidden: true },
      make("header", {}, this.#title, close), this.#body);
    shell.box.append(this.#button, this.#box);
    this.#box.addEventListener("keydown", (event) => this.#closeByKey(event));
    this.#button.addEventListener("keydown", (event) => this.#closeByKey(event));
    document.addEventListener("keydown", (event) => {
      if (event.altKey && event.shiftKey && event.code === "KeyB") {
        event.preventDefault();
        this.#toggle();
      }
    });
    overlay.onchange = () => this.#showMarks();
    this.#fill();
  }

  /** Asks the server for the panel of the page, soon. */
  refresh() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#load(), CALM);
  }

  async #load() {
    const { path } = this.#shell.server;
    try {
      const answer = await fetch(this.#shell.server.own("panel", { path }), { cache: "no-store" });
      if (!answer.ok && answer.status !== 404) return;
      const page = answer.ok ? await answer.json() : null;
      if (path !== this.#shell.server.path || JSON.stringify(page) === JSON.stringify(this.#page)) return;
      this.#page = page;
      this.#fill();
    } catch {
      // The stream says that the server is gone; the panel keeps what it knew.
    }
  }

  #toggle() {
    if (this.#box.hidden) this.#open();
    else this.#close();
  }

  #open() {
    this.#box.hidden = false;
    this.#button.setAttribute("aria-expanded", "true");
    this.#title.focus({ preventScroll: true });
  }

  #close() {
    this.#box.hidden = true;
    this.#button.setAttribute("aria-expanded", "false");
    this.#button.focus({ preventScroll: true });
  }

  #closeByKey(event) {
    if (event.key !== "Escape" || this.#box.hidden) return;
    event.preventDefault();
    this.#close();
  }

  #fill() {
    const { scrollTop } = this.#box;
    const page = this.#page ?? {};
    this.#title.textContent = page.title ?? "This page";
    rebuild(this.#body, sections(this.#shell, this.#overlay, page).filter(Boolean), this.#title);
    this.#box.scrollTop = scrollTop;
    this.#showMarks();
  }

  /** The state of the page and the number of its warnings, on the button itself. */
  #showMarks() {
    const page = this.#page ?? {};
    const warnings = page.warnings?.length ?? 0;
    const hidden = this.#overlay.isOpen ? 0 : this.#overlay.count;
    const mark = (name, text, rest) => make("span", { class: `mark ${name}` }, text, rest && make("span", { class: "offscreen" }, rest));
    this.#marks.replaceChildren(...[
      ...states(page).map((state) => mark("state", state)),
      warnings > 0 && mark("warnings", String(warnings), warnings === 1 ? " warning" : " warnings"),
      hidden > 0 && mark("errors", hidden === 1 ? "1 error" : `${hidden} errors`),
    ].filter(Boolean));
    this.#body.querySelector(".show-errors")?.toggleAttribute("hidden", hidden === 0);
  }
}

function sections(shell, overlay, page) {
  const { file, search, card } = page;
  const warnings = page.warnings ?? [];
  const related = page.related ?? [];
  const showErrors = () => overlay.reopen();
  return [
    make("p", { class: "show-errors", hidden: true },
      make("button", { type: "button", class: "link", onclick: showErrors, "data-key": "errors" }, "Show the errors of the site")),
    states(page).length > 0 && make("ul", { class: "states" }, states(page).map((state) => make("li", {}, state))),
    file
      ? make("p", { class: "file" }, make("code", {}, file), " ", shell.editorButton({ file }, "Open in editor"))
      : make("p", { class: "quiet" }, "This page is made from no file of its own."),
    section(`Warnings (${warnings.length})`,
      warnings.length ? warnings.map((warning) => diagnosticView(shell, warning)) : make("p", { class: "quiet" }, "None.")),
    facts(page),
    ...termLinks(page.terms),
    related.length > 0 && section("Related articles", make("ul", {}, related.map((item) => make("li", {}, link(item.title, item.path), why(item))))),
    linkedFrom(page),
    search && section("In a search result", searchView(search)),
    card && section("As a social card", cardView(card)),
  ];
}

/** What keeps the page from being published, or will. */
function states({ draft, scheduled, expired }) {
  return [draft && "Draft", scheduled && `Scheduled for ${day(scheduled)}`, expired && "Expired"].filter(Boolean);
}

function facts({ words, minutes, date, updated, language, kind }) {
  const number = (value) => Number(value).toLocaleString("en");
  const rows = [
    ["Length", words != null && `${number(words)} words${minutes != null ? `, ${minutes} min to read` : ""}`],
    ["Date", date && day(date)],
    ["Updated", updated && day(updated)],
    ["Language", language],
    ["Kind", kind],
  ].filter(([, value]) => value);
  if (!rows.length) return null;
  return section("Facts", make("dl", {}, rows.map(([name, value]) => [make("dt", {}, name), make("dd", {}, value)])));
}

function termLinks(terms) {
  const groups = new Map();
  for (const term of terms ?? []) groups.set(term.taxonomy, [...(groups.get(term.taxonomy) ?? []), term]);
  return [...groups].map(([taxonomy, group]) => section(capital(taxonomy ?? "terms"),
    make("ul", { class: "terms" }, group.map(({ name, path }) => make("li", {}, link(name, path))))));
}

function why({ why: reasons, score }) {
  const text = [reasons ?? []].flat().join(", ");
  const number = typeof score === "number" ? `score ${Math.round(score * 100) / 100}` : "";
  return make("p", { class: "quiet" }, [text && `Because of ${text}`, number].filter(Boolean).join("; "));
}

function linkedFrom({ linked_from: from, kind }) {
  if (!from?.length && kind !== "article") return null;
  return section("Linked from", from?.length
    ? make("ul", {}, from.map(({ title, path }) => make("li", {}, link(title, path))))
    : make("p", { class: "quiet" }, "No page links here in its text."));
}

function searchView({ title = "", url = "", description }) {
  return make("div", { class: "search" },
    make("p", { class: "search-url" }, url.replace(/^https?:\/\//, "").replace(/\/$/, "").split("/").join(" › ")),
    make("p", { class: "search-title" }, cut(title, SEARCH_TITLE)),
    make("p", { class: "search-text" }, description ? cut(description, SEARCH_TEXT) : "No description: the search engine takes a piece of the text."));
}

function cardView({ title, description, image, site }) {
  return make("div", { class: "card" },
    image ? make("img", { src: image, alt: "", loading: "lazy" }) : make("p", { class: "no-image" }, "No picture"),
    make("div", { class: "card-text" },
      site && make("p", { class: "quiet" }, site),
      title && make("p", { class: "card-title" }, title),
      description && make("p", { class: "card-description" }, description)));
}

function section(title, ...content) {
  return make("section", {}, make("h3", {}, title), ...content);
}

function link(text, path) {
  return make("a", { href: path, "data-key": `to ${path}` }, text ?? path);
}

function cut(text, length) {
  const characters = Array.from(text);
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join("").trimEnd()}…`;
}

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `2027-01-01` as people write it; what is no date stays as it is. */
function day(text) {
  const date = new Date(`${String(text).slice(0, 10)}T00:00:00Z`);
  if (Number.isNaN(date.getTime())) return String(text);
  return date.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
}
