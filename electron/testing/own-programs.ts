import path from "node:path";
import type { OwnPrograms } from "../core.ts";

const main = (name: string): string => path.resolve(import.meta.dirname, "../../resources", name, "main.ts");

/** Hearth's own programs, from the sources. */
export const ownPrograms: OwnPrograms = {
  practiceAgent: main("practice-agent"),
  opencodePlugin: main("opencode-plugin"),
  sandboxHost: main("sandbox-host"),
  pageReader: main("page-reader"),
};
