import path from "node:path";
import type { OwnPrograms } from "../core.ts";

/** Where the product's own files are. */
export type ProductPaths = { pageFolder: string; programs: OwnPrograms };

/** `entryFolder` is where the running entry file lies: out/main when built, electron/host from the sources. */
export function productPaths(entryFolder: string): ProductPaths {
  if (path.basename(entryFolder) === "main")
    return {
      pageFolder: path.join(entryFolder, "../renderer"),
      programs: programsBy((name) => path.join(entryFolder, `${name}.js`)),
    };
  const root = path.join(entryFolder, "../..");
  return {
    pageFolder: path.join(root, "out/renderer"),
    programs: programsBy((name) => path.join(root, "resources", name, "main.ts")),
  };
}

function programsBy(fileOf: (name: string) => string): OwnPrograms {
  return {
    practiceAgent: fileOf("practice-agent"),
    opencodePlugin: fileOf("opencode-plugin"),
    sandboxHost: fileOf("sandbox-host"),
    pageReader: fileOf("page-reader"),
    outliner: fileOf("outliner"),
    modelHost: fileOf("model-host"),
  };
}
