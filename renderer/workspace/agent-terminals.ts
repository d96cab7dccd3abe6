import { openAgentTerminal } from "../commands/actions.ts";
import { useApp } from "../stores/app.ts";
import type { MenuEntry } from "../ui/menu.tsx";

/** The agents whose own program is on this machine, each to be started in a terminal. */
export function agentTerminals(sessionId: string, paneId: string): MenuEntry[] {
  const here = useApp.getState().app?.agents.filter((agent) => agent.enabled && agent.tui?.path) ?? [];
  if (here.length === 0) return [];
  return [
    {
      kind: "submenu",
      label: "Agent in a terminal",
      entries: [
        ...here.map(({ id, label }) => ({ label, onSelect: () => void openAgentTerminal(sessionId, id, { paneId }) })),
        { kind: "separator" },
        { kind: "heading", label: "Its own program asks by its own rules, not by this session’s policy." },
      ],
    },
  ];
}
