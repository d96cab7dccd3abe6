import { existsSync } from "node:fs";
import path from "node:path";

const folder = path.resolve(import.meta.dirname, "../../.cache/engine/node_modules/node-llama-cpp");

/** What serves embedded models, where `scripts/test.mjs` put it; null where there is none for this machine. */
export const modelEngine: string | null = existsSync(path.join(folder, "package.json")) ? folder : null;
