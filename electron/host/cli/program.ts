import { Command, CommanderError, InvalidArgumentError } from "commander";
import { addAgents } from "./agents-command.ts";
import { answer, type AnswerOptions } from "./answer.ts";
import { apply, listChanges, type ApplyOptions, type ListOptions } from "./changes.ts";
import { listCheckpoints, restore, type RestoreOptions } from "./checkpoints.ts";
import { CliFailure, connectionLost, isCallError, type ExitCode } from "./cli-failure.ts";
import { connect, type CoreConnection } from "./connect.ts";
import { doctor } from "./doctor.ts";
import { listModels } from "./models.ts";
import { addMcp } from "./mcp-command.ts";
import { proveAgent, type ProveOptions } from "./prove.ts";
import { resumeRun, runPrompt, type RunOptions } from "./run.ts";
import { serveCommand, type ServeDeps } from "./serve-command.ts";
import { listSessions, showSession, stop } from "./sessions.ts";
import { terminals, type TerminalOptions } from "./terminals.ts";

export type ProgramDeps = Omit<ServeDeps, "dataDir"> & {
  folders(dataDir?: string): { dataDir: string; configDir: string };
  /** Opens the core on the folder that was settled on. */
  openCoreIn(dataDir: string): ServeDeps["openCore"];
  /** What stands in standard input, when it isn't a terminal. */
  readStdin(): Promise<string | null>;
};

/** Runs one command and returns how the process is to end. Expected failures are thrown as `CliFailure`. */
export async function runProgram(deps: Omit<ProgramDeps, "openCore">, args: readonly string[]): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  const program = createProgram(deps, (code) => (exitCode = code));
  try {
    await program.parseAsync(args, { from: "user" });
    return exitCode;
  } catch (error) {
    // Commander has said what was wrong already; help and version end well.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
}

function createProgram(deps: Omit<ProgramDeps, "openCore">, end: (code: ExitCode) => void): Command {
  const { io } = deps;
  const program = new Command("hearth")
    .description("Run coding agents side by side on your own repositories.")
    .version(deps.version)
    .option("--data-dir <folder>", "where Hearth keeps its data (else HEARTH_DATA_DIR, else the platform's usual place)")
    .exitOverride()
    .showHelpAfterError("Help: hearth --help")
    .configureOutput({ writeOut: (text) => io.write(text), writeErr: (text) => io.note(text.trimEnd()) });
  const serveDeps = (dataDir?: string): ServeDeps => {
    const folders = deps.folders(dataDir ?? program.opts<{ dataDir?: string }>().dataDir);
    return { ...deps, dataDir: folders.dataDir, openCore: deps.openCoreIn(folders.dataDir) };
  };
  const open = (): Promise<CoreConnection> => connect(serveDeps());
  /** Does the work with a connection that ends with it. */
  const withCore = async (work: (connection: CoreConnection) => Promise<ExitCode | void>): Promise<void> => {
    const connection = await open();
    const lost = connection.ended.then(() => Promise.reject(connectionLost()));
    try {
      end((await Promise.race([work(connection), lost])) ?? 0);
    } catch (error) {
      // What a call rejects with whose connection breaks says nothing to a person.
      throw connection.isOpen() || isCallError(error) ? error : connectionLost();
    } finally {
      await connection.close();
    }
  };
  addServing(program, serveDeps, end);
  addRun(program, deps, withCore);
  addResume(program, deps, withCore);
  addReading(program, deps, withCore);
  addAgents(program, deps, withCore);
  addMcp(program, deps, withCore);
  addChanging(program, deps, withCore);
  program
    .command("doctor")
    .argument("[command...]", "after --: a command that speaks as an agent, to be tried out like one of the list")
    .description(
      "tell how Hearth stands on this machine: folders, git, agents and why one can't be used; with an agent or a command, try out with real prompts what is true of it (0: it can be used)",
    )
    .option("--agent <id>", "the agent to try out; what is proved is kept and used")
    .option("--yes", "begin with the real prompts without asking")
    .option("--json", "as JSON")
    .action(async ([command, ...args]: string[], options: ProveOptions & { agent?: string }) => {
      const wanted = options.agent === undefined ? command !== undefined && { command, args } : { id: options.agent };
      if (wanted) await withCore(({ rpc }) => proveAgent({ rpc, io, onInterrupt: deps.onInterrupt }, wanted, options));
      else end(await doctor(io, deps.folders(program.opts<{ dataDir?: string }>().dataDir), open, options));
    });
  return program;
}

