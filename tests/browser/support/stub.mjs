// A server that speaks the preview's contract, with pages that a test writes. It stands in for `byline serve` where a
// test is about what the browser does.

import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";

const CLIENT = new URL("../../../src/serve/client/", import.meta.url);
const TYPES = { js: "text/javascript", css: "text/css", svg: "image/svg+xml" };

export class Stub {
  /** Pages by path, below the base path. */
  pages = new Map();
  /** Other files by path: `{type, body, delay}`, the delay in milliseconds. */
  files = new Map();
  panels = new Map();
  problems = [];
  /** Requests for the editor. */
  opened = [];
  /** How the editor's call is answered. */
  openAnswer = { status: 204 };
  /** Paths that were asked for. */
  requests = [];
  edition = 1;
  token = randomUUID();
  #streams = new Set();
  #server = null;
  port = 0;

  constructor(base = "") {
    this.base = base;
  }

  get origin() {
    return `http://127.0.0.1:${this.port}`;
  }

  url(path) {
    return this.origin + this.base + path;
  }

  async start() {
    this.#server = createServer((request, response) => this.#answer(request, response).catch((error) => {
      response.writeHead(500).end(String(error));
    }));
    await new Promise((resolve) => this.#server.listen(this.port, "127.0.0.1", resolve));
    this.port = this.#server.address().port;
    return this;
  }

  /** Ends the server as Ctrl-C does: connections break. */
  async stop() {
    for (const stream of this.#streams) stream.response.destroy();
    this.#streams.clear();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** The paths of the open streams. */
  get streams() {
    return [...this.#streams].map(({ path }) => path);
  }

  async waitForStream(count = 1) {
    for (let tries = 0; this.#streams.size !== count; tries++) {
      if (tries > 500) throw new Error(`${this.#streams.size} streams are open, not ${count}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** Tells every tab of a change, each by its own page. `extra` replaces fields of the event. */
  update(extra = {}) {
    this.edition++;
    for (const stream of this.#streams) this.#send(stream, extra);
  }

  #send(stream, extra) {
    const path = extra.moved ?? stream.path;
    const page = this.pages.get(path);
    const html = page === stream.last || page === undefined ? null : this.#inject(page, path);
    stream.last = page;
    const event = {
      edition: this.edition, html, moved: null, gone: false, styles: [], problems: this.problems,
      count: this.problems.length, failed: false, follow: null, ...extra,
    };
    stream.response.write(`event: update\ndata: ${JSON.stringify(event)}\n\n`);
  }

  #inject(html, path) {
    const tag = `<script type="module" src="${this.base}/_byline/preview.js" data-base="${this.base}" data-path="${path}"`
      + ` data-token="${this.token}" data-edition="${this.edition}"></script>`;
    const at = html.lastIndexOf("</body>");
    return at < 0 ? html + tag : html.slice(0, at) + tag + html.slice(at);
  }

  async #answer(request, response) {
    const url = new URL(request.url, this.origin);
    const path = decodeURIComponent(url.pathname).slice(this.base.length);
    this.requests.push(path);
    if (path.startsWith("/_byline/")) return this.#answerOwn(path.slice(9), url, request, response);
    const file = this.files.get(path);
    if (file) {
      if (file.delay) await new Promise((resolve) => setTimeout(resolve, file.delay));
      return response.writeHead(200, { "Content-Type": file.type, "Cache-Control": "no-cache" }).end(file.body);
    }
    const page = this.pages.get(path);
    const status = page === undefined ? 404 : page.includes("data-error-page") ? 500 : 200;
    const html = this.#inject(page ?? "<!doctype html><title>Not found</title><main>Not found</main>", path);
    const head = { "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-cache", ETag: `"${this.edition}"` };
    response.writeHead(status, head).end(html);
  }

  async #answerOwn(name, url, request, response) {
    const type = TYPES[name.split(".").pop()];
    if (/^[a-z]+\.(js|css)$/.test(name)) {
      return response.writeHead(200, { "Content-Type": type, "Cache-Control": "no-cache" }).end(await readFile(new URL(name, CLIENT)));
    }
    if (url.searchParams.get("token") !== this.token) return response.writeHead(403).end();
    const path = url.searchParams.get("path");
    if (name === "panel") {
      const panel = this.panels.get(path);
      return panel ? response.writeHead(200).end(JSON.stringify(panel)) : response.writeHead(404).end();
    }
    if (name === "open") {
      const parts = await Array.fromAsync?.(request) ?? await request.toArray();
      this.opened.push(JSON.parse(Buffer.concat(parts).toString()));
      const { status, body } = this.openAnswer;
      return response.writeHead(status).end(body && JSON.stringify(body));
    }
    if (name === "events") return this.#stream(path, Number(url.searchParams.get("edition")), request, response);
    response.writeHead(404).end();
  }

  #stream(path, edition, request, response) {
    response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
    const stream = { path, response, last: edition === this.edition ? this.pages.get(path) : null };
    this.#streams.add(stream);
    request.on("close", () => this.#streams.delete(stream));
    response.write(`retry: 300\nevent: hello\ndata: ${JSON.stringify({ edition: this.edition, problems: this.problems })}\n\n`);
    if (edition !== this.edition) this.#send(stream, {});
  }
}

/** A page like those of a theme; `text` is the HTML of the article. */
export function page(text, { title = "An article", head = "", after = "" } = {}) {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title>
${head}</head>
<body class="page">
<nav><a href="/">Home</a></nav>
<main id="main"><article><h1>${title}</h1>
<div class="prose">
${text}
</div></article>
</main>
${after}</body>
</html>
`;
}

/** Paragraphs that fill some windows. */
export function paragraphs(count, from = 1) {
  const words = "Markets moved on the news of the agreement while ministers kept silent about its price".split(" ");
  return Array.from({ length: count }, (_, index) => {
    const number = from + index;
    const text = Array.from({ length: 60 }, (_, at) => words[(at * number + number) % words.length]).join(" ");
    return `<p>Paragraph ${number}. ${text}.</p>`;
  });
}
