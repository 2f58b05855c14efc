// The corner of the page that is the preview's own: a shadow root, so that neither changes the other's look.

import { ownTag } from "./patch.js";

/** Where the preview's server is, and what the page's tag said. */
export function findServer() {
  const tag = ownTag(document);
  const { base = "", path = "/", token = "", edition = "0" } = tag?.dataset ?? {};
  return {
    base,
    path,
    token,
    edition: Number(edition),
    /** The address of one of the preview's own things. */
    own(name, query = {}) {
      return `${base}/_byline/${name}?${new URLSearchParams({ token: this.token, ...query })}`;
    },
    /** The address of a page of the site. */
    page(path) {
      return base + path.split("/").map(encodeURIComponent).join("/");
    },
  };
}

/**
 * Makes an element. Text is never read as HTML.
 * @param {string} name
 * @param {Record<string, unknown>} properties attributes; `onclick` and the like take functions.
 * @param {...(Node | string | null | undefined | false)} children
 */
export function make(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child || child === 0));
  return element;
}

/** The preview's corner with its style sheet and a line for short notes. */
export class Shell {
  #note = make("p", { class: "note", role: "status", hidden: true });

  constructor(server) {
    this.server = server;
    this.host = document.createElement("byline-preview");
    this.host.lang = "en";
    this.host.dir = "ltr";
    this.root = this.host.attachShadow({ mode: "open" });
    const style = make("link", { rel: "stylesheet", href: `${server.base}/_byline/preview.css` });
    this.box = make("div", { class: "box", hidden: true });
    for (const end of ["load", "error"]) style.addEventListener(end, () => (this.box.hidden = false));
    this.box.append(this.#note);
    this.root.append(style, this.box);
    // Outside of the body: no rule of the page counts it among its children.
    document.documentElement.append(this.host);
  }

  /** Shows a line until the next one, or takes it away. */
  note(text) {
    if (this.#note.textContent === (text ?? "")) return;
    this.#note.textContent = text ?? "";
    this.#note.hidden = !text;
  }

  /**
   * A button that opens one of the author's files in the editor, and says what came of it.
   * @param {{file: string, line?: number | null, column?: number | null}} place
   * @param {string} label
   */
  editorButton(place, label) {
    const said = make("span", { class: "said", role: "status" });
    const open = () => this.#openEditor(place, said);
    const button = make("button", { type: "button", class: "link", onclick: open, "data-key": `${label} ${placeText(place)}` }, label);
    return make("span", { class: "editor" }, button, said);
  }

  async #openEditor(place, said) {
    said.replaceChildren("…");
    try {
      const { file, line, column } = place;
      const answer = await fetch(this.server.own("open"), {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ file, line: line ?? 1, column: column ?? 1 }),
      });
      if (answer.ok) return void said.replaceChildren("Opened.");
      const reason = await answer.json().catch(() => ({}));
      const text = [reason.message ?? `The preview could not open it (status ${answer.status})`, reason.hint];
      said.replaceChildren(...withCode(text.filter(Boolean).join("; ")), " ", this.#copyButton(place));
    } catch {
      said.replaceChildren("The preview does not answer. ", this.#copyButton(place));
    }
  }

  #copyButton(place) {
    const text = placeText(place);
    const button = make("button", { type: "button", class: "link" }, `Copy ${text}`);
    button.addEventListener("click", async () => {
      const isCopied = await copy(text, button);
      button.textContent = isCopied ? "Copied." : text;
    });
    return button;
  }
}

/**
 * Writes the inside of a box anew; who works in it stays where he was, by `data-key`, or goes to `otherwise`.
 * @param {HTMLElement} box
 * @param {Node[]} children
 * @param {HTMLElement} otherwise
 */
export function rebuild(box, children, otherwise) {
  const { activeElement } = box.getRootNode();
  const key = box.contains(activeElement) ? activeElement.dataset.key : undefined;
  const wasInside = box.contains(activeElement);
  box.replaceChildren(...children);
  if (!wasInside) return;
  const again = [...box.querySelectorAll("[data-key]")].find((element) => element.dataset.key === key);
  (again ?? otherwise).focus({ preventScroll: true });
}

/** `content/a.md:3:1`, as editors and terminals take it. */
export function placeText({ file, line, column }) {
  return [file, line, line && column].filter(Boolean).join(":");
}

/** Puts text on the clipboard; the old way where the page is no secure context, on another device. */
async function copy(text, near) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = make("textarea", { readonly: true, class: "offscreen" });
    field.value = text;
    near.after(field);
    field.select();
    const isCopied = document.execCommand("copy");
    field.remove();
    near.focus();
    return isCopied;
  }
}

/** Text in which what stands between backticks is code. */
export function withCode(text) {
  return visible(text ?? "").split(/`([^`]+)`/).map((part, index) => (index % 2 ? make("code", {}, part) : part));
}

/** Text in one line in which every character can be seen, and none turns the direction of writing. */
export function visible(text) {
  return text
    .replace(/[\t\n\r]/g, " ")
    .replace(/[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g, "\ufffd");
}
