import type { OwnPrograms } from "../core.ts";
import { built } from "./built.ts";

/** Hearth's own programs, as they are shipped. */
export const ownPrograms: OwnPrograms = {
  practiceAgent: built("practice-agent.js"),
  opencodePlugin: built("opencode-plugin.js"),
  sandboxHost: built("sandbox-host.js"),
  pageReader: built("page-reader.js"),
  outliner: built("outliner.js"),
  modelHost: built("model-host.js"),
};
