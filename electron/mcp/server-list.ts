import path from "node:path";
import type { McpServer } from "../../shared/contract/mcp.ts";
import type { McpEntry } from "../../shared/mcp-entry.ts";
import type { SealedValues } from "../lib/sealed-values.ts";
import { Approvals } from "./approvals.ts";
import { fillEntry, type Filled } from "./fill.ts";
import { hashOf, readServers, type ReadServers } from "./read-servers.ts";
import { keptNames } from "./write-servers.ts";

export const mcpFile = "mcp.json";

export type ServerListDeps = {
  configDir: string;
  dataDir: string;
  /** The login shell's environment. */
  shellEnv: () => Promise<Readonly<Record<string, string>>>;
  /** Secrets of servers, by server. */
  secrets: Pick<SealedValues, "of" | "describe" | "set" | "remove" | "removeAll">;
};

/** The person's file and what was approved of it. It is read anew each time, so that an edit is seen before anybody gets it. */
export class ServerList {
  readonly file: string;
  readonly approvals: Approvals;
  readonly secrets: ServerListDeps["secrets"];
  readonly #shellEnv: ServerListDeps["shellEnv"];

  constructor({ configDir, dataDir, shellEnv, secrets }: ServerListDeps) {
    this.file = path.join(configDir, mcpFile);
    this.approvals = new Approvals(path.join(dataDir, "mcp-approved.json"));
    this.secrets = secrets;
    this.#shellEnv = shellEnv;
  }

  read(): ReadServers {
    return readServers(this.file);
  }

  find(name: string): McpEntry | null {
    return this.read().servers.get(name) ?? null;
  }

  /** Whether agents may have it as it is. */
  stateOf(name: string, entry: McpEntry): McpServer["state"] {
    const approved = this.approvals.find(name);
    return !approved ? "off" : approved.hash === hashOf(entry) ? "on" : "changed";
  }

  /** With its values, for whoever starts or reaches it. */
  async fill(name: string, entry: McpEntry): Promise<Filled> {
    const secrets = keptNames(entry).length > 0 ? await this.secrets.of(name) : {};
    return fillEntry(entry, await this.#shellEnv(), secrets);
  }

  /** Its secrets by name, the values that are nowhere, and why nobody gets it. It waits for no keyring, which may be one that nobody unlocks. */
  async lacks(name: string, entry: McpEntry): Promise<Pick<McpServer, "secrets" | "missing" | "refused">> {
    const kept = keptNames(entry);
    const secrets = this.secrets.describe(name, kept).filter((secret) => kept.includes(secret.name));
    const set = Object.fromEntries(secrets.flatMap((secret) => (secret.state === "unset" ? [] : [[secret.name, ""]])));
    const { missing, refused } = fillEntry(entry, await this.#shellEnv(), set);
    return { secrets, missing, refused };
  }
}
