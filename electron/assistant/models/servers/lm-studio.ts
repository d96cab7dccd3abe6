import * as z from "zod";
import { ok } from "../../../../shared/result.ts";
import { askJson } from "../ask-json.ts";
import { label, listOf, modelName, named, told, tokens, type ServerReader } from "./told.ts";

const config = z.object({ context_length: tokens.optional(), parallel: tokens.optional() });
const instance = z.object({ config: config.optional().catch(undefined) });

const v1 = z.object({
  models: listOf(
    z.object({
      type: z.string(),
      key: modelName,
      display_name: label,
      loaded_instances: listOf(instance),
      capabilities: z.object({ trained_for_tool_use: told.optional(), reasoning: z.unknown() }).optional().catch(undefined),
    }),
  ),
});

const v0 = z.object({
  data: listOf(
    z.object({
      type: z.enum(["llm", "vlm", "embeddings"]),
      id: modelName,
      state: z.string(),
      loaded_context_length: tokens.optional(),
      capabilities: z.array(z.string()).optional().catch(undefined),
    }),
  ),
});

/** LM Studio: `/api/v1/models` since 0.4, before it `/api/v0/models`. Both tell the largest window besides, which isn't asked for. */
export const readLmStudio: ServerReader = async (server) => {
  const newer = await askJson(server, `${server.root}/api/v1/models`, v1);
  if (!newer.ok && newer.error.type !== "odd") return newer;
  if (newer.ok) {
    const chat = newer.value.models.filter(({ type }) => type === "llm");
    return ok(
      chat.map(({ key, display_name, loaded_instances, capabilities }) => ({
        ...named(key),
        label: display_name ?? key,
        window: smallest(loaded_instances.map(({ config: its }) => its?.context_length ?? null)),
        loaded: loaded_instances.length > 0,
        slots: smallest(loaded_instances.map(({ config: its }) => its?.parallel ?? null)),
        tools: capabilities?.trained_for_tool_use ?? null,
        reasoning: capabilities ? capabilities.reasoning !== undefined && capabilities.reasoning !== false : null,
      })),
    );
  }
  const older = await askJson(server, `${server.root}/api/v0/models`, v0);
  if (!older.ok) return older;
  const chat = older.value.data.filter(({ type }) => type !== "embeddings");
  return ok(
    chat.map(({ id, state, loaded_context_length, capabilities }) => ({
      ...named(id),
      window: state === "loaded" ? (loaded_context_length ?? null) : null,
      loaded: state === "loaded",
      tools: capabilities ? capabilities.includes("tool_use") : null,
    })),
  );
};

/** A request may come to any of the instances; one that doesn't tell makes it unknown. */
function smallest(told: (number | null)[]): number | null {
  const known = told.filter((one) => one !== null);
  return known.length > 0 && known.length === told.length ? Math.min(...known) : null;
}
