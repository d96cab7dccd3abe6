import { expect, it } from "vitest";
import type { PermissionAction } from "../../../shared/run-event.ts";
import { editOf } from "./edit-steps.ts";

const bench = { pathOf: (file: string, place = "work") => `/proof/${place}/${file}` };
const { expects } = editOf(bench, "allow");

it.each<[boolean, PermissionAction]>([
  [true, { kind: "edit", paths: ["/proof/work/greeting.txt"] }],
  [true, { kind: "read", paths: ["/proof/work/greeting.txt"] }],
  [false, { kind: "edit" }],
  [false, { kind: "edit", paths: [] }],
  [false, { kind: "edit", paths: ["/proof/work/greeting.txt", "/home/me/.bashrc"] }],
  [false, { kind: "read", paths: ["/home/me/.ssh/id_ed25519"] }],
  [false, { kind: "read" }],
  [false, { kind: "execute", command: "touch /proof/work/greeting.txt" }],
])("a trial allows (%s) %o", (allowed, action) => {
  expect(expects(action, "Edit greeting.txt")).toBe(allowed);
});
