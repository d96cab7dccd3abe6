import path from "node:path";
import { assistantId } from "../agents/catalog.ts";
import type { BackendKind } from "../agents/backend.ts";
import { assistantKind } from "../assistant/assistant-kind.ts";
import type { Models } from "../assistant/models/model.ts";
import { Outliner } from "../assistant/outlines/outliner.ts";
import { allTools } from "../assistant/tools/all-tools.ts";
import { publicNetwork } from "../assistant/tools/web/fetch-page.ts";
import type { Foundation } from "./foundation.ts";

/** Hearth's own agent with the models of this machine, and those of servers that a person added. `node` runs the page reader. */
export function composeAssistant({ options, clock, log, git, scope }: Foundation, models: Models, node: string): BackendKind {
  const pageReader = { command: node, args: [options.programs.pageReader] };
  const outlines = new Outliner(options.programs.outliner);
  scope.add(() => outlines.dispose());
  return assistantKind({
    ...{ agentId: assistantId, version: options.version, models, log },
    tools: allTools({ git, clock, outlines, web: { network: publicNetwork, pageReader } }),
    outputsFolder: path.join(options.dataDir, "assistant"),
  });
}
