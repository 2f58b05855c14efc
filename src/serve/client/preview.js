// The preview in the browser: the open page follows the author's files.
//
// One stream of events brings the new page; patch.js changes the open one into it. overlay.js shows what is wrong over
// the last good page, panel.js says what the author wants to know of it. Nothing of this is in a build.

import { Overlay } from "./overlay.js";
import { Panel } from "./panel.js";
import { Mirror, read } from "./patch.js";
import { refreshPictures } from "./pictures.js";
import { hold, placeOf, recall, reload, remember, restoreScroll, show } from "./place.js";
import { findServer, Shell } from "./shell.js";

const FOLLOW = "byline-preview-follow";
/** Waits between two tries to reach the server, in milliseconds. */
const FIRST_WAIT = 300;
const LONGEST_WAIT = 3_000;
/** A server that restarts is back within this time; only then the loss is worth a word. */
const SILENT = 1_000;
/** A server that takes longer is not waited for. */
const SLOW = 5_000;

/** With which status the page came, where the browser says so. */
function statusOfPage() {
  return performance.getEntriesByType("navigation")[0]?.responseStatus ?? 200;
}

class Preview {
  #server = findServer();
  #shell = new Shell(this.#server);
  #overlay = new Overlay(this.#shell);
  #panel = new Panel(this.#shell, this.#overlay);
  #mirror = this.#readMirror();
  #work = Promise.resolve();
  #stream = null;
  #retry = 0;
  #wait = FIRST_WAIT;
  #lostAt = 0;
  #isGone = false;
  /** The open page is the theme's page that there is nothing here. */
  #isMissing = statusOfPage() === 404;
  #latestFollow = null;
  /** The page that says why there is none: it lists the problems itself. */
  #isErrorPage = statusOfPage() >= 500;
  #shownProblems = null;
  #tabs = new BroadcastChannel("byline-preview");

  start() {
    restoreScroll();
    this.#work = this.#mirror.then(() => this.#arriveFromFollow()).catch(() => {});
    this.#tabs.onmessage = ({ data }) => this.#hearOtherTab(data);
    document.addEventListener("visibilitychange", () => this.#changeVisibility());
    window.addEventListener("pagehide", () => this.#close());
    window.addEventListener("pageshow", (event) => event.persisted && this.#changeVisibility());
    if (!document.hidden) this.#connect();
    this.#panel.refresh();
  }

  /** The page as the server sent it: asked from the browser's own store, where it lies since it was loaded. */
  async #readMirror() {
    const { edition } = this.#server;
    try {
      const answer = await fetch(location.href, { cache: "force-cache", signal: AbortSignal.timeout(SLOW) });
      const { page, tag } = read(await answer.text());
      if (Number(tag.edition) === edition) return new Mirror(page, document);
    } catch {
      // The server may have gone meanwhile; the open page is the best that is known.
    }
    const { page } = read(`<!doctype html>${document.documentElement.outerHTML}`);
    page.querySelector("byline-preview")?.remove();
    return new Mirror(page, document);
  }

  // The stream.

  #connect() {
    clearTimeout(this.#retry);
    this.#stream?.close();
    const { path, edition } = this.#server;
    const stream = new EventSource(this.#server.own("events", { path, edition }));
    this.#stream = stream;
    stream.onopen = () => this.#opened();
    stream.addEventListener("hello", (event) => this.#enqueue(() => this.#hello(JSON.parse(event.data))));
    stream.addEventListener("update", (event) => this.#enqueue(() => this.#update(JSON.parse(event.data))));
    stream.onerror = () => stream === this.#stream && this.#lost(stream.readyState === EventSource.CLOSED);
    this.#tabs.postMessage("open");
  }

  #close() {
    clearTimeout(this.#retry);
    this.#stream?.close();
    this.#stream = null;
  }

  #opened() {
    this.#wait = FIRST_WAIT;
    this.#lostAt = 0;
    if (!this.#isGone) this.#shell.note(null);
  }

  /** The connection broke, or (refused) the server does not know us. */
  #lost(isRefused) {
    this.#close();
    this.#lostAt ||= Date.now();
    if (Date.now() - this.#lostAt >= SILENT) {
      this.#shell.note("The preview has ended. This page follows again when byline serve runs.");
    }
    this.#retry = setTimeout(() => (isRefused ? this.#meetNewServer() : this.#connect()), this.#wait);
    this.#wait = Math.min(this.#wait * 1.5, LONGEST_WAIT);
  }

  /** Another server stands there, with another token: the page comes from it anew. */
  async #meetNewServer() {
    try {
      const answer = await fetch(location.href, { cache: "no-store" });
      const { tag } = read(await answer.text());
      if (tag.token && tag.token !== this.#server.token) return reload();
    } catch {
      // Nobody there yet.
    }
    this.#connect();
  }

  // Tabs: a browser opens six connections to one server, so hidden tabs leave theirs to the others.

  #changeVisibility() {
    if (document.hidden) return void this.#tabs.postMessage("is somebody there?");
    if (!this.#stream) this.#connect();
    const follow = this.#latestFollow;
    this.#latestFollow = null;
    if (follow) this.#enqueue(() => this.#follow(follow, []));
  }

  #hearOtherTab(said) {
    if (said === "open" && document.hidden) this.#close();
    if (said === "is somebody there?" && !document.hidden && this.#stream) this.#tabs.postMessage("open");
  }

  // Events.

  #enqueue(task) {
    this.#work = this.#work.then(task).catch((error) => {
      console.warn("byline preview:", error);
      reload();
    });
  }

  #hello({ problems = [], count = problems.length }) {
    this.#showProblems(problems, count);
  }

