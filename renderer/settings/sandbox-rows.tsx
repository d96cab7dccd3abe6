import { useEffect, useState } from "react";
import type { SandboxPolicy, Settings } from "../../shared/contract/settings.ts";
import { patchSettings } from "../commands/patch-settings.ts";
import { rpc } from "../rpc.ts";
import { Input } from "../ui/input.tsx";
import { Select } from "../ui/select.tsx";
import { SettingRow } from "./setting-row.tsx";

const policies: { value: SandboxPolicy; label: string }[] = [
  { value: "off", label: "Off" },
  { value: "on", label: "Where there is one" },
  { value: "required", label: "Required" },
];

const hints: Record<SandboxPolicy, string> = {
  off: "Commands run as you: they may write and reach whatever you may.",
  on: "Commands that run through Hearth write only the session’s files, read no keys and reach only the hosts below. Agents’ own shells are not confined.",
  required: "As before, and nothing else runs: agents that run commands by themselves are refused.",
};

export function SandboxRows({ settings }: { settings: Settings }): React.JSX.Element {
  const problem = useSandboxProblem();
  const { sandbox } = settings;
  const missing = problem === null ? "" : ` There is none on this machine: ${problem}.`;
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
          <HostsField key={settings.sandboxHosts.join(" ")} saved={settings.sandboxHosts} />
        </SettingRow>
      )}
    </>
  );
}

/** null while it isn't known, and where there is no problem. */
function useSandboxProblem(): string | null {
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    let gone = false;
    const told = (now: string | null): void => void (gone || setProblem(now));
    rpc.system.sandbox().then(
      (answer) => told(answer.problem),
      () => told("it couldn’t be asked"),
    );
    return () => void (gone = true);
  }, []);
  return problem;
}

/** Saved when it is left or with Enter. */
function HostsField({ saved }: { saved: readonly string[] }): React.JSX.Element {
  const [value, setValue] = useState(saved.join(" "));
  const save = (): void => {
    const hosts = value.split(/[\s,]+/).filter((host) => host !== "");
    if (hosts.join(" ") !== saved.join(" ")) void patchSettings({ sandboxHosts: hosts });
  };
  return (
    <Input
      aria-label="Hosts in the sandbox"
      placeholder="None"
      className="w-56 font-mono text-code"
      value={value}
      onChange={(event) => setValue(event.target.value)}
      onBlur={save}
      onKeyDown={(event) => event.key === "Enter" && save()}
    />
  );
}
