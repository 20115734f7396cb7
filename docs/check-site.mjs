// Follows every link of the built site, and opens its pages in a browser: they render, light and dark, the search finds the class, and the console stays clean.
// CHROMIUM names the browser. With a folder as its argument, keeps pictures of the first pages there.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { launch } from "puppeteer-core";

const site = fileURLToPath(new URL(".vitepress/dist", import.meta.url));
const pictures = process.argv[2];
const types = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
  ".json": "application/json",
};
const executablePath = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/google-chrome"].find(
  (path) => path !== undefined && existsSync(path),
);
if (executablePath === undefined) throw new Error("There is no browser. Install chromium, or name one in CHROMIUM.");

const pages = readdirSync(site, { recursive: true }).filter((name) => name.endsWith(".html") && name !== "404.html");
const texts = new Map(pages.map((page) => [page, readFileSync(join(site, page), "utf8")]));

/** What a link of a page leads to in the site, and the anchor there. `undefined` for links out of it. */
function toTarget(page, link) {
  if (/^[a-z]+:/.test(link)) return undefined;
  const { pathname, hash } = new URL(link, `http://site/${page}`);
  const path = posix
    .join(".", decodeURIComponent(pathname), pathname.endsWith("/") ? "index.html" : "")
    .replace(/^\//, "");
  return { path: extname(path) === "" ? `${path}.html` : path, anchor: decodeURIComponent(hash.slice(1)) };
}

const broken = [];
for (const [page, text] of texts) {
  for (const [, link] of text.matchAll(/<a [^>]*href="([^"]+)"/g)) {
    const target = toTarget(page, link.replaceAll("&amp;", "&"));
    if (target === undefined) continue;
    if (!existsSync(join(site, target.path))) broken.push(`${page}: ${link}`);
    else if (target.anchor !== "" && texts.get(target.path)?.includes(`id="${target.anchor}"`) === false)
      broken.push(`${page}: ${link} (no such heading)`);
  }
}
if (broken.length > 0) throw new Error(`Broken links:\n${[...new Set(broken)].join("\n")}`);
console.log(`Site: the links of ${pages.length} pages lead somewhere`);

const server = createServer(({ url }, response) => {
  const { path } = toTarget("", url);
  const file = join(site, path);
  if (!existsSync(file)) response.writeHead(404).end();
  else response.writeHead(200, { "content-type": types[extname(path)] ?? "text/plain" }).end(readFileSync(file));
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const origin = `http://127.0.0.1:${server.address().port}`;
// A container has no sandbox for its root.
const browser = await launch({ executablePath, args: process.getuid?.() === 0 ? ["--no-sandbox"] : [] });

const opened = pages.filter((page) => !page.startsWith("api/"));
opened.push("api/index.html", "api/taskdef-cloner/classes/TaskDefCloner.html");
try {
  for (const scheme of ["light", "dark"]) {
    const tab = await browser.newPage();
    await tab.setViewport({ width: 1280, height: 900 });
    await tab.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    const complaints = [];
    tab.on("console", (message) => {
      if (["error", "warn"].includes(message.type())) complaints.push(message.text());
    });
    tab.on("pageerror", (error) => complaints.push(String(error)));
    tab.on("response", (response) => {
      if (response.status() >= 400) complaints.push(`${response.url()}: ${response.status()}`);
    });
    tab.on("requestfailed", (request) => complaints.push(`${request.url()} failed`));
    for (const page of opened) {
      await tab.goto(`${origin}/${page}`, { waitUntil: "networkidle0" });
      const { heading, isDark } = await tab.evaluate(() => ({
        heading: document.querySelector("h1")?.textContent ?? "",
        isDark: document.documentElement.classList.contains("dark"),
      }));
      if (heading.trim() === "") complaints.push(`${page} has no heading`);
      if (isDark !== (scheme === "dark")) complaints.push(`${page} is not ${scheme}`);
      if (page === "introduction.html") {
        await tab.waitForSelector(".diagram svg", { timeout: 20_000 });
        if (pictures) await tab.screenshot({ path: join(pictures, `introduction-${scheme}.png`) });
      }
      if (page === "index.html" && pictures) await tab.screenshot({ path: join(pictures, `first-page-${scheme}.png`) });
      if (complaints.length > 0) throw new Error(`${page}, ${scheme}:\n${complaints.join("\n")}`);
    }
    console.log(`Site: ${opened.length} pages render in the ${scheme}, and the console stays clean`);
    if (scheme === "dark") continue;
    await tab.click(".DocSearch-Button");
    await tab.waitForSelector("#localsearch-input");
    await tab.type("#localsearch-input", "TaskDefCloner");
    await tab.waitForSelector(".result", { timeout: 20_000 });
    const results = await tab.$$eval(".result", (found) => found.map((result) => result.getAttribute("href")));
    if (!results.some((link) => link?.includes("/classes/TaskDefCloner")))
      throw new Error(`The search for TaskDefCloner finds\n${results.join("\n")}`);
    console.log("Site: the search finds TaskDefCloner");
  }
} finally {
  await browser.close();
  server.close();
}
