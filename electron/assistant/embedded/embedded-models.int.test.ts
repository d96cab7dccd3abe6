import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { EmbeddedBench } from "../../testing/embedded-bench.ts";
import { modelEngine } from "../../testing/model-engine.ts";
import { ownPrograms } from "../../testing/own-programs.ts";
import { tempFolder } from "../../testing/temp-folder.ts";
import { until } from "../../testing/until.ts";

const input = z.strictObject({
  path: z.string(),
  kind: z.enum(["head", "tail"]),
  whole: z.boolean(),
  parts: z
    .array(z.strictObject({ from: z.enum(["first", "last"]), note: z.string().optional() }))
    .max(3)
    .optional(),
});
const tools = [{ name: "read_file", description: "Reads a file", schema: z.toJSONSchema(input) as Record<string, unknown> }];
const { signal } = new AbortController();

describe.skipIf(modelEngine === null)("models that Hearth serves itself", () => {
  it("loads one with the window that was chosen, says what it needs, and gives all back", async () => {
    const bench = new EmbeddedBench();
    const row = bench.write("tiny");
    expect(bench.models.look()?.models).toMatchObject([{ id: "embedded/tiny", loaded: false, window: 4_096 }]);
    const shares: number[] = [];
    const routed = await bench.models.route("embedded/tiny", signal, (share) => shares.push(share));
    expect(routed).toMatchObject({
      ok: true,
      value: { model: { window: 4_096, loaded: true }, route: { server: "embedded", local: true } },
    });
    expect(shares.at(-1)).toBe(1);
    const view = bench.models.view(row);
    expect(view).toMatchObject({
      state: "loaded",
      loaded: { contextSize: 4_096, threads: 1 },
      needs: { trainedContextSize: 32_768 },
    });
    expect(view.needs?.availableBytes).toBeGreaterThan(view.needs?.neededBytes ?? Infinity);
    const pid = bench.pidOf(row);
    expect(bench.processes).toMatchObject([{ pid, kind: "model", label: "tiny" }]);
    expect(bench.models.processes()).toMatchObject([{ pid, label: "tiny" }]);
    expect(await bench.models.hosted(row.id).unload()).toMatchObject({ gone: true });
    await bench.gone(pid);
    await until(() => bench.processes.length === 0, "its end to be written down");
    expect(bench.models.view(row)).toMatchObject({ state: "not-loaded", loaded: null });
  });

  it("answers in pieces, and reads in again only what is new", async () => {
    const bench = new EmbeddedBench();
    const row = bench.write("tiny", { end: -9 });
    let said = "";
    const first = { role: "user" as const, text: "Tell me of the sea. ".repeat(20) };
    const pieces: string[] = [];
    const reply = await bench.reply(row, {
      messages: [first],
      onPart: (part) => part.type === "text" && pieces.push(part.text) && (said += part.text),
    });
    expect(pieces.length).toBeGreaterThan(1);
    expect(reply.usage.input).toBeGreaterThan(400);
    expect(reply.tokensPerSecond).toBeGreaterThan(0);
    const more = [first, { role: "assistant" as const, text: said, calls: [] }, { role: "user" as const, text: "And?" }];
    const { usage } = await bench.reply(row, { messages: more });
    expect(usage.cached).toBeGreaterThan(0.95 * (reply.usage.input ?? 0));
  });

  it.each([1, 2, 3])("writes calls that fit their tool's schema, though what is in them comes by chance (%i)", async (seed) => {
    const bench = new EmbeddedBench();
    const row = bench.write("caller", { seed, call: 6, end: -9 });
    const begun: string[] = [];
    const reply = await bench.reply(row, {
      tools,
      maxTokens: 1_500,
      onPart: (part) => part.type === "call" && begun.push(part.name),
    });
    // The last one may have been cut off at the limit.
    const whole = reply.cut ? reply.calls.filter(({ arguments: given }) => given !== "") : reply.calls;
    expect(whole.length).toBeGreaterThan(0);
    expect(new Set(begun)).toEqual(new Set(["read_file"]));
    for (const call of whole) expect(input.safeParse(JSON.parse(call.arguments)).error?.issues).toBeUndefined();
  });

  it("answers only who has the key of its process, and ends with its input", async () => {
    const bench = new EmbeddedBench();
    const row = bench.write("guarded");
    const { route } = await bench.usable(row);
    const root = new URL(route.url).origin;
    const ask = (address: string, key: string): Promise<Response> =>
      fetch(`${root}${address}`, { headers: { authorization: `Bearer ${key}` } });
    expect(new URL(root).hostname).toBe("127.0.0.1");
    for (const address of ["/props", "/v1/models"])
      expect([(await ask(address, `${route.key}x`)).status, (await ask(address, route.key ?? "")).status]).toEqual([401, 200]);
    const posted = await fetch(`${root}/v1/chat/completions`, { method: "POST", body: "{}" });
    expect([posted.status, (await ask("/health", "")).status]).toEqual([401, 200]);
    const read =
      readFileSync(`/proc/${bench.pidOf(row)}/cmdline`, "latin1") + readFileSync(`/proc/${bench.pidOf(row)}/environ`, "latin1");
    expect(read).not.toContain(route.key);

    const order = { task: "serve", engine: modelEngine, file: row.file, contextSize: 512, threads: 1, anyway: false, key: "k" };
    const child = spawn(process.execPath, [ownPrograms.modelHost], {
      stdio: ["pipe", "pipe", "ignore"],
      env: { HOME: bench.folder },
    });
    let said = "";
    child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
    child.stdin.write(`${JSON.stringify(order)}\n`);
    await until(() => said.includes('"ready"'), "it to be ready");
    child.stdin.end();
    await until(() => child.exitCode === 0, "its end");
  });

  it("ends an answer that is stopped, and is free for the next one", async () => {
    const bench = new EmbeddedBench();
    const row = bench.write("endless", { end: -9 });
    const stop = new AbortController();
    let said = "";
    const answer = bench.ask(row, {
      maxTokens: null,
      signal: stop.signal,
      onPart: (part) => part.type === "text" && (said += part.text),
    });
    await until(() => said.length > 5, "its first words");
    await until(() => bench.models.view(row).loaded?.isBusy === true, "it to be at work");
    stop.abort();
    expect(await answer).toMatchObject({ ok: false, error: { type: "cancelled" } });
    await bench.rested(row, 1);
    expect((await bench.reply(row, { maxTokens: 3 })).usage.output).toBe(3);
  });

  it("is stopped while it reads a prompt in", async () => {
    const bench = new EmbeddedBench();
    const row = bench.write("reader", {}, { contextSize: 32_768 });
    const stop = new AbortController();
    const answer = bench.ask(row, {
      messages: [{ role: "user", text: "word ".repeat(5_000) }],
      signal: stop.signal,
      onPart: ({ type }) => type === "progress" && stop.abort(),
    });
    expect(await answer).toMatchObject({ ok: false, error: { type: "cancelled" } });
    await bench.rested(row, 1);
    await bench.reply(row, { maxTokens: 2 });
  });

  it("refuses a prompt that its window hasn't room for, and never cuts one", async () => {
    const bench = new EmbeddedBench();
    const row = bench.write("small", {}, { contextSize: 512 });
    expect(await bench.ask(row, { messages: [{ role: "user", text: "word ".repeat(500) }] })).toMatchObject({
      ok: false,
      error: { kind: "refused", status: 400, message: expect.stringContaining("exceeds the available context size of 512") },
    });
    const endless = bench.write("endless", { end: -9 }, { contextSize: 512 });
    const { cut, usage } = await bench.reply(endless, { maxTokens: null });
    expect(cut).toBe(true);
    expect((usage.input ?? 0) + (usage.output ?? 0)).toBeLessThanOrEqual(512);
  });

  it("ends a request whose process is killed with a reason, and is loaded anew by the next", async () => {
    const bench = new EmbeddedBench();
    const row = bench.write("mortal", { end: -9 });
    let said = "";
    const answer = bench.ask(row, { maxTokens: null, onPart: (part) => part.type === "text" && (said += part.text) });
    await until(() => said.length > 5, "its first words");
    process.kill(bench.pidOf(row), "SIGKILL");
    expect(await answer).toMatchObject({ ok: false, error: { type: "failed", kind: "unreachable" } });
    await until(() => bench.models.view(row).state === "failed", "its end to be known");
    expect(bench.models.view(row).problem).toEqual({ reason: "ended", message: "Its process was ended by SIGKILL" });
    expect((await bench.reply(row, { maxTokens: 3 })).usage.output).toBe(3);
    // Its address doesn't come back, so nothing is asked there again.
    const reading = bench.ask(row, {
      messages: [{ role: "user", text: "word ".repeat(700) }],
      onPart: ({ type }) => type === "progress" && process.kill(bench.pidOf(row), "SIGKILL"),
      onRetry: () => expect.unreachable("It was asked again"),
    });
    expect(await reading).toMatchObject({ ok: false, error: { type: "failed", kind: "unreachable" } });
  });

  it("doesn't load what memory has no room for unless it is told to, and says how much that is", async () => {
    const bench = new EmbeddedBench();
    const row = bench.write("vast", { keyLength: 16_777_216 });
    const refused = await bench.models.hosted(row.id).load(false);
    expect(refused).toMatchObject({
      ok: false,
      error: { reason: "memory", message: expect.stringMatching(/needs about .*B .*B are free/) },
    });
    // Its file lies, so it can't be loaded; but it was tried.
    expect(await bench.models.hosted(row.id).load(true)).toMatchObject({ ok: false, error: { reason: "load" } });
    expect(await bench.models.route("embedded/vast", signal, () => {})).toMatchObject({
      ok: false,
      error: { type: "gone", message: expect.stringContaining("smaller window") },
    });
  });

  it("is unloaded after it had nothing to do for as long as the person chose", async () => {
    const bench = new EmbeddedBench();
    bench.idleMs = 60_000;
    const row = bench.write("idle");
    await bench.reply(row, { maxTokens: 2 });
    await bench.rested(row, 1);
    const pid = bench.pidOf(row);
    bench.clock.advance(59_000);
    expect(bench.models.view(row).state).toBe("loaded");
    bench.clock.advance(1_000);
    expect(bench.models.view(row).state).toBe("not-loaded");
    await bench.gone(pid);
  });

  it("stays for a turn that waits, and after it for as long as the person chose by then", async () => {
    const bench = new EmbeddedBench();
    bench.idleMs = 60_000;
    const row = bench.write("held");
    const letGo = bench.models.hold("embedded/held");
    await bench.reply(row, { maxTokens: 2 });
    await bench.rested(row, 1);
    bench.clock.advance(600_000);
    bench.models.idleChanged();
    bench.clock.advance(600_000);
    expect(bench.models.view(row).state).toBe("loaded");
    letGo();
    letGo();
    bench.clock.advance(59_000);
    bench.idleMs = 120_000;
    bench.models.idleChanged();
    bench.clock.advance(119_000);
    expect(bench.models.view(row).state).toBe("loaded");
    bench.clock.advance(1_000);
    expect(bench.models.view(row).state).toBe("not-loaded");
  });

  it("isn't loaded for a prompt that was stopped meanwhile, unless somebody else wants it", async () => {
    const bench = new EmbeddedBench();
    const row = bench.write("unwanted");
    const stop = new AbortController();
    const waiting = bench.models.route("embedded/unwanted", stop.signal, () => {});
    await until(() => bench.models.hosted(row.id).host !== null, "its process");
    const pid = bench.pidOf(row);
    stop.abort();
    expect(await waiting).toMatchObject({ ok: false });
    await bench.gone(pid);
    expect(bench.models.view(row).state).toBe("not-loaded");
    const again = new AbortController();
    const [left, kept] = [
      bench.models.route("embedded/unwanted", again.signal, () => {}),
      bench.models.hosted(row.id).load(false),
    ];
    again.abort();
    expect([(await left).ok, (await kept).ok]).toEqual([false, true]);
  });

  it("ends a look at a file with whoever asked, after a minute, and with Hearth, and waits for it", async () => {
    const program = path.join(tempFolder("slow-host"), "host.mjs");
    writeFileSync(program, "setInterval(() => {}, 1e6); // It says nothing, and stays.");
    const slow = new EmbeddedBench({ program });
    const wanted = { file: "/models/slow.gguf", contextSize: null, threads: null };
    const stop = new AbortController();
    const stopped = slow.models.lookAt(wanted, stop.signal);
    await until(() => slow.processes.length === 1, "its process");
    stop.abort();
    expect(await stopped).toMatchObject({ ok: false, error: { message: "The look at it was stopped" } });
    expect(slow.processes).toEqual([]);
    const late = slow.models.lookAt(wanted, signal);
    await until(() => slow.processes.length === 1, "its process");
    slow.clock.advance(60_000);
    expect(await late).toMatchObject({ ok: false, error: { message: expect.stringContaining("60 s") } });
    const order: string[] = [];
    const last = slow.models.lookAt(wanted, signal).then(() => order.push("look"));
    const loading = slow.models.hosted(slow.write("slow").id).load(false);
    await slow.models.dispose();
    order.push("end");
    expect([await last, (await loading).ok, order, slow.processes]).toEqual([1, false, ["look", "end"], []]);
  });

  it("names Node where there is none to run it with, and what to do", async () => {
    const bench = new EmbeddedBench({ node: "node-that-is-nowhere" });
    bench.write("tiny");
    const routed = await bench.models.route("embedded/tiny", signal, () => {});
    expect(routed).toMatchObject({ ok: false, error: { message: expect.stringMatching(/Node, which .* Install Node 22/) } });
  });
});
