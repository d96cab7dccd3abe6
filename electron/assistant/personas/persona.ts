import * as z from "zod";
import { samplingNumbers, samplingRanges, type Sampling } from "../../../shared/sampling.ts";
import type { TurnLimits } from "../../../shared/turn-limits.ts";
import type { Mode } from "../tools/tool.ts";

/** What a file says of a way to work: its head's fields, and the instructions below it. */
export type PersonaFile = { head: Readonly<Record<string, unknown>>; text: string };

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
const head = z.object({
  mode: z.enum(["ask", "plan", "code"]).optional().catch(undefined),
  tools: words.optional().catch(undefined),
  model: z.string().min(1).max(500).optional().catch(undefined),
  max_calls: z.int().min(1).max(10_000).optional().catch(undefined),
  sampling: z.record(z.string(), z.unknown()).optional().catch(undefined),
});

/** A field that makes no sense counts as none, but for `tools`: whoever names tools wants no others. */
export function readPersona(name: string, file: PersonaFile): Persona {
  const { mode, tools, model, max_calls, sampling } = head.parse(file.head);
  return {
    ...{ name, text: file.text.trim().slice(0, maxTextChars), mode: mode ?? null, model: model ?? null },
    ...{ tools: tools ? toolNames(tools) : null, sampling: samplingOf(sampling ?? {}), maxCalls: max_calls ?? null },
  };
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
