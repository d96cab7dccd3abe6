import { expect, it } from "vitest";
import { askFirst, type OpencodeConfig } from "./ask-first.ts";

function asked(config: OpencodeConfig): OpencodeConfig {
  askFirst(config);
  return config;
}

it("asks for edits and commands where nothing is configured", () => {
  expect(asked({})).toEqual({ permission: { edit: "ask", bash: "ask" } });
});

it("asks in place of every allowance, keeps what is denied, and leaves reading alone", () => {
  expect(
    asked({
      permission: { "*": "allow", edit: "allow", bash: { "*": "allow", "rm *": "deny" }, read: "allow", "my-*": "allow" },
    }).permission,
  ).toEqual({ "*": "allow", read: "allow", "my-*": "ask", edit: "ask", bash: { "*": "ask", "rm *": "deny" } });
  expect(asked({ permission: "allow" }).permission).toEqual({ "*": "allow", edit: "ask", bash: "ask" });
  expect(asked({ permission: { "*": "deny", bash: "allow" } }).permission).toEqual({ "*": "deny", bash: "ask" });
});

it("holds agents and modes with rules of their own to the same, and the tools of MCP servers", () => {
  expect(
    asked({
      agent: { build: { permission: { "*": "allow" } }, review: { permission: { edit: "deny" } }, plain: {} },
      mode: { fast: { permission: { bash: "allow" } } },
      mcp: { "my server": {} },
    }),
  ).toMatchObject({
    permission: { edit: "ask", bash: "ask", "my_server_*": "ask" },
    agent: {
      build: { permission: { "*": "allow", edit: "ask", bash: "ask", "my_server_*": "ask" } },
      review: { permission: { edit: "deny", bash: "ask" } },
      plain: {},
    },
    mode: { fast: { permission: { bash: "ask", edit: "ask" } } },
  });
});
