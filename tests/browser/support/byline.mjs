// The real program: `$BYLINE`, or the one that cargo built here.

import { execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const HOME = fileURLToPath(new URL("../../../", import.meta.url));

/** The program, or nothing when none was built. */
export const program = [process.env.BYLINE, join(process.env.CARGO_TARGET_DIR ?? join(HOME, "target"), "debug/byline")]
  .find((path) => path && existsSync(path));

/** Builds the repository's own publication; gives the folder. */
export async function buildSample() {
  const output = await mkdtemp(join(tmpdir(), "byline-browser-"));
  execFileSync(program, ["build", "--root", HOME, "--output", output, "--no-cache"], { stdio: "ignore" });
  return output;
}

export function serves() {
  try {
    execFileSync(program, ["serve", "--help"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** A small site in a folder of its own, and `byline serve` in it. */
export class Site {
  /** @param {Record<string, string | Buffer>} files by path from the site's root */
  static async serve(files, ...flags) {
    const site = new Site();
    site.root = await mkdtemp(join(tmpdir(), "byline-browser-"));
    for (const [path, text] of Object.entries(files)) await site.write(path, text);
    site.process = spawn(program, ["serve", "--port", "0", "--root", site.root, ...flags], { stdio: ["ignore", "pipe", "pipe"] });
    site.said = "";
    site.url = await new Promise((resolve, reject) => {
      const hear = (text) => {
        site.said += text;
        const found = site.said.match(/http:\/\/[^\s\u001b]+/);
        if (found) resolve(found[0].replace(/[.,;]$/, ""));
      };
      site.process.stdout.on("data", hear);
      site.process.stderr.on("data", hear);
      site.process.on("exit", (code) => reject(new Error(`byline serve ended with ${code}:\n${site.said}`)));
      setTimeout(() => reject(new Error(`byline serve said no address:\n${site.said}`)), 20_000).unref();
    });
    return site;
  }

  async write(path, text) {
    await mkdir(dirname(join(this.root, path)), { recursive: true });
    await writeFile(join(this.root, path), text);
  }

  async remove(path) {
    await rm(join(this.root, path), { recursive: true });
  }

  async end() {
    const ended = new Promise((resolve) => this.process.on("exit", resolve));
    if (this.process.exitCode === null) this.process.kill("SIGINT");
    else return rm(this.root, { recursive: true });
    await ended;
    await rm(this.root, { recursive: true });
  }
}
