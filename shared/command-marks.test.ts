import { expect, it } from "vitest";
import { CommandMarks } from "./command-marks.ts";

function bench() {
  const active = { type: "normal", baseY: 0, cursorY: 0 };
  const marks = new CommandMarks({
    terminal: {
      buffer: { active },
      registerMarker(offset: number) {
        const marker = {
          line: active.baseY + active.cursorY + offset,
          isDisposed: false,
          dispose: () => void (marker.isDisposed = true),
        };
        return marker;
      },
    },
  });
  const shown = () => marks.list().map(({ line, state, exitCode, cwd }) => ({ line, state, exitCode, cwd }));
  return { active, marks, shown };
}

it("follows a prompt, its command and how that ended; a prompt at which nothing was entered leaves no mark", () => {
  const { active, marks, shown } = bench();
  for (const [line, data] of [
    [0, "D;0"],
    [0, "A"],
    [1, "D;0"],
    [1, "A"],
    [2, "C"],
    [4, "D;127"],
    [4, "A"],
  ] as const) {
    active.cursorY = line;
    marks.take(data);
  }
  expect(shown()).toEqual([
    { line: 1, state: "ended", exitCode: 127, cwd: null },
    { line: 4, state: "prompt", exitCode: null, cwd: null },
  ]);
});

it("S45 takes nothing from a program but a state and a small number, on no other screen, and not without end", () => {
  const { active, marks, shown } = bench();
  for (const status of ["<b>", "-1", "256", "1e2", "", "7;aid=3"]) {
    for (const data of ["A", "C;rm -rf /", `D;${status}`]) marks.take(data);
  }
  expect(shown().map(({ exitCode }) => exitCode)).toEqual([null, null, null, null, null, 7]);
  active.type = "alternate";
  marks.take("A");
  expect(shown()).toHaveLength(6);
  active.type = "normal";
  for (let more = 0; more < 5_000; more += 1) for (const data of ["A", "C"]) marks.take(data);
  expect(shown()).toHaveLength(2_000);
});

it("stands where it stood, on a terminal that shows the same", () => {
  const [one, other] = [bench(), bench()];
  Object.assign(one.active, { baseY: 90, cursorY: 3 });
  one.marks.takeCwd("file:///work/shop");
  for (const data of ["A", "C", "D;1"]) one.marks.take(data);
  Object.assign(other.active, { baseY: 90, cursorY: 20 });
  other.marks.restore(one.shown());
  const mark = { line: 93, state: "ended", exitCode: 1, cwd: "/work/shop" };
  expect(other.shown()).toEqual([mark]);
  other.marks.take("A");
  expect(other.shown()[1]).toMatchObject({ state: "prompt", cwd: "/work/shop" });
});

it("takes the shell's folder for the prompts that follow, and an absolute path alone", () => {
  const { marks, shown } = bench();
  const folders = {
    "file:///a%20b/c%2541/": "/a b/c%41",
    "file://host/日本": "/日本",
    "file:///": "/",
    "file://relative": null,
    "https://host/a": null,
    "file:///%zz": null,
    [`file:///${"x".repeat(2_000)}`]: null,
  };
  for (const [address, cwd] of Object.entries(folders)) {
    marks.takeCwd(address);
    for (const data of ["A", "C", "D;0"]) marks.take(data);
    expect([address, shown().at(-1)?.cwd]).toEqual([address, cwd]);
  }
});
