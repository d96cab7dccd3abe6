import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ok } from "../../../shared/result.ts";
import type { RunEventBody } from "../../../shared/run-event.ts";
import { systemClock } from "../../lib/clock.ts";
import { silentLog } from "../../lib/log.ts";
import type { Tokens } from "../../store/tokens.ts";
import { scriptedCore } from "../../testing/scripted-core.ts";
import { until } from "../../testing/until.ts";
import { CliFailure, toCliFailure } from "./cli-failure.ts";
import { runProgram } from "./program.ts";
import type { CommandTerminal } from "./terminal.ts";
import { jsonLine } from "./terminal.ts";

const completed: RunEventBody = { type: "run.completed", payload: { timings: {}, usage: null } };
const says = (text: string): RunEventBody => ({ type: "assistant.delta", payload: { text } });
const asksPermission: RunEventBody = {
  type: "permission.requested",
  payload: { permissionId: "perm_1", title: "trust me", action: { kind: "execute", command: "rm -rf build" }, options: [] },
};
const once = { remember: "once", minutes: null };
const asksQuestion: RunEventBody = {
  type: "question.requested",
  payload: { questionId: "qst_1", kind: "elicitation", message: "Which one?" },
};

type Setup = {
  events?: RunEventBody[];
  trusted?: boolean;
  stdin?: string;
  answers?: string[];
  interrupt?: boolean;
  refusals?: string[];
};

const dataDir = mkdtempSync(path.join(tmpdir(), "hearth-program-"));
afterAll(() => rmSync(dataDir, { recursive: true }));

const noTokens: Tokens = {
  create: (name) => ({ id: "tok_1", name, createdAt: 0, text: "text" }),
  find: () => null,
  revoke: () => {},
  revokeNamed: () => {},
};

/** Runs a command against a scripted core: what it printed, how it ended, what it asked of the core. */
async function hearth(args: string[], setup: Setup = {}) {
  const core = scriptedCore({
    events: setup.events ?? [completed],
    ...(setup.trusted === undefined ? {} : { trusted: setup.trusted }),
    ...(setup.refusals ? { refusals: setup.refusals } : {}),
  });
  let stdout = "";
  let stderr = "";
  const answers = [...(setup.answers ?? [])];
  const io: CommandTerminal = {
    write: (text) => void (stdout += text),
    line: (text = "") => void (stdout += `${text}\n`),
    note: (text) => void (stderr += `${text}\n`),
    json: (value) => void (stdout += `${jsonLine(value)}\n`),
    interactive: setup.answers !== undefined,
    async ask() {
      const answer = answers.shift();
      if (answer === "^C") throw new CliFailure("CANCELLED", "Cancelled.", 130);
      return answer ?? null;
    },
    dim: (text) => text,
    bold: (text) => text,
  };
  let disposed = 0;
  const served = { router: core.router, tokens: noTokens, log: silentLog, dispose: async () => void (disposed += 1) };
  const ended = runProgram(
    {
      io,
      pageFolder: "/nowhere",
      version: "1.2.3",
      clock: systemClock,
      env: {},
      folders: () => ({ dataDir, configDir: "/nowhere/config" }),
      openCoreIn: () => async () => ok(served),
      onInterrupt(listener) {
        if (setup.interrupt) void until(() => stdout.includes("working")).then(listener);
        return () => {};
      },
      untilAskedToEnd: async () => {},
      readStdin: async () => setup.stdin ?? null,
    },
    args,
  ).catch((error: unknown) => {
    const failure = toCliFailure(error);
    stderr += `${failure.message}\n`;
    return failure.exitCode;
  });
  const exitCode = await ended;
  return { exitCode, stdout, stderr, calls: core.calls, names: core.names(), disposed };
}

