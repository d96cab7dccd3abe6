import { and, eq } from "drizzle-orm";
import type { Store } from "./open.ts";
import { mcpSwitches } from "./tables/programs.ts";

export type McpSwitch = typeof mcpSwitches.$inferSelect;

/** Writer of `mcp_switches`; those of sessions that are deleted for good go with them. */
export class McpSwitchRepository {
  readonly #store;
  readonly #all;

  constructor(store: Store) {
    this.#store = store;
    this.#all = store.orm.select().from(mcpSwitches).prepare();
  }

  list(): McpSwitch[] {
    return this.#all.all();
  }

  set(row: McpSwitch): void {
    const target = [mcpSwitches.scope, mcpSwitches.scopeId, mcpSwitches.server];
    const insert = this.#store.orm.insert(mcpSwitches).values(row);
    this.#store.write(() => insert.onConflictDoUpdate({ target, set: row }).run());
  }

  /** What holds in general holds there again. */
  clear({ scope, scopeId, server }: Omit<McpSwitch, "isOn">): void {
    const { scope: where, scopeId: id, server: which } = mcpSwitches;
    const one = and(eq(where, scope), eq(id, scopeId), eq(which, server));
    this.#store.write(() => this.#store.orm.delete(mcpSwitches).where(one).run());
  }

  removeServer(server: string): void {
    this.#store.write(() => this.#store.orm.delete(mcpSwitches).where(eq(mcpSwitches.server, server)).run());
  }
}
