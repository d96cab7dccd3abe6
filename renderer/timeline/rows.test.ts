import { describe, expect, it } from "vitest";
import type { RunEventBody, ToolSnapshot } from "../../shared/run-event.ts";
import type { Turn } from "../../shared/contract/chats.ts";
import type { Run } from "../../shared/contract/runs.ts";
import { foldRun } from "../../shared/run-fold.ts";
import { anEvent, aRun } from "../stores/chat-fixture.ts";
import { findInRows } from "./find-in-rows.ts";
import { rowsOf } from "./rows.ts";
import { answerMarkdown, turnMarkdown } from "./turn-markdown.ts";

const tool = (id: string, kind: ToolSnapshot["kind"], more: Partial<ToolSnapshot> = {}): RunEventBody => ({
  type: "tool.completed",
  payload: {
    id,
    kind,
    title: `${kind} ${id}`,
    status: "completed",
    locations: [{ path: `${id}.ts` }],
    diff: [],
    ...more,
  },
});
const say = (text: string): RunEventBody => ({ type: "assistant.delta", payload: { text } });
const failed = (id: string): RunEventBody => ({
  type: "tool.failed",
  payload: {
    id,
    kind: "read",
    title: "",
    status: "failed",
    locations: [],
    diff: [],
    code: "EXECUTION_FAILED",
    message: "gone",
    diagnostics: {},
  },
});

function turn(bodies: RunEventBody[], run: Partial<Run> = {}): Turn {
  return {
    run: aRun("r", run),
    timeline: foldRun(
      "r",
      bodies.map((body, index) => anEvent("r", index + 1, body)),
    ),
  };
}
const kinds = (bodies: RunEventBody[], run: Partial<Run> = { status: "completed" }) =>
  rowsOf([turn(bodies, run)])
    .map((row) => row.kind)
    .filter((kind) => kind !== "rest");

