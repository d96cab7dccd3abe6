import { randomBytes } from "node:crypto";
import path from "node:path";
import * as z from "zod";
import { commonEnvironment } from "../lib/common-environment.ts";
import { findProgram } from "../lib/find-program.ts";
import { maskCredentials } from "../lib/mask-secrets.ts";
import type { AgentDefinition } from "./definition.ts";

/**
 * The environment of an agent's child: the common part of the login shell's, what this agent needs of it, and the
 * definition's own, in which `${NAME}` stands for the login shell's value (so that no key needs to be in a file).
 */
export function childEnvironment(
  definition: AgentDefinition,
  shell: Record<string, string>,
  programPath: string,
): Record<string, string> {
  const env = pastProxies(commonEnvironment(shell, definition.passEnv));
  for (const [name, value] of Object.entries(definition.env))
    env[name] = value.replace(/\$\{(\w+)\}/g, (_, key: string) => shell[key] ?? "");
  for (const [name, ours] of Object.entries(definition.enforcement.jsonEnv))
    env[name] = JSON.stringify(layOver(parseObject(env[name]), ours));
  for (const name of definition.secretEnv) env[name] = randomBytes(32).toString("base64url");
  tellOfAdapted(env, definition.adapterFor, shell);
  const folder = path.dirname(programPath);
  const places = (env["PATH"] ?? "").split(path.delimiter).filter((place) => place !== "");
  if (path.isAbsolute(folder) && !places.includes(folder)) places.unshift(folder);
  env["PATH"] = places.join(path.delimiter);
  return env;
}

/** An adapter works with the person's own program where that is here. Set to nothing, the variable keeps it to its own. */
function tellOfAdapted(env: Record<string, string>, adapted: AgentDefinition["adapterFor"], shell: Record<string, string>): void {
  if (adapted?.variable === undefined) return;
  const own = env[adapted.variable] ?? findProgram(adapted.program, shell).path ?? "";
  if (own === "") delete env[adapted.variable];
  else env[adapted.variable] = own;
}

/** What isn't an object there says nothing to the agent either. */
function parseObject(text: string | undefined): Record<string, unknown> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text ?? "{}"));
  } catch {
    return {};
  }
}

/** Lists are joined and objects merged; otherwise `ours` counts. */
function layOver(theirs: Record<string, unknown>, ours: Record<string, unknown>): Record<string, unknown> {
  const object = z.record(z.string(), z.unknown());
  const merged = { ...theirs };
  for (const [key, value] of Object.entries(ours)) {
    const before = merged[key];
    const [inner, over] = [object.safeParse(before), object.safeParse(value)];
    if (Array.isArray(before) && Array.isArray(value)) merged[key] = [...(before as unknown[]), ...(value as unknown[])];
    else merged[key] = inner.success && over.success ? layOver(inner.data, over.data) : value;
  }
  return merged;
}

/** Hearth's own addresses are on this machine, where no proxy reaches. */
function pastProxies(env: Record<string, string>): Record<string, string> {
  if (!Object.keys(env).some((name) => /^(https?|all)_proxy$/i.test(name))) return env;
  const spared = [env["NO_PROXY"] ?? env["no_proxy"], "127.0.0.1", "localhost"].filter(Boolean).join(",");
  return { ...env, NO_PROXY: spared, no_proxy: spared };
}

/** A value that may be shown: all of it, or how long it is where the name or the value looks like a secret. */
export function maskValue(name: string, value: string): string {
  if (
    /(KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|AUTH|COOKIE|SESSION)/i.test(name) &&
    !/^(SSH_AUTH_SOCK|DBUS_SESSION_BUS_ADDRESS)$/.test(name)
  )
    return `(hidden, ${value.length} characters)`;
  return maskCredentials(value);
}
