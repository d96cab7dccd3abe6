import type { OpencodeConfig } from "./ask-first.ts";

/** The formatters of opencode 1.18.33. A name that it doesn't have, with nothing but an environment, formats nothing. */
const builtInFormatters = [
  ...["air", "biome", "clang-format", "cljfmt", "dart", "dfmt", "gleam", "gofmt", "htmlbeautifier", "ktlint", "latexindent"],
  ...["mix", "nixfmt", "ocamlformat", "ormolu", "oxfmt", "pint", "prettier", "rubocop", "ruff", "rustfmt", "shfmt"],
  ...["standardrb", "terraform", "uv", "zig"],
];

/**
 * Gives MCP servers, formatters and language servers an empty variable in place of opencode's own: they get its whole
 * environment and then what the configuration says of theirs. Language servers that come with opencode have no such
 * place; they are off unless the person turns them on.
 */
export function withoutSecret(config: OpencodeConfig, secret: string): void {
  const emptied = { [secret]: "" };
  for (const server of Object.values(config.mcp ?? {}))
    if (server?.type === "local") server.environment = { ...server.environment, ...emptied };
  if (config.formatter) {
    const given = config.formatter === true ? {} : config.formatter;
    const names = new Set([...builtInFormatters, ...Object.keys(given)]);
    config.formatter = { ...given };
    for (const name of names)
      config.formatter[name] = { ...given[name], environment: { ...given[name]?.environment, ...emptied } };
  }
  if (typeof config.lsp === "object")
    for (const server of Object.values(config.lsp)) if (server?.command) server.env = { ...server.env, ...emptied };
}