describe("rows", () => {
  it("shows the prompt, who answers, and the answer", () => {
    expect(kinds([say("hi")])).toEqual(["prompt", "header", "text"]);
  });

  it("shows no prompt of a turn whose beginning isn't loaded", () => {
    const one = turn([say("hi")], { status: "completed" });
    expect(rowsOf([{ ...one, timeline: { ...one.timeline, firstSeq: 5 } }]).map((row) => row.kind)).toEqual(["text", "rest"]);
  });

  it("folds neighbours of one kind, and only those", () => {
    expect(kinds([tool("a", "read"), tool("b", "read"), tool("c", "search"), tool("d", "read")])).toEqual([
      "prompt",
      "header",
      "tools",
      "tool",
      "tool",
    ]);
    expect(kinds([tool("a", "read"), say("x"), tool("b", "read")])).toEqual(["prompt", "header", "tool", "text", "tool"]);
  });

  it("never folds away a failure, or a few edits", () => {
    expect(kinds([tool("a", "read"), failed("b"), tool("c", "read")])).toEqual(["prompt", "header", "tool", "tool", "tool"]);
    expect(kinds([tool("a", "edit"), tool("b", "edit"), tool("c", "edit")])).toEqual([
      "prompt",
      "header",
      "tool",
      "tool",
      "tool",
    ]);
    expect(kinds([..."abcd"].map((id) => tool(id, "edit")))).toEqual(["prompt", "header", "tools"]);
  });

  it("says what a run is doing while it goes, and how it ended unless well", () => {
    expect(kinds([], { status: "queued", reason: "waits for chat 2" })).toEqual(["prompt", "state"]);
    expect(kinds([say("x")], { status: "running" })).toEqual(["prompt", "header", "text", "state"]);
    for (const status of ["failed", "cancelled", "interrupted"] as const) expect(kinds([], { status }).at(-1)).toBe("outcome");
  });

  it("keeps the room of the state line as the latest turn ends, so that nothing above it moves", () => {
    const going = rowsOf([turn([say("x")], { status: "running" })]);
    const over = rowsOf([turn([say("x")], { status: "completed" })]);
    expect(going.at(-1)?.kind).toBe("state");
    expect(over.at(-1)).toEqual({ kind: "rest", key: going.at(-1)?.key });
  });

  it("gives what didn't change of a going turn as the same objects, its text's pieces among it", () => {
    const long = "A paragraph of some words.\n\n".repeat(400);
    const before = rowsOf([turn([tool("a", "edit"), say(long)], { id: "going", status: "running" })]);
    const after = rowsOf([turn([tool("a", "edit"), say(`${long}more`)], { id: "going", status: "running" })]);
    const texts = (rows: typeof before) => rows.filter((row) => row.kind === "text");
    expect(texts(after)[0]).toBe(texts(before)[0]);
    expect(texts(after).at(-1)).not.toBe(texts(before).at(-1));
  });

  it("marks only the last text of a going run as live", () => {
    const rows = rowsOf([turn([say("a"), tool("t", "read"), say("b")], { status: "running" })]);
    expect(rows.flatMap((row) => (row.kind === "text" ? [row.live] : []))).toEqual([false, true]);
  });

  it("leaves out a permission that was given and whose tool is shown", () => {
    const asked: RunEventBody = {
      type: "permission.requested",
      payload: { permissionId: "p", toolCallId: "t", title: "x", action: { kind: "edit" }, options: [] },
    };
    const resolved = (outcome: "allowed" | "rejected"): RunEventBody => ({
      type: "permission.resolved",
      payload: { permissionId: "p", outcome, by: "person" },
    });
    expect(kinds([asked, resolved("allowed"), tool("t", "edit")])).toEqual(["prompt", "header", "tool"]);
    expect(kinds([asked, resolved("rejected"), tool("t", "edit")])).toEqual(["prompt", "header", "approval", "tool"]);
    expect(kinds([asked, resolved("allowed")])).toEqual(["prompt", "header", "approval"]);
  });

  it("has unique keys and keeps the rows of a turn that didn't change", () => {
    const first = turn([say("a"), tool("t", "read"), tool("u", "read"), say("b")]);
    const rows = rowsOf([first]);
    expect(new Set(rows.map((row) => row.key)).size).toBe(rows.length);
    expect(rowsOf([first])[0]).toBe(rows[0]);
  });

  it("finds text in prompts, answers and tool output, whatever the case", () => {
    const rows = rowsOf([turn([say("The Answer"), tool("t", "execute", { output: "42 passed" })])]);
    expect(findInRows(rows, "answer")).toEqual([rows[2]?.key]);
    expect(findInRows(rows, "PASSED")).toEqual([rows[3]?.key]);
    expect(findInRows(rows, "prompt of")).toEqual([rows[0]?.key]);
    expect(findInRows(rows, "  ")).toEqual([]);
  });

  it("shows, finds and copies what was said when the turn was over", () => {
    const lateReport = { text: "The build is green.\n", at: "2026-01-01T00:00:00.000Z" };
    const one = turn([say("Started it.")], { status: "completed", lateReport });
    const rows = rowsOf([one]);
    expect(rows.at(-1)).toMatchObject({ kind: "late", report: lateReport });
    expect(findInRows(rows, "green")).toEqual([rows.at(-1)?.key]);
    expect(turnMarkdown(one, "Practice")).toMatch(/Started it\.\n\nSaid after the turn: The build is green\.\n$/);
  });

  it("copies as Markdown what was said and done", () => {
    const one = turn([say("First."), tool("a", "read"), failed("b"), say("Last.")], { error: { code: "X", message: "y" } });
    expect(turnMarkdown(one, "Practice")).toBe(
      "**You:** prompt of r\n\n**Practice:**\n\nFirst.\n\n- Read `a.ts`\n- Read (EXECUTION_FAILED: gone)\n\nLast.\n\n> X: y\n",
    );
    expect(answerMarkdown(one)).toBe("First.\n\nLast.");
  });
});

describe("the end of a turn", () => {
  const changed: RunEventBody = {
    type: "revision.created",
    payload: { revisionId: "r", changed: { files: 2, additions: 5, deletions: 1, paths: ["a", "b"] } },
  };

  it("says what it did to the files, in the place of the line that said that it is at work", () => {
    const going = rowsOf([turn([say("hi")], { status: "running" })]).at(-1);
    const ended = rowsOf([turn([say("hi"), changed], { status: "completed" })]).at(-1);
    expect([going?.kind, ended?.kind]).toEqual(["state", "changed"]);
    expect(ended?.key).toBe(going?.key);
  });

  it("says it of a turn that failed too, and nothing where nothing changed", () => {
    expect(kinds([say("hi"), changed], { status: "failed" })).toEqual(["prompt", "header", "text", "changed", "outcome"]);
    expect(kinds([say("hi"), { type: "revision.created", payload: { revisionId: "r" } }])).not.toContain("changed");
  });
});
