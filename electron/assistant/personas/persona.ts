import * as z from "zod";
import { fail, ok, type Result } from "../../../shared/result.ts";
import { samplingNumbers, samplingRanges, type Sampling } from "../../../shared/sampling.ts";
import type { TurnLimits } from "../../../shared/turn-limits.ts";
import type { Mode } from "../tools/tool.ts";

/**
 * What a file says of a way to work: its head's fields, and the instructions below it. `file`: as a person sees it;
 * `problem`: why its head can't be read, in words.
 */
export type PersonaFile = { head: Readonly<Record<string, unknown>>; text: string; file: string; problem: string | null };

/** What finds personas in files. `workingCopy`: null where the project's may not be read. */
export interface PersonaFiles {
  read(name: string, workingCopy: string | null): Promise<PersonaFile | null>;
}

/** How a turn is to be done that a person asks for by `/name`. null: as the person has chosen otherwise. */
export type Persona = {
  name: string;
  text: string;
  mode: Mode | null;
  /** The only tools that may be called. */
  tools: ReadonlySet<string> | null;
  sampling: Sampling;
  maxCalls: number | null;
  /** A model's id, or its name alone. */
  model: string | null;
};

const maxTextChars = 12_000;

/** Other agents' names of the same tools, as their persona files have them. */
const otherNames: Readonly<Record<string, readonly string[]>> = {
  read: ["read_file"],
  ls: ["list_dir"],
  bash: ["run_command"],
  edit: ["edit_file", "apply_patch"],
  write: ["create_file"],
  webfetch: ["web_fetch"],
  websearch: ["web_search"],
  task: ["new_task"],
};
/** They do nothing by themselves, and a turn may not end well without them. */
const always = ["view_output", "ask_user", "todo"];

const words = z.union([z.array(z.string()), z.string().transform((text) => text.split(/[,\s]+/))]);
const lowerCase = z.string().transform((text) => text.trim().toLowerCase());

/** What limits a turn: nonsense in it would lift the limit. By the name as it is compared. */
const limiting = {
  mode: { name: "mode", must: "be ask, plan or code" },
  tools: { name: "tools", must: "be a list of names, such as [read_file, grep]" },
  maxcalls: { name: "max_calls", must: "be a whole number from 1 to 10000" },
} as const;
/** Other programs' fields that limit an agent, and slips of a pen: who wrote one relies on it. */
const unknownLimits: ReadonlySet<string> = new Set([
  ...["modes", "tool", "maxcall", "allowedtools", "disallowedtools", "permission", "permissions", "permissionmode", "readonly"],
]);

const head = z.object({
  mode: lowerCase.pipe(z.enum(["ask", "plan", "code"])).optional(),
  tools: words.optional(),
  maxcalls: z.int().min(1).max(10_000).optional(),
  model: z.string().min(1).max(500).optional().catch(undefined),
  sampling: z.record(z.string(), z.unknown()).optional().catch(undefined),
});

/**
 * A `model` or a `sampling` that makes no sense counts as none. What limits the turn must make sense: else there is no such
 * persona, and the failure tells a person which file and field are wrong.
 */
export function readPersona(name: string, given: PersonaFile): Result<Persona, string> {
  const broken = (problem: string): Result<never, string> =>
    fail(`/${name} can't be used, since nothing would limit it: ${given.file}: ${problem}`);
  if (given.problem !== null) return broken(given.problem);
  const fields = new Map<string, unknown>();
  for (const [field, value] of Object.entries(given.head)) {
    const compared = field.toLowerCase().replaceAll(/[^a-z]/g, "");
    if (unknownLimits.has(compared)) return broken(`\`${field}\` isn't known here. Use mode and tools`);
    if (Object.hasOwn(limiting, compared) && fields.has(compared)) return broken(`\`${field}\` stands there twice`);
    fields.set(compared, value);
  }
  const read = head.safeParse(Object.fromEntries(fields));
  if (!read.success) {
    const wrong = limiting[z.enum(["mode", "tools", "maxcalls"]).parse(read.error.issues[0]?.path[0])];
    return broken(`\`${wrong.name}\` must ${wrong.must}`);
  }
  const { mode, tools, model, maxcalls, sampling } = read.data;
  return ok({
    ...{ name, text: given.text.trim().slice(0, maxTextChars), mode: mode ?? null, model: model ?? null },
    ...{ tools: tools ? toolNames(tools) : null, sampling: samplingOf(sampling ?? {}), maxCalls: maxcalls ?? null },
  });
}

function toolNames(given: readonly string[]): ReadonlySet<string> {
  const named = given.map((each) => each.trim().toLowerCase()).filter((each) => each !== "");
  return new Set([
    ...always,
    ...named.flatMap((each) => (Object.hasOwn(otherNames, each) ? otherNames[each] : undefined) ?? [each]),
  ]);
}

function samplingOf(given: Readonly<Record<string, unknown>>): Sampling {
  const numbers = samplingNumbers.flatMap((name) => {
    const value = given[name];
    const { from, to } = samplingRanges[name];
    return typeof value === "number" && value >= from && value <= to ? [[name, value] as const] : [];
  });
  const reasoning = z.enum(["on", "off", "auto"]).safeParse(given["reasoning"]).data;
  return { ...(Object.fromEntries(numbers) as Sampling), ...(reasoning ? { reasoning } : {}) };
}

/** The persona's text as the model is given it, before the prompt that asks for it. */
export function personaText({ name, text }: Persona): string {
  return `<persona name="${name}">\n${text}\n</persona>\nWork in this way until the next message of the person's.`;
}

/** From what reads only to what does everything. */
const modes: readonly Mode[] = ["ask", "plan", "code"];

/** A persona may do less than the person has chosen, never more. */
export function modeWith(persona: Persona | null, chosen: Mode): Mode {
  const wanted = persona?.mode ?? chosen;
  return modes.indexOf(wanted) < modes.indexOf(chosen) ? wanted : chosen;
}

/** The same of how many calls a turn may make before it pauses. */
export function limitsWith(persona: Persona | null, limits: TurnLimits): TurnLimits {
  const most = persona?.maxCalls ?? null;
  return most === null ? limits : { ...limits, calls: Math.min(most, limits.calls ?? most) };
}
