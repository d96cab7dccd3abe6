// Which folder may know which. The check fails the build, so the plan in docs and the code can't drift apart.
const domains =
  "files|settings|storage|system|projects|sessions|working-copies|baselines|snapshots|changes|runs|permissions|terminals|agents|assistant|mcp|sandbox";
const tests = "\\.test\\.tsx?$|^tests/|^electron/testing/";

/** @type {(name: string, comment: string, from: object, to: object) => object} */
const forbid = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });
/** A program or package with one door: nothing else in Hearth's sources may import it. */
const oneDoor = (name, packages, doors) =>
  forbid(
    name,
    `${packages} only through ${doors}`,
    { path: "^(electron|shared|renderer|resources)/", pathNot: `${doors}|${tests}` },
    { path: packages },
  );

module.exports = {
  forbidden: [
    forbid(
      "no-cycles",
      "Two files that need each other are one file, or lack a third",
      {},
      { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    ),
    forbid(
      "resolvable",
      "An import that can't be found",
      { path: "^(electron|shared|renderer|resources|tests)/" },
      { couldNotResolve: true, pathNot: "\\.css$|^virtual:" },
    ),
    forbid(
      "shared-is-pure",
      "shared/ runs anywhere: zod and oRPC's contract, nothing of ours",
      { path: "^shared/", pathNot: tests },
      { pathNot: "^shared/|^node_modules/(zod|@orpc/contract)/" },
    ),
    forbid("core-knows-no-page", "electron/ and renderer/ meet in shared/ only", { path: "^electron/" }, { path: "^renderer/" }),
    forbid("page-knows-no-core", "electron/ and renderer/ meet in shared/ only", { path: "^renderer/" }, { path: "^electron/" }),
    forbid("page-has-no-node", "The page is sandboxed", { path: "^renderer/", pathNot: tests }, { dependencyTypes: ["core"] }),
    forbid(
      "electron-only-in-the-shell",
      "The core is plain Node; it may know the types of a port that the shell hands it",
      { path: "^(electron|shared|renderer|resources)/", pathNot: `^electron/(main|preload)\\.ts$|^electron/app/|${tests}` },
      { path: "^node_modules/electron/", dependencyTypesNot: ["type-only"] },
    ),
    oneDoor("one-door-to-children", "^(node:)?(child_process|cluster)$", "^electron/lib/process(-tree)?\\.ts$"),
    oneDoor("one-door-to-terminals", "^node_modules/@lydell/node-pty", "^electron/terminals/pty\\.ts$"),
    oneDoor("one-door-to-the-store", "^node_modules/(drizzle-orm|better-sqlite3)/", "^electron/store/"),
    oneDoor("one-door-to-opencode", "^node_modules/@opencode-ai/", "^electron/agents/opencode/"),
    oneDoor("one-door-to-sandboxes", "^node_modules/@anthropic-ai/sandbox-runtime/", "^resources/sandbox-host/"),
    oneDoor("one-door-to-grammars", "^node_modules/(web-tree-sitter|@vscode/tree-sitter-wasm)/", "^resources/outliner/"),
    oneDoor("one-door-to-mcp", "^node_modules/@modelcontextprotocol/", "^electron/mcp/"),
    oneDoor("one-door-to-the-ai-sdk", "^node_modules/(ai|@ai-sdk)/", "^electron/assistant/wire/"),
    oneDoor("one-door-to-acp", "^node_modules/@agentclientprotocol/", "^electron/agents/acp/|^resources/practice-agent/"),
    oneDoor("one-door-to-the-page's-connection", "^node_modules/@orpc/client/", "^renderer/rpc\\.ts$|^electron/(host|rpc)/"),
    forbid(
      "domains-stay-apart",
      "What a domain needs of another electron/compose/ passes it; it may know the types of what it is passed",
      { path: `^electron/(${domains})/`, pathNot: tests },
      { path: `^electron/(${domains})/`, pathNot: "^electron/$1/", dependencyTypesNot: ["type-only"] },
    ),
    forbid(
      "domains-stand-on-few",
      "A domain may know shared/, lib/, git/ and the store; not what composes or carries it",
      { path: `^electron/(${domains})/`, pathNot: tests },
      { path: "^electron/(core\\.ts|compose/|host/|rpc/|app/|main\\.ts|preload\\.ts)" },
    ),
    forbid(
      "lib-stands-alone",
      "lib/ is below everything",
      { path: "^electron/lib/", pathNot: tests },
      { path: "^electron/(?!lib/)" },
    ),
    forbid(
      "file-sets-stand-on-few",
      "file-sets/ is below the domains; of them it knows types",
      { path: "^electron/file-sets/", pathNot: tests },
      { path: "^electron/(?!lib/|git/|store/|file-sets/)", dependencyTypesNot: ["type-only"] },
    ),
    forbid(
      "git-stands-on-lib",
      "git/ is below the domains",
      { path: "^electron/git/", pathNot: tests },
      { path: "^electron/(?!lib/|git/)" },
    ),
    forbid(
      "store-stands-alone",
      "The store knows rows, not services",
      { path: "^electron/store/", pathNot: tests },
      { path: "^electron/(?!lib/|store/)" },
    ),
    forbid(
      "shell-is-thin",
      "The shell starts the core and carries ports; it doesn't reach into it",
      { path: "^electron/(main\\.ts|preload\\.ts|app/)", pathNot: tests },
      { path: `^electron/(core\\.ts|store/|git/|rpc/|(${domains})/)` },
    ),
    forbid(
      "ui-knows-nothing",
      "ui/ imports nothing of ours",
      { path: "^renderer/ui/", pathNot: tests },
      { path: "^(renderer/(?!ui/)|shared/)" },
    ),
    forbid(
      "features-stay-apart",
      "A feature imports stores, ui, commands and shared; chat and workspace put features together",
      { path: "^renderer/(timeline|composer|changes|terminal|inbox|sidebar|settings|approvals)/", pathNot: tests },
      { path: "^renderer/(timeline|composer|changes|terminal|inbox|sidebar|settings|chat|workspace)/", pathNot: "^renderer/$1/" },
    ),
    forbid(
      "stores-are-below",
      "Stores don't draw",
      { path: "^renderer/stores/", pathNot: tests },
      { path: "^renderer/(?!stores/|rpc\\.ts|desktop-bridge\\.ts)" },
    ),
    forbid(
      "tests-stay-outside",
      "The product doesn't import its tests",
      { path: "^(electron|shared|renderer|resources)/", pathNot: tests },
      { path: tests },
    ),
  ],
  options: {
    doNotFollow: { path: "^(node_modules|out|dist|\\.cache)/" },
    exclude: { path: "^(out|dist|\\.cache)/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.base.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
      extensions: [".ts", ".tsx", ".mjs", ".js", ".json", ".d.ts"],
    },
    builtInModules: { add: [] },
  },
};
