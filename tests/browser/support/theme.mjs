// Small sites with the repository's theme, built or served by the real program.

import { execFile, execFileSync } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { program } from "./byline.mjs";
import { host } from "./host.mjs";

export const HOME = fileURLToPath(new URL("../../../", import.meta.url));
const THEME = join(HOME, "themes/broadsheet");

/** The theme's files by path from a site's root, so that a program that was built earlier takes them too. */
export async function themeFiles() {
  const files = {};
  for (const entry of await readdir(THEME, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath ?? entry.path, entry.name);
    files[path.replace(THEME, "themes/broadsheet")] = await readFile(path);
  }
  return files;
}

/** Words of a language as a site's `translations`: of words that a number decides, the general form. */
export async function words(lang) {
  const text = await readFile(join(THEME, "i18n", `${lang}.yaml`), "utf8");
  const flat = text.split("\n").filter((line) => line && !line.startsWith("#")).map((line) => {
    if (!line.startsWith("articles:")) return `    ${line}`;
    const form = (name) => line.match(new RegExp(`${name}: ("[^"]*"|[^,}]*)`))[1];
    return `    articles_many: ${form("other")}\n    articles_one: ${form("one")}`;
  });
  return `translations:\n  ${lang}:\n${flat.join("\n")}\n`;
}

/** Builds a site from files; gives its address and an end. */
export async function build(files, edit = (folder) => folder) {
  const root = await mkdtemp(join(tmpdir(), "byline-theme-"));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  await cp(THEME, join(root, "themes/broadsheet"), { recursive: true });
  await edit(root);
  const server = await host(join(root, "public"));
  await promisify(execFile)(program, ["build", "--root", root, "--base-url", server.url]);
  return {
    root,
    url: server.url,
    async end() {
      await server.stop();
      await rm(root, { recursive: true });
    },
  };
}

/** The repository's own publication, with every picture and page. */
export async function buildPublication() {
  const output = await mkdtemp(join(tmpdir(), "byline-theme-"));
  const server = await host(output);
  execFileSync(program, ["build", "--root", HOME, "--output", output, "--base-url", server.url], {
    stdio: "ignore", env: { ...process.env, SOURCE_DATE_EPOCH: "1790000000" },
  });
  return {
    root: output,
    url: server.url,
    async end() {
      await server.stop();
      await rm(output, { recursive: true });
    },
  };
}
