import headless from "@xterm/headless";
import type { TerminalOutput } from "../../shared/contract/terminals.ts";
import { until } from "../../electron/testing/until.ts";
import type { Host } from "./host.ts";

/** A person at one terminal of a host's: what its screen shows, and keys. Reads until `close`. */
export type TuiScreen = {
  text(): string;
  sees(what: string | RegExp): Promise<void>;
  type(keys: string): Promise<unknown>;
  close(): Promise<void>;
};

export async function watchTerminal(host: Host, id: string): Promise<TuiScreen> {
  const terminal = new headless.Terminal({ cols: 100, rows: 30, allowProposedApi: true });
  const { ticket } = await host.api<{ ticket: string }>("POST", `/terminals/${id}/ticket`);
  const stop = new AbortController();
  const answer = await fetch(`${host.url}/api/v1/terminals/${id}/attach?ticket=${ticket}`, {
    headers: { authorization: `Bearer ${host.token}` },
    signal: stop.signal,
  });
  const reading = (async () => {
    let rest = "";
    const decoder = new TextDecoder();
    for await (const chunk of answer.body ?? []) {
      const lines = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (line.startsWith("data: ")) await take(JSON.parse(line.slice(6)) as TerminalOutput);
    }
  })().catch((error: unknown) => {
    if (!stop.signal.aborted) throw error;
  });

  async function take(output: TerminalOutput): Promise<void> {
    if (output.type !== "data" && output.type !== "replay") return;
    terminal.write(output.data);
    if (output.type === "data") await host.api("POST", `/terminals/${id}/acknowledge`, { ticket, chars: output.data.length });
  }
  function text(): string {
    const buffer = terminal.buffer.active;
    return Array.from({ length: terminal.rows }, (_, row) =>
      (buffer.getLine(buffer.baseY + row)?.translateToString(true) ?? "").trimEnd(),
    ).join("\n");
  }
  return {
    text,
    async sees(what) {
      await until(
        () => {
          const now = text();
          if (typeof what === "string" ? now.includes(what) : what.test(now)) return true;
          throw new Error(`The screen is:\n${now}`);
        },
        `${what} on the screen`,
        90_000,
      );
    },
    type: (data) => host.api("POST", `/terminals/${id}/write`, { data }),
    async close() {
      stop.abort();
      await reading;
      terminal.dispose();
    },
  };
}
