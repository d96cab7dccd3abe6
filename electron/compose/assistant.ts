import path from "node:path";
import { assistantId } from "../agents/catalog.ts";
import { splitMarkdown } from "../agents/command-files/describe.ts";
import { commandPlacesOf, type CommandPlace } from "../agents/command-files/places.ts";
import { readCommandFile, readCommands } from "../agents/command-files/read-commands.ts";
import type { BackendKind } from "../agents/backend.ts";
import type { AssistantDeps } from "../assistant/assistant-backend.ts";
import { assistantKind } from "../assistant/assistant-kind.ts";
import type { HelperModel } from "../assistant/helper/helper-model.ts";
import type { ServerUse } from "../assistant/helper/server-use.ts";
import type { Models } from "../assistant/models/model.ts";
import { Outliner } from "../assistant/outlines/outliner.ts";
import { allTools } from "../assistant/tools/all-tools.ts";
import { ToolConnection } from "../mcp/tool-connection.ts";
import { fail } from "../../shared/result.ts";
import { publicNetwork } from "../assistant/tools/web/fetch-page.ts";
import type { Foundation } from "./foundation.ts";
import { SessionTabs, type SessionTabsDeps } from "./session-tabs.ts";

/** `node` runs the page reader. */
export type AssistantParts = {
  models: Models;
  serverUse: ServerUse;
  helper: Pick<HelperModel, "searchWords">;
  node: string;
} & Pick<SessionTabsDeps, "chats" | "terminals" | "lineage">;

/** Hearth's own agent with the models of this machine, and those of servers that a person added. */
export function composeAssistant(
  { options, clock, log, git, scope, settings, shell, runRecords }: Foundation,
  { models, serverUse, helper, node, ...parts }: AssistantParts,
): BackendKind {
  const pageReader = { command: node, args: [options.programs.pageReader] };
  const web = { network: publicNetwork, pageReader, searchUrl: () => settings.value().webSearchUrl };
  const tabs = new SessionTabs({ ...parts, records: runRecords });
  const outlines = new Outliner(options.programs.outliner);
  scope.add(() => outlines.dispose());
  return assistantKind({
    ...{ agentId: assistantId, version: options.version, models, use: serverUse, log },
    tools: allTools({ git, clock, outlines, tabs, web, otherWords: (query, signal) => helper.searchWords(query, signal) }),
    ...filesOf(shell, () => settings.value().readSkills),
    outputsFolder: path.join(options.dataDir, "assistant"),
    connect: async ({ entry }, signal) =>
      entry.type === "stdio"
        ? fail("it isn't reached at an address")
        : ToolConnection.open(entry, { version: options.version, clock }, signal),
  });
}

/** The skills and personas in the files where Hearth's own agent looks for them; no skills where the person wants none. */
function filesOf(shell: Foundation["shell"], readsSkills: () => boolean): Pick<AssistantDeps, "skillFiles" | "personaFiles"> {
  const placesOf = (kind: CommandPlace["kind"]) => commandPlacesOf(assistantId).filter((place) => place.kind === kind);
  const [skills, personas] = [placesOf("skill"), placesOf("persona")];
  const from = async (workingCopy: string | null) => ({ workingCopy, env: (await shell.get()).env });
  return {
    skillFiles: {
      list: async (workingCopy) => (readsSkills() ? (await readCommands(skills, await from(workingCopy))).commands : []),
      read: async (name, workingCopy) => (readsSkills() ? readCommandFile(name, skills, await from(workingCopy)) : null),
    },
    personaFiles: {
      async read(name, workingCopy) {
        const file = await readCommandFile(name, personas, await from(workingCopy));
        if (!file) return null;
        const { head, problem, body } = splitMarkdown(file.text);
        return { head, problem, text: body, file: file.file };
      },
    },
  };
}
