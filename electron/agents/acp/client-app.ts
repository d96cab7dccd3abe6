import * as acp from "@agentclientprotocol/sdk/unstable";
import type { ClientSide } from "./client-side.ts";
import { vendorAsk, vendorMethods } from "./vendor-asks.ts";

/** A session as its agent sees the client: where updates go, and what the agent may ask for. Requests throw `RequestError`. */
export type SessionClient = {
  /** Whether it was taken, came after the turn's end, or wasn't understood. */
  receive(update: unknown): "taken" | "late" | "unknown";
  turnAnswered(): void;
  /** Tells the person something that the agent can't. */
  warn(message: string): void;
  requestPermission(params: acp.RequestPermissionRequest): Promise<acp.RequestPermissionResponse>;
  /** Files, terminals and questions. */
  side: Omit<ClientSide, "requestPermission" | "withExitCode" | "killTerminals" | "releaseTerminals">;
};

/** Our side of the protocol: each request goes to the session that it names, and to no other. */
export function clientApp(find: (sessionId: string) => SessionClient | null): acp.ClientApp {
  const session = (sessionId: string): SessionClient => {
    const found = find(sessionId);
    if (!found) throw acp.RequestError.sessionNotFound(sessionId);
    return found;
  };
  const { client } = acp.methods;
  const app = acp
    .client({ name: "hearth" })
    .onRequest(client.session.requestPermission, ({ params }) => session(params.sessionId).requestPermission(params))
    .onRequest(client.fs.readTextFile, ({ params }) => session(params.sessionId).side.readTextFile(params))
    .onRequest(client.fs.writeTextFile, ({ params }) => session(params.sessionId).side.writeTextFile(params))
    .onRequest(client.terminal.create, ({ params }) => session(params.sessionId).side.createTerminal(params))
    .onRequest(client.terminal.output, ({ params }) => session(params.sessionId).side.terminalOutput(params.terminalId))
    .onRequest(client.terminal.waitForExit, ({ params }) => session(params.sessionId).side.waitForTerminalExit(params.terminalId))
    .onRequest(client.terminal.kill, async ({ params }) => {
      await session(params.sessionId).side.killTerminal(params.terminalId);
      return {};
    })
    .onRequest(client.terminal.release, async ({ params }) => {
      await session(params.sessionId).side.releaseTerminal(params.terminalId);
      return {};
    })
    .onRequest(client.elicitation.create, ({ params }) => {
      const sessionId = "sessionId" in params && typeof params.sessionId === "string" ? params.sessionId : null;
      if (sessionId === null) return { action: "decline" };
      return session(sessionId).side.elicit(params);
    });
  for (const method of vendorMethods)
    app.onRequest<unknown, Record<string, unknown>>(
      method,
      (params) => params,
      ({ params }) => {
        const asked = vendorAsk(method, params);
        if (!asked) throw acp.RequestError.invalidParams(undefined, "It asks nothing that could be shown");
        return session(asked.sessionId).side.askVendors(asked);
      },
    );
  return app;
}
