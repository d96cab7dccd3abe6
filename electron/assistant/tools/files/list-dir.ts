import { readdir } from "node:fs/promises";
import * as z from "zod";
import { decodePath } from "../../../../shared/path-text.ts";
import { isGitFolder } from "../../../../shared/hostile-path.ts";
import { ok } from "../../../../shared/result.ts";
import { fileFailure } from "../../../lib/file-failure.ts";
import { fileFault } from "../fault.ts";
import { placeOf } from "../place.ts";
import type { Tool } from "../tool.ts";
import { shownPath } from "./shown-path.ts";

const input = z.object({ path: z.string().optional().describe("default: the project's folder") });
type Input = z.infer<typeof input>;

const maxEntries = 1_000;

export const listDir: Tool<Input> = {
  name: "list_dir",
  description: "Lists a folder: folders end in /, links in @.",
  shortDescription: "List a folder.",
  input,
  kind: "read",
  readsOnly: true,
  modes: ["ask", "plan", "code"],
  title: ({ path }) => path ?? ".",
  async run({ path: given = "" }, call) {
    const place = await placeOf(call, given);
    if (!place.ok) return place;
    try {
      const found = await readdir(Buffer.from(place.value.absolute), { withFileTypes: true, encoding: "buffer" });
      const named = found.map((entry) => ({ entry, name: decodePath(entry.name) })).filter(({ name }) => !isGitFolder(name));
      const lines = named
        .toSorted((a, b) => Number(b.entry.isDirectory()) - Number(a.entry.isDirectory()) || (a.name < b.name ? -1 : 1))
        .map(({ entry, name }) => `${shownPath(name)}${entry.isDirectory() ? "/" : entry.isSymbolicLink() ? "@" : ""}`);
      const more = lines.length > maxEntries ? [`[${lines.length - maxEntries} more]`] : [];
      const text = lines.length === 0 ? "[empty]" : [...lines.slice(0, maxEntries), ...more].join("\n");
      return ok({ text, shown: { locations: [{ path: place.value.absolute }] } });
    } catch (error) {
      return fileFault(fileFailure(error, given).error);
    }
  },
};
