import { expect, it } from "vitest";
import type { OpencodeConfig } from "./ask-first.ts";
import { withoutSecret } from "./without-secret.ts";

function without(config: OpencodeConfig): OpencodeConfig {
  withoutSecret(config, "PW");
  return config;
}

it("empties the variable for MCP servers that are programs, and keeps theirs", () => {
  expect(
    without({
      mcp: { one: { type: "local", environment: { A: "1", PW: "x" } }, two: { type: "local" }, web: { type: "remote" } },
    }),
  ).toEqual({
    mcp: {
      one: { type: "local", environment: { A: "1", PW: "" } },
      two: { type: "local", environment: { PW: "" } },
      web: { type: "remote" },
    },
  });
});

it("empties it for formatters, opencode's own too, and turns none on that was off", () => {
  expect(without({})).toEqual({});
  expect(without({ formatter: false })).toEqual({ formatter: false });
  expect(without({ formatter: true })).toMatchObject({ formatter: { gofmt: { environment: { PW: "" } } } });
  expect(
    without({ formatter: { prettier: { disabled: true }, own: { command: ["own", "$FILE"], environment: { A: "1" } } } })
      .formatter,
  ).toMatchObject({
    prettier: { disabled: true, environment: { PW: "" } },
    own: { command: ["own", "$FILE"], environment: { A: "1", PW: "" } },
  });
});

it("empties it for language servers with a command of the person's", () => {
  expect(without({ lsp: { own: { command: ["own"] }, eslint: { disabled: true } } })).toEqual({
    lsp: { own: { command: ["own"], env: { PW: "" } }, eslint: { disabled: true } },
  });
  expect(without({ lsp: true })).toEqual({ lsp: true });
});
