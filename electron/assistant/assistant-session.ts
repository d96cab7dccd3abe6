import path from "node:path";
import type { AgentOptions, CurrentChoice } from "../../shared/contract/agents.ts";
import { fail, ok, type Result } from "../../shared/result.ts";
import type { BackendDeps } from "../agents/backend.ts";
import type { AgentFailure, AgentHost, LeftCommands, OpenRequest, PromptRequest, TurnEnd, TurnPause } from "../agents/port.ts";
import { assistantOptions, defaultModel, modeOf } from "./assistant-options.ts";
import { clip } from "./context/clip.ts";
import type { Conversation } from "./conversation/conversation.ts";
import type { Measured } from "./conversation/tokens.ts";
import type { ServerUse } from "./helper/server-use.ts";
import { TurnUse } from "./helper/turn-use.ts";
import { wireTools } from "./loop/wire-tools.ts";
import { turnWithTasks } from "./loop/task-run.ts";
import { McpServers, type McpServersDeps } from "./mcp/mcp-servers.ts";
import { mcpTools } from "./mcp/mcp-tool.ts";
import type { Models, UsableModel } from "./models/model.ts";
import { askedPersona, begunPersona, keptOf } from "./personas/find-persona.ts";
import { limitsWith, modeWith, personaText, type Persona, type PersonaFiles } from "./personas/persona.ts";
import { projectRules } from "./prompt/project-rules.ts";
import { isCompact, systemPrompt } from "./prompt/system-prompt.ts";
import { userMessage } from "./prompt/user-message.ts";
import { maxAnswerBytes } from "./tools/answer/bound-answer.ts";
import { Outputs } from "./tools/answer/outputs.ts";
import { Jobs } from "./tools/commands/jobs.ts";
import { FilesSeen } from "./tools/files-seen.ts";
import { askedSkill, skillsText, skillText } from "./skills/skill-words.ts";
import { Skills, type SkillFiles } from "./skills/skills.ts";
import type { Tool } from "./tools/tool.ts";
import type { ModelClient } from "./wire/model-client.ts";
import type { Thinking } from "./wire/request-body.ts";

export type AssistantSessionDeps = Pick<BackendDeps, "clock" | "log" | "isTrusted" | "policyModes" | "transcripts"> & {
  models: Models;
  tools: readonly Tool[];
  client: ModelClient;
  /** Outputs that are too long for a model lie here, in a folder for each chat. */
  outputsFolder: string;
  skillFiles: SkillFiles;
  personaFiles: PersonaFiles;
  /** Told which server works for a turn. */
  use: ServerUse;
} & McpServersDeps;

export type Place = Pick<OpenRequest, "chatId" | "agentId" | "projectId" | "workingCopyPath" | "folder">;
type Going = { stop: AbortController; killed: boolean; over: Promise<unknown> };

const forgotten = "What this turn had done is no longer known, so it can't go on. Say in a new prompt what is left to do.";
const interrupted = "Hearth was closed before this ended. It is not known whether it did anything.";

/**
 * The built-in agent in one chat: its conversation, and at most one turn. It owns the commands that its model left in the
 * background, until `close`. What files its model has seen is of this run of Hearth: after a restart they are read anew.
 */
export class AssistantSession {
  readonly place: Place;
  readonly id: string;
  readonly #deps: AssistantSessionDeps;
  readonly #conversation: Conversation;
  readonly #jobs = new Jobs();
  readonly #files = new FilesSeen();
  readonly #outputs: Outputs;
  readonly #skills: Skills;
  readonly #mcp: McpServers;
  /** What MCP servers' tools may take of a request. */
  #mcpChars: number | null = null;
  #going: Going | null = null;
  #current: CurrentChoice;
  #measured: { modelId: string; last: Measured } | null = null;

  constructor(deps: AssistantSessionDeps, place: Place, id: string, conversation: Conversation) {
    this.#deps = deps;
    this.place = place;
    this.id = id;
    this.#conversation = conversation;
    this.#outputs = new Outputs(path.join(deps.outputsFolder, place.chatId));
    const isTrusted = (): Promise<boolean> => deps.isTrusted(place.projectId);
    this.#mcp = new McpServers(deps, place);
    this.#skills = new Skills({ files: deps.skillFiles, workingCopy: place.workingCopyPath, isTrusted });
    this.#current = { modelId: defaultModel(deps.models.list()), modeId: "code", thinkingLevel: null };
  }

  get isBusy(): boolean {
    return this.#going !== null;
  }

  get current(): CurrentChoice {
    return this.#current;
  }

