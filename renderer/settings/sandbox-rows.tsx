import { useEffect, useState } from "react";
import type { SandboxPolicy, Settings } from "../../shared/contract/settings.ts";
import { patchSettings } from "../commands/patch-settings.ts";
import { rpc } from "../rpc.ts";
import { Select } from "../ui/select.tsx";
import { SettingRow } from "./setting-row.tsx";
import { TextSetting } from "./text-setting.tsx";

const policies: { value: SandboxPolicy; label: string }[] = [
  { value: "off", label: "Off" },
  { value: "on", label: "Where there is one" },
  { value: "required", label: "Required" },
];

const hints: Record<SandboxPolicy, string> = {
  off: "Commands run as you: they may write and reach whatever you may.",
  on: "Commands that run through Hearth write only the session’s files and temporary ones, read no keys and reach only the hosts below. Agents’ own shells are not confined.",
  required:
    "As before, and nothing else runs: agents that run commands by themselves are refused, and MCP servers that are programs aren’t given.",
};

export function SandboxRows({ settings }: { settings: Settings }): React.JSX.Element {
  const { problem, gap } = useSandboxState();
  const { sandbox } = settings;
  const refused = sandbox === "required" ? " So no run begins." : "";
  const open = gap === null || sandbox === "off" ? "" : ` The one on this machine isn’t whole: ${gap}.${refused}`;
  const missing = problem === null ? open : ` There is none on this machine: ${problem}.${refused}`;
  return (
    <>
      <SettingRow title="Sandbox for commands" hint={`${hints[sandbox]}${missing}`}>
        <Select
          label="Sandbox for commands"
          value={sandbox}
          options={policies}
          onChange={(value) => void patchSettings({ sandbox: value })}
        />
      </SettingRow>
      {sandbox !== "off" && (
        <SettingRow
          title="Hosts in the sandbox"
          hint="That a command may reach, with blanks between them. *. in front stands for all below."
        >
          <TextSetting
            key={settings.sandboxHosts.join(" ")}
            label="Hosts in the sandbox"
            placeholder="None"
            saved={settings.sandboxHosts.join(" ")}
            onSave={(text) => void patchSettings({ sandboxHosts: text.split(/[\s,]+/).filter((host) => host !== "") })}
          />
        </SettingRow>
      )}
    </>
  );
}

type SandboxState = { problem: string | null; gap: string | null };

/** Nothing is told while it isn't known. */
function useSandboxState(): SandboxState {
  const [state, setState] = useState<SandboxState>({ problem: null, gap: null });
  useEffect(() => {
    let gone = false;
    const told = (now: SandboxState): void => void (gone || setState(now));
    rpc.system.sandbox().then(told, () => told({ problem: "it couldn’t be asked", gap: null }));
    return () => void (gone = true);
  }, []);
  return state;
}