  async #update(update) {
    const { edition, html, moved, styles = [], pictures = [], problems = [], gone, failed, follow } = update;
    if (this.#isErrorPage) return this.#updateErrorPage(html, problems);
    if (moved) this.#moveTo(moved);
    let changes = [];
    if (html) {
      changes = await this.#patch(html);
      this.#isMissing = gone === true;
    }
    const mirror = await this.#mirror;
    for (const [from, to] of styles) mirror.restyle(from, to, edition);
    refreshPictures(pictures, edition);
    this.#server.edition = edition;
    this.#isGone = gone === true && !this.#isMissing;
    this.#shell.note(this.#isGone ? "This page is gone: its file was deleted or is not published any more." : null);
    this.#showProblems(problems, update.count ?? problems.length, failed);
    this.#panel.refresh();
    if (moved) this.#connect();
    const elements = changes.map(({ element }) => element);
    document.dispatchEvent(new CustomEvent("byline:update", { detail: { elements } }));
    if (follow) await this.#follow(follow, changes);
  }

  async #patch(html) {
    const mirror = await this.#mirror;
    const restore = hold();
    const changes = mirror.patch(read(html).page);
    restore();
    return changes;
  }

  #moveTo(path) {
    this.#server.path = path;
    history.replaceState(history.state, "", this.#server.page(path) + location.hash);
  }

  #updateErrorPage(html, problems) {
    if (html || JSON.stringify(problems) !== this.#shownProblems) reload();
  }

  #showProblems(problems, count, failed = false) {
    this.#shownProblems = JSON.stringify(problems);
    if (!this.#isErrorPage) this.#overlay.show(problems, count, failed);
  }

  // Following the author from article to article.

  async #follow(follow, changes) {
    if (document.hidden) return void (this.#latestFollow = follow);
    if (follow.path === this.#server.path) {
      return show(placeOf(changes.length ? changes : await this.#changesSince(follow.before)));
    }
    remember(FOLLOW, follow) || remember(FOLLOW, { path: follow.path });
    location.assign(this.#server.page(follow.path));
  }

  /** After the browser was taken here: finds what the edit changed. */
  async #arriveFromFollow() {
    const follow = recall(FOLLOW);
    if (follow?.path === this.#server.path) show(placeOf(await this.#changesSince(follow.before)));
  }

  async #changesSince(html) {
    if (!html) return [];
    const mirror = await this.#mirror;
    return mirror.changesSince(html);
  }
}

new Preview().start();
