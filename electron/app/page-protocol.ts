import { lstatSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { protocol } from "electron";
import { contentPolicy } from "../lib/content-policy.ts";
import { pageScheme } from "./page.ts";

/** Must be called before the app is ready. */
export function registerPageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: pageScheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".woff2": "font/woff2",
  ".json": "application/json; charset=utf-8",
};

const headers = {
  "content-security-policy": contentPolicy(),
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
};

/** Serves the built page. Files are listed once, links left out, and a request must name one of them exactly. */
export function servePage(folder: string): void {
  const files = listFiles(folder);
  protocol.handle(pageScheme, async (request) => {
    const url = new URL(request.url);
    const file = url.host === "hearth" ? files.get(url.pathname === "/" ? "/index.html" : url.pathname) : undefined;
    if (!file || request.method !== "GET") return new Response("Not found", { status: 404, headers });
    return new Response(await readFile(file), {
      headers: { ...headers, "content-type": types[path.extname(file)] ?? "application/octet-stream" },
    });
  });
}

/** Walked by hand: reading a folder recursively isn't sure to work inside the packaged app's archive. */
function listFiles(folder: string, prefix = "/"): Map<string, string> {
  const files = new Map<string, string>();
  for (const name of readdirSync(folder)) {
    const file = path.join(folder, name);
    const stat = lstatSync(file);
    if (stat.isDirectory()) for (const [inner, place] of listFiles(file, `${prefix}${name}/`)) files.set(inner, place);
    else if (stat.isFile() && path.extname(name) in types) files.set(prefix + name, file);
  }
  return files;
}
