import { fail, ok, type Result } from "../../../shared/result.ts";
import type { AgentFailure } from "../../agents/port.ts";
import type { Conversation } from "../conversation/conversation.ts";
import type { KeptPersona } from "../conversation/kept-persona.ts";
import { readPersona, type Persona, type PersonaFile } from "./persona.ts";

type Found = Result<Persona | null, AgentFailure>;
type Read = (name: string) => Promise<PersonaFile | null>;

/** That a prompt asks for by its name, if it does; null: the name is no persona's. One that is broken fails. */
export async function askedPersona(name: string | null, read: Read): Promise<Found> {
  const file = name === null ? null : await read(name);
  if (name === null || !file) return ok(null);
  const persona = readPersona(name, file);
  return persona.ok ? persona : fail({ type: "failed", message: persona.error });
}

/** That a turn began with which goes on now. Without it, the rest of the turn would have more rights than its beginning. */
export async function begunPersona(begun: Conversation["persona"], read: Read): Promise<Found> {
  if (!begun) return ok(null);
  const { name, kept } = begun;
  if (kept) return ok({ ...kept, name, text: "", tools: kept.tools && new Set(kept.tools) });
  const found = await askedPersona(name, read);
  if (!found.ok || found.value) return found;
  const message = `The turn began as /${name}, which isn't there any more, so it can't go on. Say in a new prompt what is left to do.`;
  return fail({ type: "failed", message });
}

/** What the rest of a turn needs of it; the model has its text. */
export function keptOf({ mode, tools, sampling, maxCalls, model }: Persona): KeptPersona {
  return { mode, tools: tools && [...tools], sampling, maxCalls, model };
}