  get options(): AgentOptions {
    return assistantOptions(this.#deps.models.list());
  }

  async prompt(request: PromptRequest, host: AgentHost): Promise<Result<TurnEnd | TurnPause, AgentFailure>> {
    if (this.#going) return fail({ type: "protocol", message: "A turn is going on in this chat" });
    const stop = new AbortController();
    const turn = this.#turn(request, host, stop.signal).catch((error: unknown): Result<never, AgentFailure> => {
      this.#deps.log.error("assistant.turn", error);
      return fail({ type: "failed", message: error instanceof Error ? error.message : String(error) });
    });
    const going: Going = { stop, killed: false, over: turn };
    this.#going = going;
    const ended = await turn;
    this.#going = null;
    return going.killed ? fail({ type: "killed", message: "The turn was ended" }) : ended;
  }

  /** Ends the request to the server at once; tools that write are let end. */
  cancel(): void {
    this.#going?.stop.abort();
  }

  /** The turn ends as killed; resolves once nothing of it goes on. */
  async kill(): Promise<void> {
    const going = this.#going;
    if (!going) return;
    going.killed = true;
    going.stop.abort();
    await going.over;
  }

  /** Of those that its model left in the background. */
  endCommands({ endWithinMs, nameWithinMs }: { endWithinMs: number; nameWithinMs: number }): Promise<LeftCommands> {
    const now = this.#deps.clock.monotonic();
    return this.#jobs.endBegun({ end: now - endWithinMs, name: now - nameWithinMs });
  }

