// A process that opens a store and holds it until it is killed. Prints "held" or the refusal's code.
import { openStore } from "../store/open.ts";

const opened = openStore(process.argv[2] ?? "", Date.now());
process.stdout.write(opened.ok ? "held\n" : `${opened.error.code}\n`);
if (opened.ok) setInterval(() => {}, 60_000);
