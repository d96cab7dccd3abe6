import path from "node:path";
import type { OwnPrograms } from "../core.ts";

/** Where the product's own files are. */
export type ProductPaths = { pageFolder: string; programs: OwnPrograms };

/** `entryFolder` is where the running entry file lies: out/main when built, electron/host from the sources. */
export function productPaths(entryFolder: string): ProductPaths {
  if (path.basename(entryFolder) === "main") {
    const built = (name: string): string => path.join(entryFolder, `${name}.js`);
    const programs = { practiceAgent: built("practice-agent"), opencodePlugin: built("opencode-plugin") };
    return { pageFolder: path.join(entryFolder, "../renderer"), programs };
  }
  const root = path.join(entryFolder, "../..");
  const source = (name: string): string => path.join(root, "resources", name, "main.ts");
  const programs = { practiceAgent: source("practice-agent"), opencodePlugin: source("opencode-plugin") };
  return { pageFolder: path.join(root, "out/renderer"), programs };
}
