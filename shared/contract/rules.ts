import * as z from "zod";
import { fields } from "../fields.ts";
import { isoTime } from "../run-event.ts";
import { errors } from "./errors.ts";
import { procedure } from "./procedure.ts";

/** Where a rule counts: in one session, in one project, or `always`, in all of them. */
export const ruleScopes = ["session", "project", "always"] as const;
const scope = z.enum(ruleScopes);
const decision = z.enum(["allow", "reject"]);

/** For how long a rule counts; null until it is removed. */
export const ruleMinutes = z.int().min(1).max(525_600).nullable().default(null);

/**
 * What a rule is about: one exact command (arguments and folder), one file and kind of action, one address, one host,
 * (`claim`) what one agent calls a command of which it gives nothing else, in one session or project, or one tool of an MCP
 * server that Hearth's own agent calls, whatever it is given, while the server is what it was.
 */
export const ruleMatch = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("command"), argv: z.array(z.string()), cwd: z.string().nullable() }),
  z.object({ kind: z.literal("path"), action: z.enum(["read", "edit", "delete", "move"]), path: z.string() }),
  z.object({ kind: z.literal("url"), url: z.string() }),
  z.object({ kind: z.literal("host"), host: z.string() }),
  z.object({ kind: z.literal("claim"), agentId: z.string(), claim: z.string() }),
  z.object({ kind: z.literal("tool"), server: z.string(), serverHash: z.string(), tool: z.string() }),
]);
export type RuleMatch = z.infer<typeof ruleMatch>;

/** A decision that is remembered. Of several about the same action a rejection counts, then the one of the narrowest scope. */
export const permissionRule = z.object({
  id: z.string(),
  scope,
  /** The session or the project; empty for `always`. */
  scopeId: z.string(),
  match: ruleMatch,
  decision,
  createdAt: isoTime,
  /** It counts no more from then on; null: until it is removed. */
  expiresAt: isoTime.nullable(),
});
export type PermissionRule = z.infer<typeof permissionRule>;

/** With how often it has decided, and when last. */
export const ruleInUse = permissionRule.extend({ uses: z.int(), lastUsedAt: isoTime.nullable() });
export type RuleInUse = z.infer<typeof ruleInUse>;

/** A rule as a person writes it. `command` is a line of plain words; paths and folders are named from the project's top. */
const newRule = fields({
  scope,
  scopeId: z.string().default(""),
  decision,
  match: z.discriminatedUnion("kind", [
    fields({ kind: z.literal("command"), command: z.string(), cwd: z.string().nullable().default(null) }),
    fields({ kind: z.literal("path"), action: z.enum(["edit", "delete"]), path: z.string() }),
    fields({ kind: z.literal("url"), url: z.string() }),
    fields({ kind: z.literal("host"), host: z.string() }),
  ]),
  minutes: ruleMinutes,
});
export type NewRule = z.infer<typeof newRule>;

const byId = fields({ id: z.string() });

export const rules = {
  rules: procedure(
    "GET",
    "/permission-rules",
    "List the rules that count, with what each has decided",
    fields({ projectId: z.string().optional() }),
  ).output(z.array(ruleInUse)),
  addRule: procedure("POST", "/permission-rules", "Allow or reject an exact command, file, address or host from now on", newRule)
    .output(permissionRule)
    .errors(errors("INPUT_INVALID", "PROJECT_NOT_FOUND", "SESSION_NOT_FOUND")),
  updateRule: procedure(
    "PATCH",
    "/permission-rules/{id}",
    "Set for how long from now on a rule counts",
    byId.extend({ minutes: ruleMinutes }),
  )
    .output(permissionRule)
    .errors(errors("RULE_NOT_FOUND")),
  removeRule: procedure("DELETE", "/permission-rules/{id}", "Forget a rule", byId)
    .output(z.object({ removed: z.literal(true) }))
    .errors(errors("RULE_NOT_FOUND")),
};
