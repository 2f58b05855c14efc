// The real Isso (PyPI `isso`): $ISSO, or what the path has.

import { execFileSync, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The program, or nothing when there is none. */
export const isso = [process.env.ISSO, "isso"].find((name) => {
  try {
    execFileSync(name, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
});

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Isso with an empty SQLite file; `allow` names the site that may use it. */
export async function startIsso() {
  const folder = await mkdtemp(join(tmpdir(), "byline-isso-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let child;
  return {
    url,
    async allow(site) {
      const file = join(folder, "isso.cfg");
      await writeFile(file, `[general]\ndbpath = ${join(folder, "comments.db")}\nhost = ${site}\n[server]\nlisten = ${url}\n[guard]\nenabled = false\n`);
      child = spawn(isso, ["-c", file, "run"], { stdio: "ignore" });
      for (let tries = 0; ; tries++) {
        const answer = await fetch(`${url}/js/embed.min.js`).catch(() => null);
        if (answer?.ok) return;
        if (tries > 100) throw new Error("isso does not answer");
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    },
    async stop() {
      if (child) {
        const ended = new Promise((resolve) => child.on("exit", resolve));
        child.kill("SIGTERM");
        await ended;
      }
      await rm(folder, { recursive: true });
    },
  };
}
