import path from "node:path";
import { createInterface } from "node:readline";
import { modelOrder, type ModelReport } from "../../shared/model-host-messages.ts";
import { LoadFailure, loadModel } from "./load-model.ts";
import { ModelServer } from "./server.ts";

// The model host: loads one model of a file that a person picked, and serves it on loopback. A program of its own, since
// the file may be made to break what reads it, and since its end gives all of the memory back. It ends with its input.

const report = (what: ModelReport): void => void process.stdout.write(`${JSON.stringify(what)}\n`);

async function run(line: string): Promise<void> {
  const order = modelOrder.parse(JSON.parse(line));
  const loaded = await loadModel(order, report);
  if (loaded === null) process.exit(0);
  const name = path.basename(order.file);
  const server = new ModelServer({ loaded, name, key: order.key, onWorking: (isBusy) => report({ type: "working", isBusy }) });
  const port = await server.listen();
  report({ type: "ready", port, contextSize: loaded.contextSize, threads: loaded.threads });
}

const input = createInterface({ input: process.stdin });
input.once("line", (line) => {
  run(line).catch((error: unknown) => {
    const reason = error instanceof LoadFailure ? error.reason : "load";
    report({ type: "failed", reason, message: error instanceof Error ? error.message : String(error) });
    process.exitCode = 1;
    process.stdin.destroy();
  });
});
// Whoever started it is gone, or wants it no more.
input.once("close", () => process.exit());
