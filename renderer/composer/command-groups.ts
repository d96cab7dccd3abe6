import type { FileCommand } from "../../shared/contract/agent-commands.ts";
import type { AgentCommand } from "../../shared/run-event.ts";

/** A command of Hearth's own: runs at once, nothing is sent. */
export type OwnCommand = { name: string; description: string; run: () => void };

export type CommandSuggestion =
  | { kind: "command"; key: string; group: string; command: AgentCommand }
  | { kind: "own"; key: string; group: string; command: OwnCommand };

/** `told`: what the agent itself says that it takes; `inFiles`: what stands in its folders. */
export type CommandSources = {
  agentLabel: string;
  told: readonly AgentCommand[];
  inFiles: readonly FileCommand[];
  own: readonly OwnCommand[];
};

/**
 * What fits the query, in groups: the agent's own commands, those of the project and of the person, Hearth's. The group
 * with the best match comes first, and in each those that begin with the query. Capitals don't matter.
 */
export function matchCommands(query: string, { agentLabel, told, inFiles, own }: CommandSources): CommandSuggestion[] {
  const filed = new Map(inFiles.map((command) => [command.name, command]));
  const names = new Set(told.map((command) => command.name));
  const all = [...told, ...inFiles.filter((command) => !names.has(command.name))];
  const groups = new Map<string, CommandSuggestion[]>();
  for (const name of [agentLabel, ...Object.values(groupNames.project), ...Object.values(groupNames.person), "Hearth"])
    groups.set(name, []);
  for (const command of all) {
    const file = filed.get(command.name);
    const group = file ? groupNames[file.owner][file.kind] : agentLabel;
    groups.get(group)?.push({ kind: "command", key: `a:${command.name}`, group, command });
  }
  for (const command of own) groups.get("Hearth")?.push({ kind: "own", key: `h:${command.name}`, group: "Hearth", command });
  const wanted = query.toLowerCase();
  const best = (list: readonly CommandSuggestion[]): number => Math.min(...list.map((one) => rank(one.command, wanted)));
  return [...groups.values()]
    .map((list) =>
      list
        .filter((one) => rank(one.command, wanted) < unfit)
        .toSorted((a, b) => rank(a.command, wanted) - rank(b.command, wanted)),
    )
    .toSorted((a, b) => best(a) - best(b) || 0)
    .flat();
}

const groupNames = {
  project: { command: "Project commands", skill: "Project skills", persona: "Project personas" },
  person: { command: "Your commands", skill: "Your skills", persona: "Your personas" },
} as const;

const unfit = 3;

function rank({ name, description }: { name: string; description: string }, wanted: string): number {
  if (name.toLowerCase().startsWith(wanted)) return 0;
  if (name.toLowerCase().includes(wanted)) return 1;
  return description.toLowerCase().includes(wanted) ? 2 : unfit;
}