describe("hearth run", () => {
  it("lets an agent that never asks work only when told to, and names how", async () => {
    const run = (...more: string[]) =>
      hearth(["run", "hello", "--agent", "mute", "--session", "ses_1", ...more], { events: [completed] });
    expect(await run()).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("hearth run --allow-unasked") });
    expect((await run("--allow-unasked")).calls).toContainEqual(["sessions.update", { id: "ses_1abc", unaskedAgents: ["mute"] }]);
  });

  it("makes a session, sends the prompt, prints what the agent says, and ends with 0", async () => {
    const { exitCode, stdout, calls, disposed } = await hearth(
      ["run", "hello", "--project", "prj_1", "--base", "v2", "--agent", "practice", "--model", "m", "--mode", "plan"],
      {
        events: [says("Hel"), says("lo\n"), completed],
      },
    );
    expect([exitCode, stdout, disposed]).toEqual([0, "Hello\n", 1]);
    expect(calls).toEqual([
      ["sessions.create", { projectId: "prj_1", workingCopy: "worktree", base: "v2" }],
      [
        "runs.create",
        { chatId: "chat_1", prompt: [{ type: "text", text: "hello" }], modelId: "m", agentId: "practice", modeId: "plan" },
      ],
    ]);
  });

  it("takes the prompt from standard input, works in place, goes on in a session", async () => {
    const piped = await hearth(["run", "--project", "prj_1", "--in-place"], { stdin: "from a pipe\n" });
    expect(piped.calls[0]).toEqual(["sessions.create", { projectId: "prj_1", workingCopy: "in-place" }]);
    expect(piped.calls[1]?.[1]).toMatchObject({ prompt: [{ type: "text", text: "from a pipe\n" }] });
    const again = await hearth(["run", "-", "--session", "ses_1"], { stdin: "more" });
    expect(again.names).toEqual(["runs.create"]);
    expect((await hearth(["run", "hi", "--base", "v2", "--session", "ses_1"])).exitCode).toBe(2);
  });

  it("prints the run's events as JSON lines and nothing else", async () => {
    const { stdout } = await hearth(["run", "hello", "--project", "prj_1", "--json"], {
      events: [says("a\u009b31mb"), completed],
    });
    const lines = stdout.trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line).type)).toEqual(["assistant.delta", "run.completed"]);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ seq: 1, runId: "run_1", payload: { text: "a\u009b31mb" } });
    expect(stdout).not.toContain("\u009b");
  });

  it.each([
    ["run.failed", 1],
    ["run.interrupted", 1],
    ["run.cancelled", 130],
  ] as const)("ends a %s with %i", async (type, exitCode) => {
    const event: RunEventBody = { type, payload: { timings: {}, usage: null, code: "AGENT_CRASHED", message: "It died" } };
    expect((await hearth(["run", "hello", "--project", "prj_1"], { events: [event] })).exitCode).toBe(exitCode);
  });

  it("ends a refusal with 2, naming the field and a way out", async () => {
    const { exitCode, stderr, names } = await hearth(["run", "hello", "--project", "prj_1", "--agent", "nobody"]);
    expect(exitCode).toBe(2);
    // The session that was made for it goes again; one that was named stays.
    expect(names).toEqual(["sessions.create", "runs.create", "sessions.remove"]);
    expect((await hearth(["run", "hello", "--session", "ses_1", "--agent", "nobody"])).names).toEqual(["runs.create"]);
    expect(stderr).toMatch(/agentId: nobody isn't installed\n.*hearth doctor/);
  });

  it.each([
    [["run"]],
    [["run", "  "]],
    [["run", "hello", "--nonsense"]],
    [["run", "a", "--session", "ses_1", "--in-place"]],
    [["nonsense"]],
    [["serve", "--port", "x"]],
  ])("ends misuse with 2: %j", async (args) => {
    const { exitCode, stderr, names } = await hearth(args);
    expect([exitCode, names]).toEqual([2, []]);
    expect(stderr).not.toBe("");
  });

  it("cancels the run on Ctrl+C and ends with 130", async () => {
    const { exitCode, names } = await hearth(["run", "hello", "--project", "prj_1"], {
      events: [says("working")],
      interrupt: true,
    });
    expect([exitCode, names.at(-1)]).toEqual([130, "runs.cancel"]);
  });

  it("S46 shows control bytes of an agent as marks", async () => {
    const hostile = "\u001b]0;title\u0007 \u009b31m \u0090q \u001b_Gkitty\u001b\\ \r back";
    const { stdout } = await hearth(["run", "hello", "--project", "prj_1"], { events: [says(hostile), completed] });
    expect(stdout).toBe("␛]0;title␇ ⟨U+009B⟩31m ⟨U+0090⟩q ␛_Gkitty␛\\ ␍ back");
    expect((await hearth(["ls"])).stdout).toContain("A ␛[31mtitle");
  });
});