type WithCore = (work: (connection: CoreConnection) => Promise<ExitCode | void>) => Promise<void>;
type Deps = Omit<ProgramDeps, "openCore">;

function addServing(program: Command, depsFor: (dataDir?: string) => ServeDeps, end: (code: ExitCode) => void): void {
  program
    .command("serve")
    .description(
      "serve Hearth to a browser and to programs, on this machine only, until Ctrl+C; takes over from a command's core",
    )
    .option("--port <number>", "the port; 0 lets the system choose", portNumber, 0)
    .option("--data-dir <folder>", "where Hearth keeps its data")
    .option("--open", "open the page in the browser")
    .option("--json", 'say {"url","token","pid"} on the first line, and again when it takes over')
    .action(async (options: { port: number; dataDir?: string; open?: boolean; json?: boolean }) => {
      end(await serveCommand(depsFor(options.dataDir), options));
    });
  program
    .command("open")
    .argument("[path]", "a folder to add as a project")
    .description("open Hearth in the browser; starts it when it doesn't run")
    .action(async (path?: string) => {
      end(await serveCommand(depsFor(), { port: 0, open: true, ...(path === undefined ? {} : { path }) }));
    });
}

function addRun(program: Command, deps: Deps, withCore: WithCore): void {
  program
    .command("run")
    .argument("[prompt]", "what the agent should do; from standard input when left out or -")
    .description(
      "send one prompt and follow it to the end (0 completed, 1 failed, 2 refused, 3 paused, 130 cancelled); other commands can join meanwhile, and it stays until their runs have ended",
    )
    .option("--project <path or id>", "the project; else the one of the current folder")
    .option("--session <id>", "go on in a session; else a new one is made")
    .option("--once", "in a session of its own that is deleted at the end, unless it holds work that would be lost")
    .option("--now", "with --session: stop the turn that goes on in its chat, and send this instead")
    .option("--agent <id>", "the agent; else the chat's last, else the default")
    .option("--model <id>", "the model; else the agent's own choice")
    .option("--mode <id>", "the agent's mode")
    .option("--base <ref>", "the branch, tag or commit that the new session begins at; else what is checked out")
    .option("--in-place", "work in the project's folder, not in a worktree of its own")
    .option("--allow-unasked", "let an agent that never asks work in this session: in place, or under Plan only")
    .option("--yes", "answer yes to what is asked: trust in the project, and each permission, once")
    .option("--apply", "bring the changes into the project's checkout when it has completed")
    .option("--json", "print the run's events, one JSON object a line")
    .action(async (words: string | undefined, options: RunOptions) => {
      const prompt = words === undefined || words === "-" ? await deps.readStdin() : words;
      if (prompt === null || prompt.trim() === "") {
        throw new CliFailure("INPUT_INVALID", 'prompt: Say what the agent should do: hearth run "…", or through standard input.');
      }
      await withCore(({ rpc }) => runPrompt({ rpc, io: deps.io, onInterrupt: deps.onInterrupt }, prompt, options));
    });
}

function addResume(program: Command, deps: Deps, withCore: WithCore): void {
  program
    .command("resume")
    .argument("<run>")
    .description("go on with a paused run and follow it to the end, as `run` does")
    .option("--yes", "answer each permission with yes, once")
    .option("--json", "print the run's events from here on, one JSON object a line")
    .action((id: string, options: { yes?: boolean; json?: boolean }) =>
      withCore(({ rpc }) => resumeRun({ rpc, io: deps.io, onInterrupt: deps.onInterrupt }, id, options)),
    );
}

