import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { childEnvironment } from "../../../electron/agents/child-environment.ts";
import { builtInAgents } from "../../../electron/agents/catalog.ts";
import type { Transport } from "../../../electron/agents/definition.ts";
import { withFreePort } from "../../../electron/agents/programs/free-port.ts";
import { findProgram } from "../../../electron/lib/find-program.ts";
import { startModelServer, type ModelServer } from "../../../electron/testing/model-server.ts";
import { findRealAgent, offlineEnv, prepareAgentHome, type RealAgent } from "../../../electron/testing/real-agents.ts";
import { createWorkPlace, type WorkPlace } from "../../kit/work-place.ts";
import { startBareAcp, type BareAgent, type Launch } from "./bare-agent.ts";
import { startBareServer } from "./bare-server.ts";
import { root } from "./host.ts";

/** An agent, and what is spoken with it; without a protocol, what comes first in the catalogue. */
export type Subject = { name: string; agentId: string; protocol?: Transport["protocol"] };

/** Those of which the tests have a program, and the practice agent. */
function knownSubjects(): Subject[] {
  const has = (agent: RealAgent): boolean => findRealAgent(agent) !== null;
  return [
    { name: "practice", agentId: "practice" },
    ...(has("opencode")
      ? [
          { name: "opencode", agentId: "opencode" },
          { name: "opencode over ACP", agentId: "opencode", protocol: "acp" as const },
        ]
      : []),
    ...(has("qwen") ? [{ name: "qwen", agentId: "qwen" }] : []),
  ];
}

/** Those named, or all that are known. */
export function subjectsOf(names: readonly string[]): Subject[] {
  if (names.length === 0) return knownSubjects();
  return names.flatMap((name) => {
    const known = knownSubjects().filter(({ agentId }) => agentId === name);
    return known.length > 0 ? known : [{ name, agentId: name }];
  });
}

/**
 * A home, a repository and a scripted model for one agent, until `close`. An agent that the tests don't prepare runs in
 * the person's own home, with the model that they have set up for it.
 */
export class AgentPlace {
  readonly subject: Subject;
  readonly work: WorkPlace;
  readonly hostEnv: Record<string, string>;
  readonly #model: ModelServer;
  readonly #own: Record<string, string>;
  /** Where a core says what it noted, once it has ended. */
  readonly marksFile: string;
  /** When the model was last asked, by this process's clock. */
  askedAt = 0;

  static async open(subject: Subject): Promise<AgentPlace> {
    const model = await startModelServer(() => ({}));
    return new AgentPlace(subject, model, await createWorkPlace());
  }

  private constructor(subject: Subject, model: ModelServer, work: WorkPlace) {
    this.subject = subject;
    this.work = work;
    this.#model = model;
    this.marksFile = path.join(work.root, "marks.json");
    model.script(() => {
      this.askedAt = performance.now();
      return { text: ["One", " two", " three."] };
    });
    const { agentId, protocol } = subject;
    const isPrepared = knownSubjects().some((known) => known.agentId === agentId);
    const home = isPrepared ? prepareAgentHome(work.home, model.url) : personsEnv();
    this.#own = isReal(agentId) ? offlineEnv[agentId](model.url) : {};
    this.hostEnv = { ...work.hostEnv, ...home };
    const config = path.join(work.root, "config");
    mkdirSync(config, { recursive: true });
    writeFileSync(path.join(config, "agents.json"), JSON.stringify({ [agentId]: { env: this.#own, protocol } }));
    // A login shell sets PATH anew; a person's profile is where the folders of their programs come from.
    if (isPrepared) writeFileSync(path.join(work.home, ".profile"), `export PATH='${home["PATH"]}'\n`);
  }

  /** The agent as Hearth starts it, and driven by nothing but its protocol. */
  async startBare(): Promise<BareAgent> {
    const practice = { command: process.execPath, args: [path.join(root, "out/main/practice-agent.js")] };
    const agents = builtInAgents(practice, path.join(root, "out/main/opencode-plugin.js"));
    const definition = agents.find(({ id }) => id === this.subject.agentId);
    const wanted = this.subject.protocol ?? definition?.transports[0]?.protocol;
    const transport = definition?.transports.find(({ protocol }) => protocol === wanted);
    if (!definition || !transport) throw new Error(`No agent ${this.subject.name}`);
    const program = findProgram(definition.programs[0] ?? "", this.hostEnv);
    if (program.path === null) throw new Error(program.reason);
    const env = childEnvironment({ ...definition, env: { ...definition.env, ...this.#own } }, this.hostEnv, program.path);
    const launch: Launch = { command: program.path, args: await withFreePort(transport.args), env };
    return (transport.protocol === "acp" ? startBareAcp : startBareServer)(launch, this.work.repo);
  }

  async close(): Promise<void> {
    await this.#model.close();
    this.work.dispose();
  }
}

function isReal(agentId: string): agentId is RealAgent {
  return agentId in offlineEnv;
}

function personsEnv(): Record<string, string> {
  return Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
