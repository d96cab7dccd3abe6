import type { LocalModel, ModelEndpoint } from "../../../shared/contract/models.ts";
import type { HearthClient } from "./connect.ts";
import { oneLine, table, type CommandTerminal } from "./terminal.ts";

/** Where local models are served, and each with its window; asks the servers. */
export async function listModels(rpc: HearthClient, io: CommandTerminal, { json }: { json?: boolean }): Promise<void> {
  const list = await rpc.models.look();
  if (json) return io.json(list);
  if (list.endpoints.length === 0)
    return io.note("No model server answers on this machine. Start one, or add one by its address in Settings, Local models.");
  for (const endpoint of list.endpoints) {
    io.line(`${io.bold(oneLine(endpoint.name))}  ${io.dim(oneLine(headOf(endpoint), 500))}`);
    for (const line of table(endpoint.models.map(modelRow))) io.line(line);
    if (endpoint.state === "ready" && endpoint.models.length === 0) io.line(io.dim("  no chat model"));
  }
}

function headOf({ url, server, problem, state }: ModelEndpoint): string {
  return [
    ...(url === "" ? [] : [url]),
    ...(server === null ? [] : [server]),
    ...(state === "ready" ? [] : [problem ?? state]),
  ].join(" · ");
}

function modelRow({ id, window, loaded, tools, on }: LocalModel): string[] {
  return [
    `  ${oneLine(id)}`,
    window === null ? "window unknown" : `${window.toLocaleString("en")} tokens`,
    loaded === null ? "" : loaded ? "loaded" : "not loaded",
    tools === false ? "no tools" : "",
    on ? "" : "switched off",
  ];
}
