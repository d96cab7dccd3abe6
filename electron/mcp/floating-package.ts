import type { McpEntry } from "../../shared/mcp-entry.ts";
import { programNameOf, unwrapped } from "./command-wrappers.ts";
import { packagesOf } from "./package-runners.ts";

/**
 * A package that a server's command brings from somewhere in whatever state it is there, so that what runs can become
 * another without a word; null where each is fixed, or the command fetches nothing that is known.
 */
export function floatingPackage(entry: McpEntry): string | null {
  if (entry.type !== "stdio") return null;
  const { command, args } = unwrapped(entry);
  const remote = programNameOf(command) === "deno" ? args.filter((word) => /^(npm|jsr|https?):/.test(word)).slice(0, 1) : [];
  return [...packagesOf(command, args), ...remote].find((named) => named !== "" && !isPinned(named)) ?? null;
}

/**
 * A whole version after the name, as `name@1.2.3` or `name==1.2`, or a whole commit after an address. Ranges and tags
 * move; what stands at an address or in a folder can become anything.
 */
function isPinned(named: string): boolean {
  if (/^(git\+|git:|github:|gitlab:|bitbucket:)/.test(named)) return /[@#][\da-f]{40}$/.test(named);
  if (/^[./~]|^file:|^[a-z]:[\\/]|:\/\//i.test(named) || /^[^@/]+\/[^/]+$/.test(named)) return /#[\da-f]{40}$/.test(named);
  return /.@v?\d+\.\d+\.\d+(?:[-+][\w.+-]+)?$|.==\d[\w.!+-]*$/.test(named);
}
