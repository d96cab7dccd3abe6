import { createORPCClient } from "@orpc/client";
import { RPCLink } from "@orpc/client/websocket";
import type { ContractRouterClient } from "@orpc/contract";
import { WebSocket } from "ws";
import type { Contract } from "../../../shared/contract/contract.ts";

export type Client = { rpc: ContractRouterClient<Contract>; close(): void };

/** A client of a host that runs, as the page is one: typed calls over one WebSocket. */
export async function connectClient(host: { url: string; token: string }): Promise<Client> {
  const socket = new WebSocket(`${host.url.replace(/^http/, "ws")}/ws`, {
    headers: { authorization: `Bearer ${host.token}` },
    perMessageDeflate: false,
    maxPayload: 256 * 1024 * 1024,
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("open", () => resolve());
    socket.once("error", reject);
  });
  return { rpc: createORPCClient(new RPCLink({ websocket: socket })), close: () => socket.close() };
}
