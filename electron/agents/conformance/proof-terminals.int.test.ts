import { expect, it } from "vitest";
import { pidsTagged } from "../../lib/process-table.ts";
import { ManualClock } from "../../lib/clock.ts";
import type { RecordedProcess } from "../../store/processes.ts";
import { ProofTerminals } from "./proof-terminals.ts";

it("R25 writes its commands down until they are gone, with what they started", async () => {
  const recorded = new Map<number, RecordedProcess>();
  const terminals = new ProofTerminals({
    env: { PATH: process.env["PATH"] ?? "" },
    clock: new ManualClock(),
    processes: { add: (entry) => recorded.set(entry.pid, entry), remove: (pid) => recorded.delete(pid) },
  });
  const args = ["-c", "setsid sleep 600 & sleep 600"];
  const made = await terminals.create({ command: "sh", args, cwd: "/", env: {}, maxBytes: 1000 });
  if (!made.ok) throw new Error(made.error.message);
  const [entry] = recorded.values();
  expect(entry).toMatchObject({ kind: "agent", tag: expect.stringMatching(/^[0-9a-f]{32}$/) });
  await terminals.release(made.value);
  expect([recorded.size, pidsTagged(entry?.tag ?? "")]).toEqual([0, []]);
});
