import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import type { NoticeReader } from "../agents/hooks/read-notice.ts";
import { readRegular } from "../lib/read-regular.ts";
import { WatchedFolder } from "../lib/watched-folder.ts";

/** What is larger, or comes beyond so many at once, isn't read: only its event counts, or nothing of it. */
const maxBytes = 1_000_000;
const maxAtOnce = 200;

export type NoticesDeps = {
  /** Holds a folder for each terminal. */
  root: string;
  reader: NoticeReader;
  take: (event: string, payload: string) => void;
  onError: (error: unknown) => void;
};

/**
 * The folder into which one terminal's agent puts what its notify hook tells, a file each. Whoever runs as the person
 * can put something there, so it is believed as much as the agent itself. Made with it, gone with `dispose`.
 */
export class Notices {
  readonly folder: string;
  readonly #deps: NoticesDeps;
  readonly #watch: WatchedFolder;

  constructor(deps: NoticesDeps) {
    this.#deps = deps;
    mkdirSync(deps.root, { recursive: true, mode: 0o700 });
    this.folder = mkdtempSync(path.join(deps.root, "terminal-"));
    this.#watch = new WatchedFolder({ folder: this.folder, onChange: () => this.read(), onError: deps.onError });
  }

  /** Takes what is there, in its order. */
  read(): void {
    const { take } = this.#deps;
    for (const { name, event } of this.#list()) {
      const file = path.join(this.folder, name);
      const payload = readRegular(file, maxBytes)?.toString("utf8") ?? "";
      rmSync(file, { force: true, recursive: true });
      take(event, payload);
    }
  }

  dispose(): void {
    this.read();
    this.#watch.dispose();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #list(): { name: string; event: string; at: bigint }[] {
    try {
      return readdirSync(this.folder)
        .slice(0, maxAtOnce)
        .flatMap((name) => {
          const event = this.#deps.reader.eventOf(name);
          const stat = statSync(path.join(this.folder, name), { bigint: true, throwIfNoEntry: false });
          return event !== null && stat ? [{ name, event, at: stat.mtimeNs }] : [];
        })
        .toSorted((a, b) => Number(a.at - b.at) || a.name.localeCompare(b.name));
    } catch {
      return []; // The folder is gone: the agent took it away, and tells nothing more.
    }
  }
}
