import type { AgentChoice, CurrentChoice } from "../../../shared/contract/agents.ts";
import type { Bench } from "./bench.ts";
import { askingServer, toolName, word as toolWord } from "./mcp-server.ts";
import { no, untried, yes, type Outcome, type Step, type Told } from "./step.ts";
import { newWord } from "./words.ts";

/** Sets another one than it has, for one turn. */
async function choose(bench: Bench, field: keyof CurrentChoice, offered: readonly AgentChoice[]): Promise<Outcome> {
  const before = bench.current()?.[field] ?? null;
  const others = offered.filter(({ id }) => id !== before);
  const other = others.find(({ id }) => !bench.looseModes.includes(id)) ?? others[0];
  if (!other) return untried(offered.length === 0 ? "It offers none" : "It offers only one");
  const turn = await bench.turn(bench.words.say(newWord()), { choice: { [field]: other.id } });
  const has = bench.current()?.[field] ?? null;
  if (!turn.ok && (turn.error.type === "unsupported" || turn.error.type === "model-unavailable")) return no(turn.error.message);
  if (has !== null && has !== other.id) return no(`It was told ${other.name}, and has ${has}`);
  return turn.ok ? yes(`It took ${other.name}`) : untried(`With ${other.name} its turn failed: ${turn.error.message}`);
}

function count(told: Told, what: "models" | "modes" | "thinkingLevels" | "commands"): boolean | null {
  return told.options && told.options[what].length > 0;
}

async function commands({ told }: Bench): Promise<Outcome> {
  const list = told.options?.commands ?? [];
  if (list.length === 0) return untried("It told of none");
  return yes(`It told of ${list.length}, the first: /${list[0]?.name}`);
}

/** 16 × 16 pixels of pure red. */
const red = "iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAIAAACQkWg2AAAAFklEQVR42mP4z8BAEmIY1TCqYfhqAACQ+f8B8u7oVwAAAABJRU5ErkJggg==";

async function images(bench: Bench): Promise<Outcome> {
  if (!bench.told.report?.capabilities.images) return untried("It doesn't say that it takes any");
  const image = { type: "image" as const, mimeType: "image/png" as const, data: red };
  const turn = await bench.turn(bench.words.colour, { more: [image] });
  if (!turn.ok) return no(turn.error.message);
  return /\bred\b/i.test(turn.value.text) ? yes("It saw that the image was red") : no("It didn't say what was in the image");
}

async function mcp(bench: Bench): Promise<Outcome> {
  if (!bench.told.report?.capabilities.mcp) return untried("Nothing of this kind can be given to it here");
  const mark = bench.pathOf("asked.txt", "tools");
  bench.giveServers("tools", [askingServer(bench.node, mark)]);
  const expects = (_action: unknown, title: string): boolean => title.includes(toolName);
  const turn = await bench.turn(bench.words.callTool(toolName), { place: "tools", answering: { answer: "allow", expects } });
  const asked = bench.read("asked.txt", "tools");
  if (asked === null) return no(turn.ok ? "It never asked the server that it was given" : turn.error.message);
  const called = turn.ok && turn.value.text.includes(toolWord);
  return yes(called ? "It started the server and used its tool" : "It started the server, and didn't use its tool");
}

export const offerSteps: readonly Step[] = [
  {
    id: "models",
    label: "Another model",
    advertised: (told) => count(told, "models"),
    attempt: (bench) => choose(bench, "modelId", bench.told.options?.models ?? []),
    hearth: { yes: "Offers its models", no: "Offers none of its models", untried: "Offers what it tells of" },
  },
  {
    id: "modes",
    label: "Another mode",
    advertised: (told) => count(told, "modes"),
    attempt: (bench) => choose(bench, "modeId", bench.told.options?.modes ?? []),
    hearth: { yes: "Offers its modes", no: "Offers none of its modes", untried: "Offers what it tells of" },
  },
  {
    id: "thinking",
    label: "Another thinking level",
    advertised: (told) => count(told, "thinkingLevels"),
    attempt: (bench) => choose(bench, "thinkingLevel", bench.told.options?.thinkingLevels ?? []),
    hearth: { yes: "Offers its levels", no: "Offers none of its levels", untried: "Offers what it tells of" },
  },
  {
    id: "commands",
    label: "Commands of its own",
    advertised: (told) => count(told, "commands"),
    attempt: commands,
    hearth: { yes: "Lists them after /", no: "Lists none", untried: "Lists them once it tells of some" },
  },
  {
    id: "images",
    label: "Images",
    advertised: ({ report }) => report?.capabilities.images ?? null,
    attempt: images,
    hearth: {
      yes: "Sends images along",
      no: "Sends them all the same: another model may see them",
      untried: "Says so before an image is sent that it doesn’t take",
    },
  },
  {
    id: "mcp",
    label: "An MCP server that is given to it",
    advertised: ({ report }) => report?.capabilities.mcp ?? null,
    attempt: mcp,
    hearth: {
      yes: "Nothing yet: servers stand in its own configuration",
      no: "Nothing: servers stand in its own configuration",
      untried: "Nothing: servers stand in its own configuration",
    },
  },
];
