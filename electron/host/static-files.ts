import { createReadStream, existsSync, lstatSync, readdirSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import path from "node:path";

type StaticFile = { file: string; bytes: number; type: string; hashed: boolean };

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".webmanifest": "application/manifest+json",
};

/**
 * Serves the built page. All files are listed once at the start and a request must name one of them exactly, byte for
 * byte: there is no decoding, joining or normalising that a crafted path could use, and links are never in the list.
 */
export class StaticFiles {
  readonly #entries: ReadonlyMap<string, StaticFile>;

  constructor(folder: string) {
    const entries = existsSync(folder) ? listFiles(folder) : new Map<string, StaticFile>();
    const index = entries.get("/index.html");
    if (index) entries.set("/", index);
    this.#entries = entries;
  }

  /** Whether there is a page: from the sources, one may serve the API without having built it. */
  get hasPage(): boolean {
    return this.#entries.has("/");
  }

  /** Sends the file; false where there is none of that name. `urlPath` is the request's path as it came. */
  send(urlPath: string, request: IncomingMessage, response: ServerResponse): boolean {
    const entry = this.#entries.get(urlPath);
    if (!entry) return false;
    response.setHeader("content-type", entry.type);
    response.setHeader("content-length", entry.bytes);
    // Names of built assets change with their content; the page itself must be asked for each time.
    response.setHeader("cache-control", entry.hashed ? "public, max-age=31536000, immutable" : "no-cache");
    response.writeHead(200);
    if (request.method === "HEAD") response.end();
    else
      createReadStream(entry.file)
        .on("error", () => response.destroy())
        .pipe(response);
    return true;
  }
}

function listFiles(folder: string): Map<string, StaticFile> {
  const entries = new Map<string, StaticFile>();
  const walk = (relative: string): void => {
    for (const name of readdirSync(path.join(folder, relative))) {
      const inside = `${relative}/${name}`;
      const file = path.join(folder, inside);
      const stat = lstatSync(file);
      if (stat.isDirectory()) walk(inside);
      const type = types[path.extname(name)];
      if (stat.isFile() && type) entries.set(inside, { file, bytes: stat.size, type, hashed: inside.startsWith("/assets/") });
    }
  };
  walk("");
  return entries;
}
