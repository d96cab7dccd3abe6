#!/usr/bin/env node
// The `hearth` command of a clone: a new enough Node, what is missing installed and built, then the command line.
import { fileURLToPath } from "node:url";
import { withNode } from "../scripts/lib/node.mjs";

await withNode(fileURLToPath(new URL("../scripts/hearth.mjs", import.meta.url)), process.argv.slice(2));
