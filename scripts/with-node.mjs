// node scripts/with-node.mjs SCRIPT [ARGUMENT…]: runs a script on a Node that is new enough, whichever Node this is.
import path from "node:path";
import { withNode } from "./lib/node.mjs";

const [script, ...args] = process.argv.slice(2);
if (!script) {
  console.error("Usage: node scripts/with-node.mjs SCRIPT [ARGUMENT…]");
  process.exit(2);
}
await withNode(path.resolve(script), args);
