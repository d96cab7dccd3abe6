import { readFileSync } from "node:fs";
import path from "node:path";
import { settings as schema, type Settings } from "../../shared/contract/settings.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import { lineOf } from "./json-lines.ts";
import { saveJson } from "../lib/save-json.ts";

export type SettingsProblem = { line: number | null; field: string | null; message: string };
export type SettingsView = { settings: Settings; path: string; problems: SettingsProblem[] };

/**
 * The person's `settings.json`. A field that is wrong keeps its default and is shown with its line; the file itself
 * is only written when a setting is changed here, and then keeps what it had.
 */
export function createSettingsService(deps: { configDir: string; announce(settings: Settings): void }) {
  const file = path.join(deps.configDir, "settings.json");
  let current = read(file);

  return {
    get: (): SettingsView => current,
    value: (): Settings => current.settings,
    reload(): SettingsView {
      current = read(file);
      deps.announce(current.settings);
      return current;
    },
    patch(change: Record<string, unknown>): Result<SettingsView, Failure<"SETTINGS_INVALID">> {
      const unknown = Object.keys(change).find((key) => !(key in schema.shape));
      if (unknown) return failure("SETTINGS_INVALID", `There is no setting "${unknown}"`, { field: unknown });
      const parsed = schema.partial().safeParse(change);
      if (!parsed.success) {
        const [issue] = parsed.error.issues;
        const field = issue?.path.join(".") ?? "";
        return failure("SETTINGS_INVALID", `${field}: ${issue?.message ?? "not valid"}`, { field });
      }
      const raw = readRaw(file);
      if (raw.problem)
        return failure(
          "SETTINGS_INVALID",
          `${file} can't be read (line ${raw.problem.line ?? "?"}: ${raw.problem.message}). Mend it first; nothing was written.`,
        );
      try {
        saveJson(file, { ...raw.value, ...change });
      } catch (error) {
        return failure("SETTINGS_INVALID", `${file} can't be written: ${error instanceof Error ? error.message : String(error)}`);
      }
      return ok(this.reload());
    },
  };
}

function readRaw(file: string): { text: string; value: Record<string, unknown>; problem: SettingsProblem | null } {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const missing = error instanceof Error && "code" in error && error.code === "ENOENT";
    const problem = missing ? null : { line: null, field: null, message: error instanceof Error ? error.message : String(error) };
    return { text: "", value: {}, problem };
  }
  try {
    const value: unknown = text.trim() === "" ? {} : JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { text, value: { ...value }, problem: null };
    return { text, value: {}, problem: { line: 1, field: null, message: "The file must hold one JSON object" } };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { text, value: {}, problem: { line: lineOf(text, message), field: null, message } };
  }
}

function read(file: string): SettingsView {
  const raw = readRaw(file);
  const problems: SettingsProblem[] = raw.problem ? [raw.problem] : [];
  const known: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(raw.value)) {
    const line = lineOfField(raw.text, key);
    if (!(key in schema.shape)) {
      problems.push({ line, field: key, message: `There is no setting "${key}"` });
      continue;
    }
    const parsed = schema.shape[key as keyof Settings].safeParse(value);
    if (parsed.success) known[key] = parsed.data;
    else problems.push({ line, field: key, message: parsed.error.issues[0]?.message ?? "not valid" });
  }
  return { settings: schema.parse(known), path: file, problems };
}

function lineOfField(text: string, field: string): number | null {
  const at = text.indexOf(JSON.stringify(field));
  return at === -1 ? null : text.slice(0, at).split("\n").length;
}
