import type { TrustItem } from "../../shared/contract/projects.ts";

type Kind = TrustItem["kind"];

/**
 * What a configuration file would run, in a few words, read only to be shown. A file that can't be read as JSON keeps
 * its general description; what is trusted is its bytes either way.
 */
export function describeConfig(text: string, fallback: { kind: Kind; detail: string }): { kind: Kind; detail: string } {
  const config = parse(text);
  if (!config) return fallback;
  const servers = { ...record(config.mcpServers), ...record(config.mcp), ...record(config.servers) };
  const hooks = record(config.hooks);
  const plugins = Array.isArray(config.plugin) ? config.plugin : Array.isArray(config.plugins) ? config.plugins : [];
  const environment = Object.keys(record(config.env));
  const parts = [
    names(
      "MCP servers",
      Object.entries(servers).map(([name, server]) => withCommand(name, server)),
    ),
    names("hooks", Object.keys(hooks)),
    names("plugins", plugins.map(String)),
    names("sets", environment),
    baseUrls(config) ? "names the address that requests go to" : "",
  ].filter(Boolean);
  if (parts.length === 0) return fallback;
  const kind =
    Object.keys(servers).length > 0
      ? "mcp-server"
      : Object.keys(hooks).length > 0
        ? "hook"
        : plugins.length > 0
          ? "plugin"
          : fallback.kind;
  return { kind, detail: clip(`${fallback.detail} — ${parts.join("; ")}`) };
}

function parse(text: string): Record<string, unknown> | null {
  for (const candidate of [text, text.replace(/^\s*\/\/.*$/gm, "").replace(/,(\s*[}\]])/g, "$1")]) {
    try {
      return record(JSON.parse(candidate));
    } catch {
      // Not plain JSON; the next attempt takes whole-line comments and trailing commas out.
    }
  }
  return null;
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function withCommand(name: string, server: unknown): string {
  const { command, args, url } = record(server);
  const words: unknown[] = [command, args, url].flat();
  const text = words.filter((word) => typeof word === "string").join(" ");
  return text === "" ? name : `${name} (${text})`;
}

function baseUrls(config: Record<string, unknown>): boolean {
  return /"base_?url"\s*:/i.test(JSON.stringify(config));
}

function names(what: string, list: string[]): string {
  return list.length === 0
    ? ""
    : `${what}: ${list.slice(0, 6).join(", ")}${list.length > 6 ? ` and ${list.length - 6} more` : ""}`;
}

/** One line for the dialog. */
export function clip(text: string, max = 400): string {
  const flat = text.replaceAll(/\s+/g, " ").trim();
  return flat.length > max ? `${flat.slice(0, max - 1)}…` : flat;
}
