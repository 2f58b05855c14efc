// Each kind of page at three widths, light and dark: `node screenshots.mjs BASE_URL OUTDIR [KIND...]`.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { launch } from "./support/browser.mjs";
import { KINDS } from "./support/kinds.mjs";

const [base, folder, ...wanted] = process.argv.slice(2);
if (!folder) {
  console.error("usage: node screenshots.mjs BASE_URL OUTDIR [KIND...]");
  process.exit(2);
}
await mkdir(folder, { recursive: true });
const browser = await launch();
let count = 0;
for (const colorScheme of ["light", "dark"]) {
  for (const [width, height] of [[360, 740], [820, 1180], [1440, 900]]) {
    const context = await browser.newContext({ viewport: { width, height }, colorScheme, reducedMotion: "reduce" });
    const tab = await context.newPage();
    for (const [kind, path] of Object.entries(KINDS)) {
      if (wanted.length && !wanted.includes(kind)) continue;
      await tab.goto(base.replace(/\/$/, "") + path);
      // Pictures far below load when they come near.
      await tab.evaluate(async () => {
        for (const img of document.images) img.loading = "eager";
        await Promise.all([...document.images].map((img) => img.decode().catch(() => {})));
      });
      await tab.screenshot({ path: join(folder, `${kind}-${width}-${colorScheme}.png`), fullPage: true });
      count++;
    }
    await context.close();
  }
}
await browser.close();
console.log(`${count} pictures in ${folder}`);
