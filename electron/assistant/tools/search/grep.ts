import * as z from "zod";
import { ok } from "../../../../shared/result.ts";
import { fault } from "../fault.ts";
import { shownPath } from "../files/shown-path.ts";
import { rare } from "../input/rare.ts";
import { placeOf } from "../place.ts";
import type { Tool } from "../tool.ts";
import { ripgrep } from "./ripgrep.ts";

const input = z.object({
  pattern: z.string().min(1).max(1_000).describe("regular expression"),
  path: z.string().optional(),
  glob: z.string().max(300).optional().describe("only such files: *.ts"),
  literal: z.boolean().optional().describe("no expression").meta(rare),
  ignore_case: z.boolean().optional(),
  context: z.int().min(0).max(10).optional().describe("lines around").meta(rare),
  limit: z.int().min(1).max(1_000).optional().meta(rare),
});
type Input = z.infer<typeof input>;

const defaultLimit = 100;
const maxPerFile = 50;

export const grep: Tool<Input> = {
  name: "grep",
  description: "Searches in files, by lines. What .gitignore leaves out is left out, unless glob names it.",
  shortDescription: "Search in files.",
  input,
  kind: "search",
  readsOnly: true,
  modes: ["ask", "plan", "code"],
  title: ({ pattern, path, glob }) => [pattern, path, glob].filter((part) => part !== undefined).join(" in "),
  async run({ pattern, path, glob, literal, ignore_case: ignoreCase, context = 0, limit = defaultLimit }, call) {
    const place = await placeOf(call, path ?? "");
    if (!place.ok) return place;
    if (!place.value.exists) return fault("EXECUTION_FAILED", `${path ?? ""} isn't there.`, { fields: ["path"] });
    const args = [
      ...["--no-heading", "--with-filename", "--line-number", "--no-context-separator", `--max-count=${maxPerFile}`],
      ...["--max-columns=400", "--max-columns-preview", `--context=${context}`],
      ...(literal ? ["--fixed-strings"] : []),
      ...(ignoreCase ? ["--ignore-case"] : []),
      ...(glob === undefined ? [] : [`--glob=${glob}`]),
      ...[`--regexp=${pattern}`, "--", place.value.path === "" ? "." : place.value.path],
    ];
    const searched = await ripgrep(call.root, args, call.signal);
    if (!searched.ok) return searched;
    if ("wrong" in searched.value) return fault("TOOL_INPUT_VALIDATION_FAILED", searched.value.wrong, { fields: ["pattern"] });
    const lines = matchLines(searched.value.found.toString("utf8"));
    if (lines.length === 0) return ok({ text: "Nothing found." });
    const more = lines.length > limit ? `\n[${lines.length - limit} more lines. Search for less, or set limit.]` : "";
    return ok({ text: told(lines.slice(0, limit)) + more });
  },
};

type Line = { path: string; rest: string };

/** Records are `path NUL line:text LF`; a path may hold a line end, a line can't. */
function matchLines(output: string): Line[] {
  const lines: Line[] = [];
  for (let at = 0; at < output.length;) {
    const nul = output.indexOf("\0", at);
    if (nul === -1) break;
    const end = output.indexOf("\n", nul);
    const rest = output.slice(nul + 1, end === -1 ? output.length : end).replace(/\r$/, "");
    lines.push({ path: output.slice(at, nul).replace(/^\.[/\\]/, ""), rest });
    at = end === -1 ? output.length : end + 1;
  }
  return lines;
}

/** By file, so that a long path is told once. */
function told(lines: readonly Line[]): string {
  return lines
    .map(({ path, rest }, index) =>
      lines[index - 1]?.path === path ? rest : `${index === 0 ? "" : "\n"}${shownPath(path)}\n${rest}`,
    )
    .join("\n");
}