describe("permission requests", () => {
  const events = [asksPermission, says("done"), completed];

  it("are allowed once by --yes, whatever the agent listed first", async () => {
    const { exitCode, calls } = await hearth(["run", "hello", "--project", "prj_1", "--yes"], { events });
    expect(exitCode).toBe(0);
    expect(calls.at(-1)).toEqual(["permissions.answer", { id: "perm_1", optionId: "once", ...once }]);
  });

  it("are asked in a terminal, from the action and not from the agent's words", async () => {
    const { exitCode, calls, stderr } = await hearth(["run", "hello", "--project", "prj_1"], { events, answers: ["9", "3"] });
    expect(exitCode).toBe(0);
    expect(calls.at(-1)).toEqual(["permissions.answer", { id: "perm_1", optionId: "no", ...once }]);
    expect(stderr).toContain("practice asks: execute rm -rf build");
    expect(stderr).not.toContain("trust me");
  });

  it("cancel the run and end with 2 where nobody can be asked", async () => {
    const { exitCode, names, stderr } = await hearth(["run", "hello", "--project", "prj_1"], { events });
    expect([exitCode, names.at(-1)]).toEqual([2, "runs.cancel"]);
    expect(stderr).toMatch(/asks for permission: execute rm -rf build\n.*--yes/);
  });
});

describe("questions", () => {
  const events = [asksQuestion, says("done"), completed];
  const run = (setup: Setup) => hearth(["run", "hello", "--project", "prj_1"], { events, ...setup });
  const answered = (calls: [string, unknown][]) =>
    calls.flatMap(([name, input]) => (name === "permissions.answerQuestion" ? [(input as { content: unknown }).content] : []));

  it("are asked again, with what fits, until the answer does; a mistyped one cancels nothing", async () => {
    const { exitCode, calls, stderr, names } = await run({ answers: ["c", "", "b"] });
    expect([exitCode, answered(calls)]).toEqual([0, [{ answer: "B" }]]);
    expect(names).not.toContain("runs.cancel");
    expect(stderr).toContain("  1  A\n  2  B\n");
    expect(stderr.match(/Type a number from 1 to 2/g)).toHaveLength(2);
  });

  it("are asked again with the core's words, where it is the core that refuses", async () => {
    const { exitCode, calls, stderr } = await run({ answers: ["1", "2"], refusals: ["must be something else"] });
    expect([exitCode, answered(calls)]).toEqual([0, [{ answer: "A" }, { answer: "B" }]]);
    expect(stderr).toContain("must be something else");
  });

  it("end the run with 130 on Ctrl+C, and are declined when the input ends", async () => {
    const cancelled = await run({ answers: ["^C"] });
    expect([cancelled.exitCode, cancelled.names.at(-1)]).toEqual([130, "runs.cancel"]);
    const declined = await run({ answers: [] });
    expect([declined.exitCode, answered(declined.calls)]).toEqual([0, [null]]);
  });

  it("are listed, shown and answered from elsewhere", async () => {
    expect((await hearth(["answer"], { events })).stdout).toBe("qst_1  ses_1abc  practice  Which one?\n");
    const wrong = await hearth(["answer", "qst_1", "c"], { events });
    expect([wrong.exitCode, answered(wrong.calls)]).toEqual([2, []]);
    expect(wrong.stderr).toContain("  1  A\n  2  B\nAnswer it with: hearth answer qst_1 ANSWER");
    expect(answered((await hearth(["answer", "qst_1", "b"], { events })).calls)).toEqual([{ answer: "B" }]);
    expect(answered((await hearth(["answer", "qst_1", "--decline"], { events })).calls)).toEqual([null]);
    expect((await hearth(["answer", "qst_9", "b"], { events })).exitCode).toBe(2);
    const permission = await hearth(["answer", "perm_1", "rej"]);
    expect(permission.calls.at(-1)).toEqual(["permissions.answer", { id: "perm_1", optionId: "no", ...once }]);
  });
});

