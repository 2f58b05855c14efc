// The errors of the site, over the last good page. It never takes the focus.

import { diagnosticView } from "./diagnostic.js";
import { make, rebuild } from "./shell.js";

export class Overlay {
  #shell;
  #errors = [];
  #shown = "";
  #list = make("div", { class: "list" });
  #title = make("h2", { id: "overlay-title", tabindex: -1 });
  #said = make("p", { class: "offscreen", role: "status" });
  #box;
  /** Called when the number of errors changed or the overlay came or went. */
  onchange = () => {};

  constructor(shell) {
    this.#shell = shell;
    const close = make("button", { type: "button", class: "close", onclick: () => this.dismiss() }, "Hide", make("kbd", {}, "Esc"));
    this.#box = make("section", { class: "overlay", "aria-labelledby": "overlay-title", hidden: true },
      make("header", {}, this.#title, close), this.#list);
    shell.box.append(this.#said, this.#box);
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented && !this.#box.hidden) this.dismiss();
    });
  }

  get count() {
    return this.#errors.length;
  }

  get isOpen() {
    return !this.#box.hidden;
  }

  /**
   * Shows the errors among the problems; takes the overlay away when there are none.
   * @param {object[]} problems
   * @param {number} count of all problems, of which only the first are sent
   * @param {boolean} isFailed the open page itself cannot be made
   */
  show(problems, count, isFailed) {
    this.#errors = problems.filter(({ severity }) => severity === "error");
    const state = JSON.stringify([this.#errors, count, isFailed]);
    if (state !== this.#shown) this.#fill(problems, count, isFailed);
    this.#shown = state;
    if (this.#errors.length) this.reopen();
    else this.dismiss();
  }

  /** Shows again what was dismissed. */
  reopen() {
    this.#box.hidden = this.#errors.length === 0;
    this.onchange();
  }

  dismiss() {
    const hadFocus = this.#box.contains(this.#shell.root.activeElement);
    this.#box.hidden = true;
    if (hadFocus) this.#shell.root.querySelector(".panel-button")?.focus({ preventScroll: true });
    this.onchange();
  }

  #fill(problems, count, isFailed) {
    const errors = this.#errors;
    const had = this.#list.childElementCount > 0;
    const number = errors.length === 1 ? "1 error" : `${errors.length} errors`;
    const what = isFailed ? "this page cannot be made; it is shown as it was" : "the site is shown as it was";
    this.#title.replaceChildren(make("span", { class: "count" }, number), ` ${what}`);
    const unseen = count - problems.length;
    rebuild(this.#list, [
      ...errors.map((error) => diagnosticView(this.#shell, error)),
      ...(unseen > 0 ? [make("p", { class: "more" }, `${unseen} more problems stand in the terminal.`)] : []),
    ], this.#title);
    const [first] = errors;
    if (first) this.#said.textContent = `${number}. ${first.message}${first.line ? `, line ${first.line} of ${first.file}` : ""}`;
    else this.#said.textContent = had ? "No more errors." : "";
  }
}
