// Opens every page of a folder from disk and lists what is wrong with it: dialogs, requests, weight, accessibility, width.

import { mkdirSync, readdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const HEAVIEST = 1_000_000; // bytes
const WIDTHS = { phone: 390, desk: 1280 };
const [folder, pictures] = process.argv.slice(2).map((path) => resolve(path));

async function opened(browser, file, options, faults) {
  const context = await browser.newContext({ viewport: { width: WIDTHS.desk, height: 900 }, ...options });
  const page = await context.newPage();
  const address = pathToFileURL(file).href;
  page.on("dialog", async (dialog) => {
    faults.push(`opened a dialog: ${dialog.message()}`);
    await dialog.dismiss();
  });
  page.on("request", (request) => {
    const wanted = request.url();
    if (wanted.split("#")[0] !== address && !wanted.startsWith("data:")) faults.push(`asked for ${wanted}`);
  });
  page.on("pageerror", (error) => faults.push(`script error: ${error.message}`));
  await page.goto(address);
  return page;
}

async function scanned(page, scheme, faults) {
  await page.addScriptTag({ path: AXE });
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  for (const { id, impact, help, nodes } of violations) {
    if (impact === "serious" || impact === "critical") {
      faults.push(`axe (${scheme}), ${impact}: ${id}, ${help}: ${nodes.slice(0, 3).map((node) => node.html).join(" | ")}`);
    }
  }
}

async function faultsOf(browser, file) {
  const faults = [];
  const name = basename(file, ".html");
  const size = statSync(file).size;
  if (size >= HEAVIEST) faults.push(`weighs ${size} bytes`);

  const page = await opened(browser, file, {}, faults);
  for (const [device, width] of Object.entries(WIDTHS)) {
    await page.setViewportSize({ width, height: 900 });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (overflow > 0) faults.push(`is ${overflow} pixels too wide on a ${device}`);
    await page.screenshot({ path: join(pictures, `${name}-${width}.png`), fullPage: true });
    await page.screenshot({ path: join(pictures, `${name}-${width}-first.png`) });
  }
  await page.context().close();

  // Without its content security policy, so that what stays inert does so by escaping, and so that axe can be loaded.
  for (const colorScheme of ["light", "dark"]) {
    const bare = await opened(browser, file, { bypassCSP: true, colorScheme }, faults);
    if (await bare.evaluate(() => "harmed" in globalThis)) faults.push("ran a script that came with the data");
    await scanned(bare, colorScheme, faults);
    await bare.context().close();
  }
  return faults;
}

mkdirSync(pictures, { recursive: true });
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox"] });
let failed = 0;
const files = readdirSync(folder).filter((name) => name.endsWith(".html")).sort();
for (const name of files) {
  const faults = await faultsOf(browser, join(folder, name));
  failed += faults.length > 0;
  console.log(`${faults.length ? "FAILED" : "passed"}  ${name}${faults.map((fault) => `\n        ${fault}`).join("")}`);
}
await browser.close();
if (files.length === 0) console.log("FAILED  no page was rendered");
console.log(`${files.length - failed} of ${files.length} pages passed; pictures in ${pictures}`);
process.exit(failed > 0 || files.length === 0 ? 1 : 0);
