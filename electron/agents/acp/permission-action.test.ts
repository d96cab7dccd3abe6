import { describe, expect, it } from "vitest";
import { executeAction, permissionAction, permissionOptions } from "./permission-action.ts";

const cwd = "/w/app";

describe("the action of a permission request", () => {
  it.each([
    ["a command", { kind: "execute", rawInput: { command: "npm test" } }, { kind: "execute", command: "npm test", cwd }],
    [
      "a command elsewhere",
      { kind: "execute", rawInput: { command: "ls", cwd: "../b" } },
      { kind: "execute", command: "ls", cwd: "/w/b" },
    ],
    [
      "a program with arguments",
      { rawInput: { command: "/bin/sh", args: ["-c", "a b"] } },
      { kind: "execute", command: "/bin/sh -c 'a b'", argv: ["/bin/sh", "-c", "a b"], cwd },
    ],
    ["words", { rawInput: { command: ["git", "push"] } }, { kind: "execute", command: "git push", argv: ["git", "push"], cwd }],
    [
      "an edit by its pieces",
      { kind: "edit", rawInput: { file_path: "a.ts", old_string: "x", new_string: "y" } },
      { kind: "edit", paths: ["/w/app/a.ts"], diff: [{ path: "/w/app/a.ts", oldText: "x", newText: "y" }] },
    ],
    ["a deletion", { kind: "delete", locations: [{ path: "/w/app/a" }] }, { kind: "delete", paths: ["/w/app/a"] }],
    ["a move", { kind: "move", rawInput: { from: "a", to: "../b" } }, { kind: "move", paths: ["/w/app/a", "/w/b"] }],
    ["a page", { kind: "fetch", rawInput: { url: "https://x.test/" } }, { kind: "fetch", url: "https://x.test/" }],
    ["another tool's address", { rawInput: { url: "https://x.test/", method: "DELETE" } }, { kind: "undecodable" }],
    ["a reading", { kind: "read", locations: [{ path: "../../etc/passwd" }] }, { kind: "read", paths: ["/etc/passwd"] }],
  ])("is read from its fields: %s", (_, toolCall, action) => {
    expect(permissionAction(toolCall, cwd)).toEqual(action);
  });

  it("S81 has a command's title as the agent's word for it where there is nothing else, and never besides", () => {
    expect(permissionAction({ title: " npm test ", kind: "execute", content: [] }, cwd)).toEqual({
      kind: "execute",
      claim: "npm test",
    });
    expect(permissionAction({ title: "npm test", kind: "execute", rawInput: { command: "rm -rf x" } }, cwd)).toEqual({
      ...{ kind: "execute", command: "rm -rf x", cwd },
    });
  });

  it.each([
    [{}],
    [{ title: "Read a.txt", kind: "read" }],
    [{ title: " ", kind: "execute" }],
    [{ title: "Edit a.txt", kind: "edit" }],
    [{ title: "rm -rf /", kind: "execute", rawInput: { questions: [] } }],
    [{ kind: "fetch", rawInput: {} }],
    ["text"],
    [null],
  ])("is undecodable without anything to inspect, whatever the title says: %j", (toolCall) => {
    expect(permissionAction(toolCall, cwd)).toEqual({ kind: "undecodable" });
  });

  it.each([
    ["~/.ssh/id", "/home/me/.ssh/id"],
    ["~", "/home/me"],
    ["file:///etc/passwd", "/etc/passwd"],
    ["FILE:///etc/pass%77d", "/etc/passwd"],
    ["a/~/b", "/w/app/a/~/b"],
    ["c:d.ts", "/w/app/c:d.ts"],
    ["routes/$id.ts", "/w/app/routes/$id.ts"],
    ["$id.ts", "/w/app/$id.ts"],
  ])("S50 %s is where an agent's tools would find it", (name, place) => {
    expect(permissionAction({ kind: "read", rawInput: { path: name } }, cwd, "/home/me")).toEqual({
      kind: "read",
      paths: [place],
    });
    expect(permissionAction({ rawInput: { command: "ls", cwd: name } }, cwd, "/home/me")).toMatchObject({ cwd: place });
  });

  it.each([
    "~root/x",
    "$HOME/x",
    "$dir2/x",
    "${HOME}/x",
    "${HOME:-y}z",
    "%APPDATA%\\x",
    "file://host/share/x",
    "zed://agent/file?path=/etc/passwd",
  ])("S50 %s can't be told, so it isn't taken for a file of the working copy", (name) => {
    for (const kind of ["read", "edit", "delete"])
      expect(permissionAction({ kind, locations: [{ path: "a" }, { path: name }] }, cwd)).toEqual({ kind: "undecodable" });
    const content = [{ type: "diff", path: name, oldText: null, newText: "x" }];
    expect(permissionAction({ kind: "edit", content }, cwd)).toEqual({ kind: "undecodable" });
  });

  it("takes a command that is called a reading for a command, and a diff that is called a reading for an edit", () => {
    expect(permissionAction({ kind: "read", locations: [{ path: "a" }], rawInput: { command: "rm a" } }, cwd).kind).toBe(
      "execute",
    );
    const content = [{ type: "diff", path: "/w/app/a", oldText: "x", newText: "y" }];
    expect(permissionAction({ kind: "read", locations: [{ path: "a" }], content }, cwd).kind).toBe("edit");
  });

  it("shows every diff, two of one file too, and every path", () => {
    const content = ["1", "2"].map((newText) => ({ type: "diff", path: "/w/app/a", oldText: null, newText }));
    const action = permissionAction({ kind: "edit", content, locations: [{ path: "/etc/hosts" }] }, cwd);
    expect(action.diff).toHaveLength(2);
    expect(action.paths).toEqual(["/w/app/a", "/etc/hosts"]);
  });

  it("S83 names variables as part of what runs, so an approval without them isn't one with them", () => {
    expect(executeAction(["npm", "test"], cwd, { NODE_OPTIONS: "--require ./x.js" })).toEqual({
      kind: "execute",
      command: "env 'NODE_OPTIONS=--require ./x.js' npm test",
      argv: ["env", "NODE_OPTIONS=--require ./x.js", "npm", "test"],
      cwd,
    });
  });
});

describe("the options of a permission request", () => {
  it("S82 keeps the kind and not the name for what it is, and leaves out an id that stands for two things", () => {
    const options = [
      { optionId: "a", name: "Reject", kind: "allow_always" },
      { optionId: "b", name: "Allow", kind: "allow_once" },
      { optionId: "b", name: "Allow", kind: "reject_once" },
      { optionId: "c", name: "No", kind: "reject_once" },
      { optionId: "c", name: "No again", kind: "reject_once" },
      { optionId: "d", name: "?", kind: "allow_everything" },
      { name: "no id", kind: "allow_once" },
    ];
    expect(permissionOptions(options)).toEqual([
      { id: "a", name: "Reject", effect: "allow", lasts: "always" },
      { id: "c", name: "No", effect: "reject", lasts: "once" },
    ]);
    expect(permissionOptions("none")).toEqual([]);
  });
});