function addReading(program: Command, { io }: Deps, withCore: WithCore): void {
  program
    .command("ls")
    .description("list projects and their sessions")
    .option("--project <path or id>", "of this project only")
    .option("--all", "archived ones too")
    .option("--json", "as JSON")
    .action((options: { project?: string; all?: boolean; json?: boolean }) =>
      withCore(({ rpc }) => listSessions(rpc, io, options)),
    );
  program
    .command("models")
    .description("list where local models are served, and each with its context window; asks their servers")
    .option("--json", "as JSON")
    .action((options: { json?: boolean }) => withCore(({ rpc }) => listModels(rpc, io, options)));
  program
    .command("show")
    .argument("<session or run>")
    .description("show a session with its chats and runs, or a run")
    .option("--json", "as JSON")
    .action((id: string, options: { json?: boolean }) => withCore(({ rpc }) => showSession(rpc, io, id, options)));
  program
    .command("changes")
    .argument("<session>")
    .description("list a session's pending changes")
    .option("--diff", "with their diffs")
    .option("--path <path>", "only those at this path of the repository, or below it")
    .option("--json", "as JSON")
    .action((id: string, options: ListOptions) => withCore(({ rpc }) => listChanges(rpc, io, id, options)));
  program
    .command("checkpoints")
    .argument("<session>")
    .description("list a session's checkpoints")
    .option("--json", "as JSON")
    .action((id: string, options: { json?: boolean }) => withCore(({ rpc }) => listCheckpoints(rpc, io, id, options)));
}

function addChanging(program: Command, { io }: Deps, withCore: WithCore): void {
  program
    .command("terminal")
    .argument("[session]")
    .description("list terminals, with how agents' own programs in them stand; with --agent, start one in a session")
    .option("--agent <id>", "the agent whose own program is started, in a Hearth that runs elsewhere")
    .option("--resume <terminal>", "with --agent: an ended terminal of it, whose conversation goes on")
    .option("--json", "as JSON")
    .action((id: string | undefined, options: TerminalOptions) =>
      withCore((connection) => terminals(connection, io, id, options)),
    );
  program
    .command("stop")
    .argument("<session or run>")
    .description("stop a run, or what goes on in a session")
    .option("--json", "as JSON")
    .action((id: string, options: { json?: boolean }) => withCore(({ rpc }) => stop(rpc, io, id, options)));
  program
    .command("answer")
    .argument("[id]", "the permission request or question; left out, what waits is listed")
    .argument("[answer...]", "a choice by its number, its text or the start of it; free text; or NAME=VALUE for each field")
    .description("list what agents ask, or answer it")
    .option("--decline", "say no")
    .option("--json", "as JSON")
    .action((id: string | undefined, words: string[], options: AnswerOptions) =>
      withCore(({ rpc }) => answer(rpc, io, id, words, options)),
    );
  program
    .command("apply")
    .argument("<session>")
    .argument("[paths...]", "these files only")
    .description(
      "bring the approved changes into the project's checkout, or all where none is; in place: approve them, which moves the baseline",
    )
    .option("--all", "all of them, approved or not")
    .option(
      "--to <path or branch>",
      "into another worktree of the repository, or onto a branch: a commit where it is checked out nowhere",
    )
    .option("-m, --message <text>", "of that commit; else the session's title")
    .option("--dry-run", "only tell what would happen")
    .option("--json", "as JSON")
    .action((id: string, paths: string[], options: ApplyOptions) => withCore(({ rpc }) => apply(rpc, io, id, paths, options)));
  program
    .command("restore")
    .argument("<checkpoint>")
    .description("put a session's files back to a checkpoint; can be undone")
    .option("--exactly", "the files become what they were, whoever changed them since; ignored ones stay")
    .option("--agents-edits", "only what agents did since is taken back; what people edited stays")
    .option("--dry-run", "only tell what would change")
    .option("--yes", "don't ask")
    .option("--json", "as JSON")
    .action((id: string, options: RestoreOptions) => withCore(({ rpc }) => restore(rpc, io, id, options)));
}

function portNumber(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError("It is a number from 0 to 65535.");
}
