import * as z from "zod";
import { agentOptions, type AgentOptions } from "../../shared/contract/agents.ts";
import type { Store } from "./open.ts";

/** What a handshake or a session told of an agent, and of which program (`fingerprint`) it was told. */
export type AgentFacts = {
  agentId: string;
  fingerprint: string;
  version: string | null;
  /** The agent's own words on what it can do, for the diagnostic. */
  capabilities: Record<string, unknown> | null;
  options: AgentOptions | null;
  status: "ready" | "signed_out" | "error";
  reason: string | null;
  checkedAt: number;
  /** When files were last changed in a turn of its without a request. */
  changedUnaskedAt: number | null;
};

type Row = {
  agent_id: string;
  fingerprint: string;
  version: string | null;
  capabilities: string | null;
  options: string | null;
  status: string;
  reason: string | null;
  checked_at: number;
  changed_unasked_at: number | null;
};

/** Sole writer of `agent_facts`. */
export type AgentFactsRepository = ReturnType<typeof createAgentFactsRepository>;

export function createAgentFactsRepository(store: Store) {
  const { sqlite } = store;
  const all = sqlite.prepare<[], Row>("SELECT * FROM agent_facts");
  const upsert = sqlite.prepare(
    `INSERT INTO agent_facts (agent_id, fingerprint, version, capabilities, options, status, reason, checked_at, changed_unasked_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (agent_id) DO UPDATE SET fingerprint = excluded.fingerprint, version = excluded.version,
       capabilities = excluded.capabilities, options = excluded.options, status = excluded.status, reason = excluded.reason,
       checked_at = excluded.checked_at, changed_unasked_at = excluded.changed_unasked_at`,
  );
  const clear = sqlite.prepare("DELETE FROM agent_facts WHERE agent_id = ?");
  return {
    load: (): AgentFacts[] => all.all().map(toFacts),
    save(facts: AgentFacts): void {
      const capabilities = facts.capabilities === null ? null : JSON.stringify(facts.capabilities);
      const options = facts.options === null ? null : JSON.stringify(facts.options);
      const { agentId, fingerprint, version, status, reason, checkedAt, changedUnaskedAt } = facts;
      upsert.run(agentId, fingerprint, version, capabilities, options, status, reason, checkedAt, changedUnaskedAt);
    },
    remove(agentId: string): void {
      clear.run(agentId);
    },
  };
}

function toFacts(row: Row): AgentFacts {
  return {
    agentId: row.agent_id,
    fingerprint: row.fingerprint,
    version: row.version,
    capabilities: row.capabilities === null ? null : z.record(z.string(), z.unknown()).parse(JSON.parse(row.capabilities)),
    options: row.options === null ? null : agentOptions.parse(JSON.parse(row.options)),
    status: z.enum(["ready", "signed_out", "error"]).catch("error").parse(row.status),
    reason: row.reason,
    checkedAt: row.checked_at,
    changedUnaskedAt: row.changed_unasked_at,
  };
}
