import type { BackendKind } from "../agents/backend.ts";
import type { Log } from "../lib/log.ts";
import { AssistantBackend, type AssistantDeps } from "./assistant-backend.ts";

const noServer =
  "No model server was found on this machine. Start llama-server, Ollama, LM Studio or vLLM, or add one by its address in Settings, Local models";

/**
 * Hearth's own agent, which lives in this process and works with whatever models there are. Who looks for it has the
 * servers asked, too, which is told once they answer.
 */
export function assistantKind(deps: AssistantDeps & { log: Log }): BackendKind {
  const { models, version, log } = deps;
  return {
    look: ({ id }, shell) => {
      // While the core is being put together nobody wants to know yet.
      if (shell) models.look().catch((error: unknown) => log.warn("assistant.look", { message: String(error) }));
      return models.list().length === 0
        ? { state: "missing", reason: noServer, partly: false }
        : { state: "found", program: { path: null, how: "built in", fingerprint: id, version } };
    },
    create: (backend) => new AssistantBackend(deps, backend),
  };
}
