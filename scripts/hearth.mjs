// Runs Hearth's command line from this clone, built first where it has to be.
import path from "node:path";
import { pathToFileURL } from "node:url";
import { prepare } from "./lib/prepare.mjs";
import { root } from "./lib/run.mjs";

if (!(await prepare())) process.exit(1);
await import(pathToFileURL(path.join(root, "out/main/cli.js")).href);
