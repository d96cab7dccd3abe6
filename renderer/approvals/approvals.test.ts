import { describe, expect, it } from "vitest";
import type { PermissionAction, PermissionOption } from "../../shared/run-event.ts";
import { answersFor } from "./answers.ts";
import { actionHidesText, describeAction, isSaid, pathFrom } from "./describe-action.ts";
import { formContent, formFields, formProblems, initialValues } from "../../shared/form-fields.ts";

const option = (optionId: string, kind: PermissionOption["kind"], name = "x"): PermissionOption => ({ optionId, kind, name });

const asked = (rememberable: boolean, action: PermissionAction = { kind: "execute", command: "make" }) => ({
  rememberable,
  action,
});

describe("answersFor", () => {
  it("doesn't offer for every project what only its agent's words tell", () => {
    const claimed = answersFor([option("1", "allow_once")], asked(true, { kind: "execute", claim: "npm test" }));
    expect(claimed.map(({ id }) => id)).toEqual(["once", "session", "project"]);
  });

  it("S82 labels options by their kind, whatever the agent calls them", () => {
    const answers = answersFor(
      [option("1", "allow_always", "Reject"), option("2", "reject_once", "Allow once"), option("3", "allow_once", "Reject")],
      asked(true),
    );
    expect(answers.map((answer) => [answer.label, answer.optionId, answer.remember])).toEqual([
      ["Allow once", "3", "once"],
      ["Session", "3", "session"],
      ["Project", "3", "project"],
      ["Always", "3", "always"],
      ["Reject", "2", "once"],
    ]);
  });

  it("S82 never hands out the agent's own always where a single permission is offered", () => {
    const answers = answersFor([option("always", "allow_always"), option("once", "allow_once")], asked(true));
    expect(answers.map((answer) => answer.optionId)).not.toContain("always");
  });

  it("offers to remember only what can be remembered", () => {
    expect(answersFor([option("1", "allow_once"), option("2", "reject_once")], asked(false)).map((answer) => answer.id)).toEqual([
      "once",
      "reject",
    ]);
  });

  it("says so when the agent offers only always", () => {
    expect(
      answersFor([option("1", "allow_always"), option("2", "reject_always")], asked(true)).map((answer) => answer.label),
    ).toEqual(["Allow always", "Reject always"]);
  });
});

describe("isSaid", () => {
  it("tells the agent's claim apart from what the card says anyway", () => {
    const edit = describeAction({ kind: "edit", paths: ["/w/s1/src/cart.ts"] }, "/w/s1");
    expect(isSaid(edit, "Edit src/cart.ts ")).toBe(true);
    expect(isSaid(edit, "Edit README.md")).toBe(false);
    const run = describeAction({ kind: "execute", argv: ["/bin/sh", "-c", "npm test"] }, null);
    expect(isSaid(run, "npm test")).toBe(true);
    expect(isSaid(run, "Look around")).toBe(false);
  });
});

describe("describeAction", () => {
  it("S81 shows each argument of a command apart", () => {
    const action: PermissionAction = {
      kind: "execute",
      argv: ["rm", "-rf", "a b", "it's", "$HOME"],
      command: "echo hello",
      cwd: "/w",
    };
    expect(describeAction(action, null)).toEqual({
      verb: "Run a command",
      target: null,
      where: "/w",
      lines: [String.raw`rm -rf 'a b' 'it'\''s' '$HOME'`],
    });
  });

  it("S81 says that an action without fields cannot be inspected", () => {
    expect(describeAction({ kind: "undecodable", command: "rm -rf /" }, null)).toEqual({
      verb: "Something that cannot be inspected",
      target: null,
      where: null,
      lines: [],
    });
  });

  it("S81 shortens only what is plainly inside the working copy", () => {
    expect(pathFrom("/w/s1", "/w/s1/src/a.ts")).toBe("src/a.ts");
    for (const path of ["/w/s1-evil/a", "/w/s1/../../etc/passwd", "/w/s1//etc", "/w/s1/./a", "/etc/passwd", "/w/s1"]) {
      expect(pathFrom("/w/s1", path)).toBe(path);
    }
    expect(describeAction({ kind: "execute", command: "ls", cwd: "/w/s1" }, "/w/s1").where).toBeNull();
    expect(describeAction({ kind: "execute", command: "ls", cwd: "/w" }, "/w/s1").where).toBe("/w");
  });

  it("lists every path of several", () => {
    expect(describeAction({ kind: "delete", paths: ["a", "b"] }, null)).toEqual({
      verb: "Delete",
      target: "2 files",
      where: null,
      lines: ["a", "b"],
    });
    expect(describeAction({ kind: "move", paths: ["a", "b"] }, null).lines).toEqual(["a → b"]);
  });

  it("calls an edit of what isn't there a creation", () => {
    expect(describeAction({ kind: "edit", paths: ["a"], diff: [{ path: "a", oldText: null, newText: "x" }] }, null).verb).toBe(
      "Create",
    );
    expect(describeAction({ kind: "edit", paths: ["a"], diff: [] }, null).verb).toBe("Edit");
  });

  it("S81 finds hidden characters in any field that is shown", () => {
    expect(actionHidesText({ kind: "execute", argv: ["ls", "a\u202eb"] })).toBe(true);
    expect(actionHidesText({ kind: "edit", paths: ["a"], diff: [{ path: "a", oldText: "", newText: "x\u200by" }] })).toBe(true);
    expect(actionHidesText({ kind: "execute", command: "npm test" })).toBe(false);
  });
});

describe("forms", () => {
  const fields = formFields({
    required: ["name", "tags"],
    properties: {
      name: { type: "string", title: "Name", maxLength: 5 },
      port: { type: "integer", minimum: 1, maximum: 9 },
      color: { oneOf: [{ const: "r", title: "Red" }, { const: "g" }] },
      tags: { type: "array", items: { enum: ["x", "y"] }, maxItems: 1 },
      force: { type: "boolean", default: true },
      odd: 7,
    },
  });

  it("reads every kind of property", () => {
    expect(fields.map((field) => field.type)).toEqual(["text", "number", "choice", "choices", "boolean", "text"]);
    expect(formFields({})).toEqual([]);
  });

  it("names what is wrong with each field", () => {
    expect(formProblems(fields, { ...initialValues(fields), name: "longer", port: "1.5", color: "b", tags: ["x", "y"] })).toEqual(
      {
        name: "At most 5 characters.",
        port: "This must be a whole number.",
        color: "Choose one of the list.",
        tags: "Choose at most 1.",
      },
    );
    expect(formProblems(fields, initialValues(fields))).toEqual({ name: "This is needed.", tags: "Choose at least one." });
  });

  it("sends values in the schema's types and leaves empty ones out", () => {
    const values = { ...initialValues(fields), name: "hi", port: "3", tags: ["y"] };
    expect(formProblems(fields, values)).toEqual({});
    expect(formContent(fields, values)).toEqual({ name: "hi", port: 3, tags: ["y"], force: true });
  });
});
