import path from "node:path";

/** Where the product's own files are. */
export type ProductPaths = { pageFolder: string; practiceAgent: string };

/** `entryFolder` is where the running entry file lies: out/main when built, electron/host from the sources. */
export function productPaths(entryFolder: string): ProductPaths {
  if (path.basename(entryFolder) === "main") {
    return { pageFolder: path.join(entryFolder, "../renderer"), practiceAgent: path.join(entryFolder, "practice-agent.js") };
  }
  const root = path.join(entryFolder, "../..");
  return { pageFolder: path.join(root, "out/renderer"), practiceAgent: path.join(root, "resources/practice-agent/main.ts") };
}
