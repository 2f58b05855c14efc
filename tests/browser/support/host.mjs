// A host for a folder as many are: no rules, files compressed on their way.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { gzipSync } from "node:zlib";

const TYPES = {
  ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript", ".json": "application/json", ".xml": "application/xml", ".txt": "text/plain",
  ".svg": "image/svg+xml", ".jpg": "image/jpeg", ".png": "image/png", ".webp": "image/webp", ".avif": "image/avif", ".ico": "image/x-icon", ".webmanifest": "application/manifest+json",
};

/** @param {string} folder @param {number} port 0: any */
export async function host(folder, port = 0) {
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://x").pathname);
    const name = path.endsWith("/") ? `${path}index.html` : path;
    const type = TYPES[extname(name)] ?? "application/octet-stream";
    const read = (file) => readFile(join(folder, file)).catch(() => null);
    const found = await read(name);
    const body = found ?? (await read("404.html")) ?? "nothing";
    const isText = /^(text|application)/.test(type);
    const head = { "content-type": found ? type : "text/html; charset=utf-8", "cache-control": "max-age=31536000" };
    const isPressed = isText && /gzip/.test(request.headers["accept-encoding"] ?? "");
    if (isPressed) head["content-encoding"] = "gzip";
    response.writeHead(found ? 200 : 404, head).end(isPressed ? gzipSync(body) : body);
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
