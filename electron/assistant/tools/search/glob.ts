import * as z from "zod";
import { ok } from "../../../../shared/result.ts";
import { fault } from "../fault.ts";
import { shownPath } from "../files/shown-path.ts";
import { placeOf } from "../place.ts";
import type { Tool } from "../tool.ts";
import { listFiles } from "./list-files.ts";

const input = z.object({ pattern: z.string().min(1).max(300).describe("**/*.test.ts"), path: z.string().optional() });
type Input = z.infer<typeof input>;

const maxPaths = 500;

export const glob: Tool<Input> = {
  name: "glob",
  description: "Finds files by name. What .gitignore leaves out is left out, unless the pattern names it.",
  shortDescription: "Find files by name.",
  input,
  kind: "search",
  readsOnly: true,
  modes: ["ask", "plan", "code"],
  title: ({ pattern, path }) => (path === undefined ? pattern : `${pattern} in ${path}`),
  async run({ pattern, path }, call) {
    const place = await placeOf(call, path ?? "");
    if (!place.ok) return place;
    if (!place.value.exists) return fault("EXECUTION_FAILED", `${path ?? ""} isn't there.`, { fields: ["path"] });
    const found = await listFiles(call, place.value.path, [`--glob=${pattern.replace(/^\.\//, "")}`]);
    if (!found.ok) return found;
    const paths = found.value;
    if (paths.length === 0) return ok({ text: "No file has such a name." });
    const shown = paths.slice(0, maxPaths).map(shownPath);
    const more = paths.length > maxPaths ? [`[${paths.length - maxPaths} more]`] : [];
    return ok({ text: [...shown, ...more].join("\n") });
  },
};