describe("trust", () => {
  it("is asked with what would run, and nothing runs without it", async () => {
    const alone = await hearth(["run", "hello", "--project", "prj_1"], { trusted: false });
    expect([alone.exitCode, alone.names]).toEqual([2, []]);
    expect(alone.stderr).toContain("hook  .hooks/x  runs ␛]0;evil␇");
    const no = await hearth(["run", "hello", "--project", "prj_1"], { trusted: false, answers: [""] });
    expect([no.exitCode, no.names]).toEqual([2, []]);
  });

  it("is given to what was shown, by answer or by --yes", async () => {
    for (const [args, setup] of [
      [[], { answers: ["y"] }],
      [["--yes"], {}],
    ] as const) {
      const { exitCode, calls } = await hearth(["run", "hello", "--project", "prj_1", ...args], {
        trusted: false,
        ...setup,
        ...("answers" in setup ? { answers: [...setup.answers] } : {}),
      } as Setup);
      expect([exitCode, calls[0]]).toEqual([0, ["projects.trust", { id: "prj_1", contentHash: "hash" }]]);
    }
  });
});

describe("changes and checkpoints", () => {
  it("applies what is pending after a completed run with --apply", async () => {
    const { exitCode, names, stdout, stderr } = await hearth(["run", "hello", "--project", "prj_1", "--apply", "--json"]);
    expect([exitCode, names.slice(2)]).toEqual([0, ["changes.apply"]]);
    expect(stdout.trimEnd().split("\n")).toHaveLength(1);
    expect(stderr).toContain("applied  a.txt");
  });

  it("previews a restore, asks, and tells how to undo it", async () => {
    const no = await hearth(["restore", "chk_1"], { answers: ["n"] });
    expect([no.exitCode, no.names]).toEqual([130, ["checkpoints.restore"]]);
    const alone = await hearth(["restore", "chk_1"]);
    expect([alone.exitCode, alone.names]).toEqual([2, ["checkpoints.restore"]]);
    expect(alone.stderr).toContain("It would change 1 file, and nobody is here to be asked. Do it with --yes");
    const { exitCode, calls, stderr } = await hearth(["restore", "chk_1", "--yes"]);
    expect([exitCode, calls.map(([, input]) => input)]).toEqual([
      0,
      [
        { id: "chk_1", what: "files", dryRun: true },
        { id: "chk_1", what: "files", mode: "exact", dryRun: false },
      ],
    ]);
    expect(stderr).toContain("hearth restore chk_2");
  });
});

it.each([
  [["run", "x", "--session", "ses_1", "--apply"]],
  [["ls"]],
  [["show", "ses_1"]],
  [["changes", "ses_1"]],
  [["stop", "run_1"]],
  [["answer"]],
  [["answer", "perm_1", "1"]],
  [["apply", "ses_1"]],
  [["restore", "chk_1", "--yes"]],
  [["doctor"]],
  [["serve"]],
])("prints JSON alone to stdout, a value a line, with --json: %j", async (args) => {
  const { stdout } = await hearth([...args, "--json"]);
  for (const line of stdout.trimEnd().split("\n")) expect(JSON.parse(line)).toBeTypeOf("object");
});

describe("finding things", () => {
  it("names what isn't there and where to look", async () => {
    const { exitCode, stderr } = await hearth(["show", "ses_9"]);
    expect([exitCode, stderr]).toEqual([2, "There is no session ses_9. `hearth ls` lists them.\n"]);
    expect((await hearth(["run", "x", "--project", "/no/such/folder"])).stderr).toContain("There is no folder /no/such/folder");
  });

  it("tells its version and its help, and ends well", async () => {
    expect(await hearth(["--version"])).toMatchObject({ exitCode: 0, stdout: "1.2.3\n" });
    const { exitCode, stdout } = await hearth(["--help"]);
    expect(exitCode).toBe(0);
    for (const command of [
      "serve",
      "open",
      "run",
      "ls",
      "show",
      "stop",
      "changes",
      "answer",
      "apply",
      "checkpoints",
      "restore",
      "doctor",
    ]) {
      expect(stdout).toMatch(new RegExp(`^  ${command}\\b`, "m"));
    }
  });
});
