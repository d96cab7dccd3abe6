import * as acp from "@agentclientprotocol/sdk/unstable";
import * as z from "zod";
import { fail, ok, type Result } from "../../../shared/result.ts";
import type { AgentReport } from "../backend.ts";
import type { SignInMethod } from "../capabilities.ts";
import type { AgentFailure } from "../port.ts";

/** What an agent's answer to `initialize` says it can. */
export type AgentTraits = {
  name: string | null;
  version: string | null;
  resume: boolean;
  load: boolean;
  close: boolean;
  delete: boolean;
  image: boolean;
  embeddedContext: boolean;
  /** Of MCP servers, those over HTTP that it takes. */
  mcp: { http: boolean; sse: boolean };
  signIn: SignInMethod[];
  /** The whole answer, for the diagnostic. */
  raw: Record<string, unknown>;
};

export const noTraits: AgentTraits = {
  name: null,
  version: null,
  resume: false,
  load: false,
  close: false,
  delete: false,
  image: false,
  embeddedContext: false,
  mcp: { http: false, sse: false },
  signIn: [],
  raw: {},
};

const present = z
  .looseObject({})
  .nullish()
  .catch(null)
  .transform((value) => value !== null && value !== undefined);
const flag = z.boolean().catch(false).default(false);
const initialized = z.looseObject({
  protocolVersion: z.number(),
  agentInfo: z
    .object({ name: z.string().nullish(), title: z.string().nullish(), version: z.string().nullish() })
    .nullish()
    .catch(null),
  agentCapabilities: z
    .object({
      loadSession: flag,
      promptCapabilities: z.object({ image: flag, embeddedContext: flag }).nullish().catch(null),
      mcpCapabilities: z.object({ http: flag, sse: flag }).nullish().catch(null),
      sessionCapabilities: z.object({ resume: present, close: present, delete: present }).nullish().catch(null),
    })
    .nullish()
    .catch(null),
});

const authMethod = z.object({
  id: z.string().min(1).max(200),
  name: z
    .string()
    .catch("")
    .transform((name) => name.slice(0, 200)),
  description: z
    .string()
    .nullish()
    .catch(null)
    .transform((text) => text?.slice(0, 1000) ?? null),
  /** Absent is `agent`. */
  type: z.string().optional(),
  args: z.array(z.string()).catch([]).default([]),
  env: z.record(z.string(), z.string()).catch({}).default({}),
});

/** Of a kind that isn't known, as of one that can't be read, nothing can be offered. */
function readSignIn(methods: unknown): SignInMethod[] {
  return (Array.isArray(methods) ? (methods as unknown[]) : []).flatMap((entry) => {
    const { data } = authMethod.safeParse(entry);
    if (!data || (data.type !== undefined && data.type !== "agent" && data.type !== "terminal")) return [];
    const { id, name, description, args, env } = data;
    return [{ id, name: name || id, description, terminal: data.type === "terminal" ? { args, env } : null }];
  });
}

export function readTraits(answer: unknown): Result<AgentTraits, AgentFailure> {
  const parsed = initialized.safeParse(answer);
  if (!parsed.success) return fail({ type: "protocol", message: "Its answer to initialize isn't the protocol's" });
  const { protocolVersion, agentInfo, agentCapabilities } = parsed.data;
  if (protocolVersion !== acp.PROTOCOL_VERSION)
    return fail({
      type: "unsupported",
      message: `It speaks version ${protocolVersion} of the Agent Client Protocol; Hearth speaks version ${acp.PROTOCOL_VERSION}`,
    });
  return ok({
    name: agentInfo?.title ?? agentInfo?.name ?? null,
    version: agentInfo?.version ?? null,
    resume: agentCapabilities?.sessionCapabilities?.resume ?? false,
    load: agentCapabilities?.loadSession ?? false,
    close: agentCapabilities?.sessionCapabilities?.close ?? false,
    delete: agentCapabilities?.sessionCapabilities?.delete ?? false,
    image: agentCapabilities?.promptCapabilities?.image ?? false,
    embeddedContext: agentCapabilities?.promptCapabilities?.embeddedContext ?? false,
    mcp: agentCapabilities?.mcpCapabilities ?? noTraits.mcp,
    signIn: readSignIn(parsed.data["authMethods"]),
    raw: z.record(z.string(), z.unknown()).catch({}).parse(answer),
  });
}

/** The traits in the words of the port. */
export function reportOf({ version, resume, load, image, signIn, raw }: AgentTraits): AgentReport {
  const details = capabilityWords(raw);
  return { version, capabilities: { resume, replay: load, images: image, mcp: true, details, signIn, signedInBy: null } };
}

function capabilityWords(raw: Record<string, unknown>): string[] {
  const capabilities = z.record(z.string(), z.unknown()).safeParse(raw["agentCapabilities"]);
  if (!capabilities.success) return [];
  return Object.entries(capabilities.data).flatMap(([name, value]) => {
    if (value === true) return [name];
    if (typeof value !== "object" || value === null) return [];
    return Object.entries(value).flatMap(([inner, on]) => (on === false || on === null ? [] : [`${name}.${inner}`]));
  });
}
