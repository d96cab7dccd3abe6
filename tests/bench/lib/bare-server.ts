import { request } from "node:http";
import { BareChild, type BareAgent, type Launch } from "./bare-agent.ts";

type Frame = { payload?: { type: string; properties: { sessionID?: string; field?: string; status?: { type: string } } } };

/** `opencode serve` driven by nothing but HTTP, as its own page does it. */
export async function startBareServer(launch: Launch, cwd: string): Promise<BareAgent> {
  const program = new BareChild(launch, cwd);
  const url = await addressOf(program);
  const authorization = `Basic ${btoa(`opencode:${launch.env["OPENCODE_SERVER_PASSWORD"] ?? ""}`)}`;
  const headers = { authorization, "content-type": "application/json" };
  const onWord = new Map<string, () => void>();
  await listen(url, authorization, ({ payload }) => {
    if (payload?.type === "message.part.delta") onWord.get(payload.properties.sessionID ?? "")?.();
  });
  return {
    pid: program.pid,
    stop: () => program.stop(),
    async newSession(folder) {
      const at = `directory=${encodeURIComponent(folder)}`;
      const made = await fetch(`${url}/session?${at}`, { method: "POST", headers, body: "{}" });
      const { id } = (await made.json()) as { id: string };
      return {
        async turn(text) {
          const begun = performance.now();
          let first = Number.NaN;
          onWord.set(id, () => (first = Number.isNaN(first) ? performance.now() - begun : first));
          const body = JSON.stringify({ parts: [{ type: "text", text }] });
          await (await fetch(`${url}/session/${id}/message?${at}`, { method: "POST", headers, body })).text();
          return first;
        },
      };
    },
  };
}

function addressOf({ child }: BareChild): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    child.once("exit", () => reject(new Error(`It ended: ${text}`)));
    child.stdout?.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const url = /listening on (http:\S+)/.exec(text)?.[1];
      if (url !== undefined) resolve(url);
    });
  });
}

/** Resolves once it is heard; ends with the server. */
function listen(url: string, authorization: string, onFrame: (frame: Frame) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const events = request(`${url}/global/event`, { headers: { authorization } }, (response) => {
      let rest = "";
      resolve();
      response.on("error", () => response.destroy());
      response.on("data", (chunk: Buffer) => {
        const lines = (rest + chunk.toString()).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) if (line.startsWith("data:")) onFrame(JSON.parse(line.slice(5)) as Frame);
      });
    });
    events.on("error", reject);
    events.end();
  });
}
