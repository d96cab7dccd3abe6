import path from "node:path";
import { settings as schema, type Settings } from "../../shared/contract/settings.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import { readHandWritten, type HandWritten } from "../lib/hand-written-json.ts";
import { saveLinkedJson } from "../lib/save-json.ts";

export type SettingsProblem = { line: number | null; field: string | null; message: string };
export type SettingsView = { settings: Settings; path: string; problems: SettingsProblem[] };

export type SettingsDeps = {
  configDir: string;
  announce(settings: Settings): void;
  /** What is wrong in the file isn't what it was. */
  onProblems(): void;
};

/**
 * The person's `settings.json`. A field that is wrong keeps its default and is shown with its line; the file itself
 * is only written when a setting is changed here, and then keeps what it had.
 */
export class SettingsService {
  readonly #deps: SettingsDeps;
  readonly #file: string;
  #text: string;
  #current: SettingsView;

  constructor(deps: SettingsDeps) {
    this.#deps = deps;
    this.#file = path.join(deps.configDir, settingsFile);
    const read = readHandWritten(this.#file);
    this.#text = read.text;
    this.#current = view(this.#file, read);
  }

  get(): SettingsView {
    return this.#current;
  }

  value(): Settings {
    return this.#current.settings;
  }

  /** Takes up what was edited by hand. What this service wrote itself is known already. */
  reload(): void {
    const read = readHandWritten(this.#file);
    const before = this.#current;
    const seen = view(this.#file, read);
    // Half of an edit must not reset anything: until the file can be read again, the settings in force stay.
    const next = read.problem || read.text?.trim() === "" ? { ...seen, settings: before.settings } : seen;
    if (read.text === this.#text && same(next.problems, before.problems)) return;
    this.#text = read.text;
    this.#current = next;
    if (!same(next.settings, before.settings)) this.#deps.announce(next.settings);
    if (!same(next.problems, before.problems)) this.#deps.onProblems();
  }

  patch(change: Record<string, unknown>): Result<SettingsView, Failure<"SETTINGS_INVALID">> {
    const unknown = Object.keys(change).find((key) => !isSetting(key));
    if (unknown) return failure("SETTINGS_INVALID", `There is no setting "${unknown}"`, { field: unknown });
    const parsed = schema.partial().safeParse(change);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      const field = issue?.path.join(".") ?? "";
      return failure("SETTINGS_INVALID", `${field}: ${issue?.message ?? "not valid"}`, { field });
    }
    const before = readHandWritten(this.#file);
    if (before.problem)
      return failure(
        "SETTINGS_INVALID",
        `${this.#file} can't be read (line ${before.problem.line ?? "?"}: ${before.problem.message}). Mend it first; nothing was written.`,
      );
    try {
      saveLinkedJson(this.#file, { ...before.fields, ...change });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return failure("SETTINGS_INVALID", `${this.#file} can't be written: ${why}`);
    }
    this.reload();
    return ok(this.#current);
  }
}

export const settingsFile = "settings.json";

function view(file: string, read: HandWritten): SettingsView {
  const problems: SettingsProblem[] = read.problem ? [{ ...read.problem, field: null }] : [];
  const known: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(read.fields)) {
    if (!isSetting(key)) {
      problems.push({ line: read.lineOf([key]), field: key, message: `There is no setting "${key}"` });
      continue;
    }
    const parsed = schema.shape[key].safeParse(value);
    if (parsed.success) known[key] = parsed.data;
    else {
      const [issue] = parsed.error.issues;
      problems.push({ line: read.lineOf([key, ...(issue?.path ?? [])]), field: key, message: issue?.message ?? "not valid" });
    }
  }
  return { settings: schema.parse(known), path: file, problems };
}

function isSetting(key: string): key is keyof Settings {
  return Object.hasOwn(schema.shape, key);
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
