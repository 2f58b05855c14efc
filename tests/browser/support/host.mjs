// A host for a folder as many are: no rules, texts compressed on their way.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

const TYPES = {
  ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript", ".json": "application/json", ".xml": "application/xml", ".txt": "text/plain",
  ".svg": "image/svg+xml", ".jpg": "image/jpeg", ".png": "image/png", ".webp": "image/webp", ".avif": "image/avif", ".ico": "image/x-icon", ".webmanifest": "application/manifest+json",
};
const press = promisify(gzip);

/** @param {string} folder @param {number} port 0: any */
export async function host(folder, port = 0) {
  /** Texts that were compressed, by their content: hosts do it once. */
  const pressed = new Map();
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://x").pathname);
    const name = path.endsWith("/") ? `${path}index.html` : path;
    const read = (file) => readFile(join(folder, file)).catch(() => null);
    const found = await read(name);
    const type = found ? TYPES[extname(name)] ?? "application/octet-stream" : TYPES[".html"];
    const body = found ?? (await read("404.html")) ?? Buffer.from("nothing");
    const head = { "content-type": type, "cache-control": "max-age=31536000" };
    const isPressed = /^text|^application\/.*(json|xml)|svg/.test(type) && /gzip/.test(request.headers["accept-encoding"] ?? "");
    if (!isPressed) return response.writeHead(found ? 200 : 404, head).end(body);
    const known = pressed.get(name);
    const { bytes } = known?.body.equals(body) ? known : pressed.set(name, { body, bytes: await press(body) }).get(name);
    response.writeHead(found ? 200 : 404, { ...head, "content-encoding": "gzip", vary: "accept-encoding" }).end(bytes);
  });
  await new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    stop() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
