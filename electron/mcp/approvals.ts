import { readFileSync } from "node:fs";
import * as z from "zod";
import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import { saveJson } from "../lib/save-json.ts";

const tool = z.object({ name: z.string(), description: z.string(), more: z.string().default(""), hash: z.string() });

/**
 * What was approved: the hash of all that it was, its command or address to be shown later, its tools, and how it says
 * that it is to be used. null: nothing was known then; what is told first counts.
 */
const approval = z.object({
  hash: z.string(),
  what: z.string(),
  tools: z.array(tool).nullable().default(null),
  instructions: z.string().nullable().default(null),
});
export type Approval = z.infer<typeof approval>;
const approvals = z.record(z.string(), approval);

/** The approvals of MCP servers, by name; sole writer of their file. */
export class Approvals {
  readonly #file: string;
  #all: z.infer<typeof approvals>;

  constructor(file: string) {
    this.#file = file;
    this.#all = readApprovals(file);
  }

  find(name: string): Approval | null {
    // A server may be called like something that every object has.
    return Object.hasOwn(this.#all, name) ? (this.#all[name] ?? null) : null;
  }

  set(name: string, next: Approval): Result<null, Failure<"DISK_FULL">> {
    return this.#save({ ...this.#all, [name]: next });
  }

  remove(name: string): Result<null, Failure<"DISK_FULL">> {
    const { [name]: before, ...others } = this.#all;
    return before ? this.#save(others) : ok(null);
  }

  #save(next: z.infer<typeof approvals>): Result<null, Failure<"DISK_FULL">> {
    try {
      saveJson(this.#file, next);
    } catch (error) {
      return failure("DISK_FULL", `It couldn't be written down: ${error instanceof Error ? error.message : String(error)}`);
    }
    this.#all = next;
    return ok(null);
  }
}

function readApprovals(file: string): z.infer<typeof approvals> {
  try {
    return approvals.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    // None was given, or they can't be read: then each is asked about anew.
    return {};
  }
}
