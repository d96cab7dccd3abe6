import type { StandInApi } from "./start.ts";

/** vLLM's OpenAI-compatible server: the list says how long a request may be. */
export const vllm: StandInApi = ({ url }, models) => {
  if (url.pathname === "/version") return { body: { version: "0.11.0" } };
  if (url.pathname !== "/v1/models") return null;
  const data = models.map(({ name, window }) => ({
    ...{ id: name, object: "model", created: 1_764_000_000, owned_by: "vllm", root: name, parent: null },
    ...(window ? { max_model_len: window } : {}),
  }));
  return { body: { object: "list", data } };
};

/** Nothing but OpenAI's list. */
export const plain: StandInApi = ({ url }, models) =>
  url.pathname === "/v1/models"
    ? { body: { object: "list", data: models.map(({ name }) => ({ id: name, object: "model", owned_by: "somebody" })) } }
    : null;