  async close(): Promise<void> {
    await this.kill();
    await Promise.all([this.#jobs.endAll(), this.#mcp.close()]);
  }

  async #turn(request: PromptRequest, host: AgentHost, signal: AbortSignal): Promise<Result<TurnEnd | TurnPause, AgentFailure>> {
    if (request.blocks.some(({ type }) => type === "image"))
      return fail({ type: "unsupported", message: "This agent takes no images. Take the image out, or choose another agent." });
    const asked = await this.#persona(request);
    if (!asked.ok) return asked;
    const persona = asked.value;
    const { models } = this.#deps;
    const modelId = this.#modelOf(persona) ?? request.modelId ?? defaultModel(models.list());
    if (modelId === null) return fail({ type: "unavailable", message: "No model server was found" });
    const letGo = models.hold(modelId);
    return this.#turnOf({ persona, modelId }, request, host, signal).finally(letGo);
  }

  async #turnOf(
    { persona, modelId }: { persona: Persona | null; modelId: string },
    request: PromptRequest,
    host: AgentHost,
    signal: AbortSignal,
  ): Promise<Result<TurnEnd | TurnPause, AgentFailure>> {
    const found = await this.#model(modelId, signal, host);
    if (signal.aborted) return ok({ reason: "cancelled", usage: null });
    if (!found.ok) return found;
    const usable = { ...found.value, sampling: { ...found.value.sampling, ...persona?.sampling } };
    const mode = modeWith(persona, modeOf(request.modeId) ?? this.#policyMode(request) ?? "code");
    const limits = limitsWith(persona, request.limits);
    const thinking = thinkingOf(request.thinkingLevel);
    this.#current = { modelId: usable.model.id, modeId: mode, thinkingLevel: request.thinkingLevel };
    host.onUpdate({ type: "model", modelId: usable.model.id });
    const conversation = this.#conversation;
    if (request.goesOn && conversation.length === 0) return fail({ type: "failed", message: forgotten });
    // Some servers tell the window only while the model is loaded: what a conversation began with stays.
    const compact = conversation.beganCompact ?? isCompact(usable.model.window);
    const system = await conversation.system(compact, () => this.#system(compact));
    for (const { id, name } of conversation.openCalls()) conversation.add({ role: "tool", callId: id, name, text: interrupted });
    const date = new Date(this.#deps.clock.now()).toISOString().slice(0, 10);
    if (!request.goesOn) {
      const blocks = persona ? withPersona(request.blocks, persona) : await this.#withSkill(request.blocks, usable);
      const kept = persona ? { persona: persona.name, kept: keptOf(persona) } : { persona: null };
      conversation.add({ ...userMessage(blocks, { mode, date }, conversation.told), ...kept });
    }
    const { log, transcripts, use, clock } = this.#deps;
    const tools = await this.#tools(usable, compact, host, signal);
    if (signal.aborted) return ok({ reason: "cancelled", usage: null });
    const { workingCopyPath: root, folder, chatId, agentId } = this.place;
    const turnUse = new TurnUse({ use, clock, url: usable.route.url });
    const client: Pick<ModelClient, "request"> = {
      request: (...given) => turnUse.during(() => this.#deps.client.request(...given)),
    };
    const run = async (): ReturnType<AssistantSession["prompt"]> =>
      turnWithTasks({
        ...{ client, conversation, tools, host, log, usable, system, isCompact: compact, mode, thinking, limits },
        only: persona?.tools ?? null,
        calls: {
          chatId,
          root,
          folder,
          contract: request.integrationContract ?? null,
          skills: this.#skills,
          files: this.#files,
          outputs: this.#outputs,
          jobs: this.#jobs,
          ...answerLimit(usable),
        },
        measured: this.#measured?.modelId === usable.model.id ? this.#measured.last : null,
        onMeasured: (last) => (this.#measured = last && { modelId: usable.model.id, last }),
        tasks: { transcripts, chatId, agentId },
      }).run(signal);
    return run().finally(() => turnUse.end());
  }

  /** That the prompt asks for by its name; where a turn goes on, the one it began with. */
  async #persona({ blocks, goesOn }: PromptRequest): Promise<Result<Persona | null, AgentFailure>> {
    const { isTrusted, personaFiles } = this.#deps;
    const { projectId, workingCopyPath } = this.place;
    const read = async (name: string) => personaFiles.read(name, (await isTrusted(projectId)) ? workingCopyPath : null);
    return goesOn ? begunPersona(this.#conversation.persona, read) : askedPersona(askedName(blocks), read);
  }

  /** One that isn't there any more counts as none. */
  #modelOf(persona: Persona | null): string | null {
    const wanted = persona?.model ?? null;
    return this.#deps.models.list().find(({ id, name }) => id === wanted || name === wanted)?.id ?? null;
  }

  async #model(id: string, signal: AbortSignal, host: AgentHost): Promise<Result<UsableModel, AgentFailure>> {
    const found = await this.#deps.models.find(id, signal, (share) =>
      host.onUpdate({ type: "reading", what: "model", read: Math.floor(share * 100), total: 100 }),
    );
    return found.ok ? found : fail({ type: "model-unavailable", message: found.error.message });
  }

  #policyMode({ policy }: PromptRequest) {
    const { modes } = this.#deps.policyModes(this.place.agentId, policy);
    return modes.map(modeOf).find((mode) => mode !== null);
  }

  /** Its own, and behind them those of MCP servers, as far as the window has room for them. */
  async #tools({ model }: UsableModel, compact: boolean, host: AgentHost, signal: AbortSignal): Promise<readonly Tool[]> {
    const own = this.#deps.tools;
    const servers = await this.#mcp.look(host, signal);
    if (servers.length === 0) return own;
    // A server may tell the window only once the model is loaded: the tools of a conversation don't change by that.
    this.#mcpChars = Math.min(this.#mcpChars ?? model.window ?? mostMcpChars, model.window ?? mostMcpChars);
    const charsOf = (tool: Tool): number => JSON.stringify(wireTools([tool], compact)).length;
    const room = { taken: own.map(({ name }) => name), maxChars: this.#mcpChars, charsOf };
    const { tools, leftOut } = mcpTools(servers, room);
    if (leftOut.length > 0) this.#mcp.tell(host, [noRoomFor(leftOut)]);
    return [...own, ...tools];
  }

  async #system(compact: boolean): Promise<string> {
    const { projectId, workingCopyPath, folder } = this.place;
    const trusted = await this.#deps.isTrusted(projectId);
    const rules = trusted ? projectRules(workingCopyPath, folder, compact) : [];
    return systemPrompt(compact, rules, skillsText(await this.#skills.list(), compact));
  }

  /** A prompt that begins with `/name` brings the skill of that name with it. */
  async #withSkill(blocks: PromptRequest["blocks"], usable: UsableModel): Promise<PromptRequest["blocks"]> {
    const name = askedName(blocks);
    const skill = name === null ? null : await this.#skills.read(name);
    if (name === null || !skill) return blocks;
    const text = clip(skillText(name, skill), answerLimit(usable).answerBytes ?? maxAnswerBytes);
    return [{ type: "account", text }, ...blocks];
  }
}

/** Of what a request says of MCP servers' tools; of a window that is known, a quarter, at four characters a token. */
const mostMcpChars = 32_000;

function noRoomFor(names: readonly string[]): string {
  const more = names.length > 8 ? ` and ${names.length - 8} more` : "";
  return `The model's window has no room for all tools of MCP servers. Left out: ${names.slice(0, 8).join(", ")}${more}. Switch off servers that this project doesn't need.`;
}

/** The name that a prompt begins with, as `/name …`. */
function askedName(blocks: PromptRequest["blocks"]): string | null {
  const first = blocks.find((block) => block.type === "text");
  return first ? askedSkill(first.text) : null;
}

function withPersona(blocks: PromptRequest["blocks"], persona: Persona): PromptRequest["blocks"] {
  return [{ type: "account", text: personaText(persona) }, ...blocks];
}

function thinkingOf(level: string | null): Thinking | null {
  return level === "on" || level === "off" || level === "auto" ? level : null;
}

/** One answer of a tool takes at most a quarter of the window, at three bytes a token. */
function answerLimit({ model }: UsableModel): { answerBytes?: number } {
  return model.window === null ? {} : { answerBytes: Math.max(2_000, Math.floor((model.window * 3) / 4)) };
}
