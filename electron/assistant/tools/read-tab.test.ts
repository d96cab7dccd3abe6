import { beforeEach, expect, it } from "vitest";
import { rejected, ToolBench } from "../../testing/tool-bench.ts";
import { readTab, type Tab } from "./read-tab.ts";

let bench: ToolBench;
let all: Tab[];
const read: string[] = [];
const tool = readTab({
  tabs: {
    list: () => all,
    read: async (_, name) => {
      read.push(name);
      return name === "term_gone" ? null : `what ${name} shows`;
    },
  },
});
const terminal = (name: string, isPersons: boolean): Tab => ({
  name,
  kind: "terminal",
  title: "sh",
  state: "running",
  isPersons,
});

beforeEach(() => {
  bench = new ToolBench();
  read.length = 0;
  all = [
    { name: "2", kind: "chat", title: "Other work", state: "", isPersons: false },
    terminal("term_agents", false),
    terminal("term_persons", true),
    terminal("term_gone", false),
  ];
});

it("lists the tabs, and reads one by its number or name", async () => {
  expect((await bench.run(tool, {})).text.split("\n")).toEqual([
    "2  chat  Other work",
    "term_agents  terminal  sh  (running)",
    "term_persons  terminal  sh  (running)",
    "term_gone  terminal  sh  (running)",
  ]);
  expect((await bench.run(tool, { number: 2 })).text).toBe("[2  chat  Other work]\nwhat 2 shows");
  expect((await bench.run(tool, { tab: "#2" })).text).toContain("what 2 shows");
  expect((await bench.run(tool, { tab: "term_agents" })).text).toContain("what term_agents shows");
  expect(bench.asked).toEqual([]);
});

it("asks before it reads what the person opened", async () => {
  expect((await bench.run(tool, { tab: "term_persons" })).text).toContain("what term_persons shows");
  bench.decide = () => rejected;
  expect((await bench.run(tool, { tab: "term_persons" })).fault?.code).toBe("PERMISSION_DENIED");
  expect([bench.asked.length, read]).toEqual([2, ["term_persons"]]);
});

it("names the tabs that there are where there is none of that name, or it is gone", async () => {
  const { text, fault } = await bench.run(tool, { tab: "9" });
  expect(fault?.fields).toEqual(["tab"]);
  expect(text).toContain("2  chat  Other work");
  expect((await bench.run(tool, { tab: "term_gone" })).fault?.message).toContain("is gone");
  all = [];
  expect((await bench.run(tool, {})).text).toBe("There are no other tabs.");
});
