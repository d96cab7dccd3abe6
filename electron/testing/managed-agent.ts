import { builtInAgents } from "../agents/catalog.ts";
import type { AgentDefinition } from "../agents/definition.ts";

/** An agent `made` whose program `fake-cli` comes with the package `@fake/cli` of a test's registry. */
export function managedAgent(integrity: string, { scripts = false, aboutBytes = 1000 } = {}): AgentDefinition {
  const [own] = builtInAgents({ command: "none", args: [] }, "").slice(-1);
  if (!own) throw new Error("The catalogue is empty");
  const pin = { name: "@fake/cli", version: "1.0.0", integrity, scripts };
  return { ...own, id: "made", forPractice: false, programs: ["fake-cli"], managed: { packages: [pin], aboutBytes } };
}
