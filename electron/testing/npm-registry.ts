import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { onTestFinished } from "vitest";

type Files = Record<string, string>;
type Manifest = Record<string, unknown>;
type Published = { manifest: Manifest; archive: Buffer };

/** A registry of npm on loopback, for the test that runs: what is published there is packed on the spot. */
export class NpmRegistry {
  readonly #packages = new Map<string, Map<string, Published>>();
  readonly #server = createServer((request, response) => this.#answer(request, response));
  /** The `authorization` of each request. */
  readonly seen: (string | undefined)[] = [];
  /** Archives are begun and never finished. */
  stalls = false;

  static async start(): Promise<NpmRegistry> {
    const registry = new NpmRegistry();
    await new Promise<void>((resolve) => registry.#server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => registry.close());
    return registry;
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Returns the archive's integrity, as npm names it. */
  publish(name: string, version: string, files: Files, more: Manifest = {}): string {
    const own = { name, version, ...more };
    const archive = gzipSync(tar({ "package.json": JSON.stringify(own), ...files }));
    const integrity = `sha512-${createHash("sha512").update(archive).digest("base64")}`;
    const dist = { integrity, tarball: `http://${this.host}/archives/${name}/${version}` };
    const versions = this.#packages.get(name) ?? new Map<string, Published>();
    this.#packages.set(name, versions.set(version, { manifest: { ...own, dist }, archive }));
    return integrity;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    this.seen.push(request.headers.authorization);
    const [, name = "", version = ""] = /^\/archives\/(.+)\/([^/]+)$/.exec(request.url ?? "") ?? [];
    const archive = this.#packages.get(name)?.get(version)?.archive;
    if (archive) {
      response.writeHead(200, { "content-length": archive.length });
      if (this.stalls) response.write(archive.subarray(0, 20));
      else response.end(archive);
      return;
    }
    const asked = decodeURIComponent((request.url ?? "").slice(1));
    const versions = [...(this.#packages.get(asked) ?? [])];
    response.writeHead(versions.length > 0 ? 200 : 404, { "content-type": "application/json" });
    const manifests = Object.fromEntries(versions.map(([key, { manifest }]) => [key, manifest]));
    response.end(JSON.stringify({ name: asked, "dist-tags": { latest: versions.at(-1)?.[0] }, versions: manifests }));
  }
}

/** The oldest format of an archive: 512 bytes say what a file is, then come its bytes, filled up to 512. */
function tar(files: Files): Buffer {
  const entries = Object.entries(files).map(([name, text]) => {
    const bytes = Buffer.from(text);
    const header = Buffer.alloc(512);
    header.write(`package/${name}`, 0);
    header.write(`0000755\0`, 100);
    header.write(`${bytes.length.toString(8).padStart(11, "0")}\0`, 124);
    header.write("        0", 148);
    header.write("ustar\0" + "00", 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
    return Buffer.concat([header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
  });
  return Buffer.concat([...entries, Buffer.alloc(1024)]);
}
