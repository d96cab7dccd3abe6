import path from "node:path";
import { onTestFinished } from "vitest";
import { EmbeddedModels, modelIdOf } from "../assistant/embedded/embedded-models.ts";
import type { UsableModel } from "../assistant/models/model.ts";
import { ModelClient, type ModelRequest } from "../assistant/wire/model-client.ts";
import type { Reply, ReplyPart } from "../assistant/wire/read-reply.ts";
import { ManualClock, systemClock } from "../lib/clock.ts";
import { Listeners } from "../lib/listeners.ts";
import { isRunning } from "../lib/process-tree.ts";
import type { EmbeddedModelRow } from "../store/local-models.ts";
import type { RecordedProcess } from "../store/processes.ts";
import { modelEngine } from "./model-engine.ts";
import { ownPrograms } from "./own-programs.ts";
import { tempFolder } from "./temp-folder.ts";
import { writeTinyModel, type TinyModel } from "./tiny-gguf.ts";
import { until } from "./until.ts";

type Asked = Partial<Pick<ModelRequest, "tools" | "messages" | "maxTokens">> & {
  signal?: AbortSignal;
  onPart?: (part: ReplyPart) => void;
  onRetry?: () => void;
};

/** Models that the real engine serves from files written on the spot, for the test that runs. */
export class EmbeddedBench {
  readonly folder = tempFolder("embedded");
  readonly clock = new ManualClock();
  readonly rows: EmbeddedModelRow[] = [];
  readonly processes: RecordedProcess[] = [];
  readonly changed = new Listeners<null>(() => {});
  readonly models: EmbeddedModels;
  idleMs: number | null = null;
  /** Model → how many times it had nothing left to do after it had worked. */
  readonly #rests = new Map<string, number>();
  readonly #busy = new Set<string>();

  constructor({ program = ownPrograms.modelHost, node = process.execPath } = {}) {
    this.models = new EmbeddedModels({
      rows: { embedded: () => this.rows },
      ...{ node, program, home: path.join(this.folder, "home") },
      clock: this.clock,
      processes: {
        add: (added) => void this.processes.push(added),
        remove: (pid) =>
          void this.processes.splice(
            this.processes.findIndex((one) => one.pid === pid),
            1,
          ),
      },
      shellEnv: async () => ({ PATH: process.env["PATH"] ?? "" }),
      engine: () => modelEngine,
      idleMs: () => this.idleMs,
      changed: this.changed,
    });
    this.changed.on(() => this.rows.forEach((row) => this.#note(row)));
    onTestFinished(() => this.models.dispose());
  }

  #note(row: EmbeddedModelRow): void {
    const isBusy = this.models.view(row).loaded?.isBusy ?? false;
    if (isBusy) this.#busy.add(row.id);
    else if (this.#busy.delete(row.id)) this.#rests.set(row.id, (this.#rests.get(row.id) ?? 0) + 1);
  }

  /** What it tells of its work comes another way than its answers. */
  rested(row: EmbeddedModelRow, times: number): Promise<unknown> {
    return until(() => this.#rests.get(row.id) === times, "it to have nothing left to do");
  }

  /** Its file is written; it has one thread, so that tests beside each other don't wait for each other's. */
  write(name: string, model: TinyModel = {}, choice: { contextSize?: number } = {}): EmbeddedModelRow {
    const file = path.join(this.folder, `${name}.gguf`);
    writeTinyModel(file, model);
    const row = { id: name, name, file, contextSize: choice.contextSize ?? 4_096, threads: 1, createdAt: 0 };
    this.rows.push(row);
    return row;
  }

  async usable(row: EmbeddedModelRow): Promise<UsableModel> {
    const routed = await this.models.route(modelIdOf(row), new AbortController().signal, () => {});
    if (!routed.ok) throw new Error(routed.error.message);
    return { ...routed.value, sampling: {} };
  }

  /** One request, as a turn sends it. */
  async ask(
    row: EmbeddedModelRow,
    { signal, onPart = () => {}, onRetry = () => {}, ...asked }: Asked = {},
  ): ReturnType<ModelClient["request"]> {
    const client = new ModelClient({ clock: systemClock });
    return client.request(
      {
        ...{ usable: await this.usable(row), system: "You are Tiny.", messages: [{ role: "user", text: "Say something." }] },
        ...{ tools: [], maxTokens: 64, thinking: null, ...asked },
      },
      { onPart, onRetry },
      signal ?? new AbortController().signal,
    );
  }

  async reply(row: EmbeddedModelRow, asked: Asked = {}): Promise<Reply> {
    const reply = await this.ask(row, asked);
    if (!reply.ok) throw new Error(JSON.stringify(reply.error));
    return reply.value;
  }

  pidOf(row: EmbeddedModelRow): number {
    const pid = this.models.hosted(row.id).host?.pid;
    if (pid === undefined) throw new Error(`${row.name} has no process`);
    return pid;
  }

  gone(pid: number): Promise<unknown> {
    return until(() => !isRunning(pid), "the end of its process");
  }
}
