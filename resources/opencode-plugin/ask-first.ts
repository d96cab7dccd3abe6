/** opencode's rules: a tool's name or pattern → what happens, or a pattern of its argument → what happens. The last that fits counts. */
type Rule = string | Record<string, string>;
type Rules = Record<string, Rule>;
type WithRules = { permission?: Rules | string };
type Environment = Record<string, string>;
type McpServer = { type?: string; environment?: Environment };
type Formatter = { command?: string[]; disabled?: boolean; environment?: Environment };
type LanguageServer = { command?: string[]; disabled?: boolean; env?: Environment };
export type OpencodeConfig = WithRules & {
  agent?: Record<string, WithRules | undefined>;
  mode?: Record<string, WithRules | undefined>;
  mcp?: Record<string, McpServer | undefined>;
  formatter?: boolean | Record<string, Formatter | undefined>;
  lsp?: boolean | Record<string, LanguageServer | undefined>;
};

/**
 * Makes whatever may change something ask, in the configuration as opencode has read it: edits, commands and the tools of
 * MCP servers, for every agent in it. What the person denied stays denied.
 */
export function askFirst(config: OpencodeConfig): void {
  const tools = ["edit", "bash", ...Object.keys(config.mcp ?? {}).map((name) => `${name.replaceAll(/[^\w-]/g, "_")}_*`)];
  config.permission = tightened(config.permission ?? {}, tools);
  // An agent's own rules come after the common ones.
  for (const agent of [...Object.values(config.agent ?? {}), ...Object.values(config.mode ?? {})])
    if (agent?.permission !== undefined) agent.permission = tightened(agent.permission, tools);
}

function tightened(given: Rules | string, tools: readonly string[]): Rules {
  const rules = typeof given === "string" ? { "*": given } : given;
  const others = Object.entries(rules).filter(([name]) => !tools.includes(name));
  const kept = others.map(([name, rule]): [string, Rule] => [name, mayChange(name) ? withoutAllow(rule) : rule]);
  const denied = rules["*"] === "deny";
  const asked = tools.flatMap((name): [string, Rule][] => {
    const rule = rules[name];
    if (rule === undefined) return denied ? [] : [[name, "ask"]];
    return [[name, withoutAllow(rule)]];
  });
  return Object.fromEntries([...kept, ...asked]);
}

/** Other names and patterns may stand for tools that change something, but for those that are known to read. */
function mayChange(name: string): boolean {
  return !["*", "read", "glob", "grep", "list", "lsp", "todowrite", "todoread", "task", "skill", "question"].includes(name);
}

function withoutAllow(rule: Rule): Rule {
  if (typeof rule === "string") return rule === "allow" ? "ask" : rule;
  return Object.fromEntries(Object.entries(rule).map(([pattern, action]) => [pattern, action === "allow" ? "ask" : action]));
}
