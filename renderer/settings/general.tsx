import { patchSettings } from "../commands/patch-settings.ts";
import { useAgents, useSettings } from "../stores/app.ts";
import { Select } from "../ui/select.tsx";
import { SandboxRows } from "./sandbox-rows.tsx";
import { SettingRow } from "./setting-row.tsx";
import { Switch } from "../ui/switch.tsx";
import { Stepper } from "./stepper.tsx";
import { TextSetting } from "./text-setting.tsx";

const fewestRuns = 1;
const mostRuns = 64;
const lastUsed = "";

export function General(): React.JSX.Element | null {
  const settings = useSettings();
  const agents = useAgents().filter((agent) => agent.enabled || agent.id === settings?.defaultAgentId);
  if (!settings) return null;
  return (
    <>
      <SettingRow title="Agent of a new chat" hint="Each chat keeps the one chosen in it.">
        <Select
          label="Agent of a new chat"
          value={settings.defaultAgentId ?? lastUsed}
          options={[
            { value: lastUsed, label: "The one used last" },
            ...agents.map((agent) => ({ value: agent.id, label: agent.label })),
          ]}
          onChange={(id) => void patchSettings({ defaultAgentId: id === lastUsed ? null : id })}
        />
      </SettingRow>
      <SettingRow title="Runs at a time" hint="Over all sessions. More wait for their turn.">
        <Stepper
          label="Runs at a time"
          value={settings.maxConcurrentRuns}
          least={fewestRuns}
          most={mostRuns}
          less="Fewer"
          more="More"
          onChange={(maxConcurrentRuns) => void patchSettings({ maxConcurrentRuns })}
        />
      </SettingRow>
      <SettingRow
        title="Memory for agents"
        hint="Percent of this machine’s, for all their processes together. Above it, those that nobody uses are ended, the longest unused first."
      >
        <Stepper
          label="Memory for agents, in percent"
          value={settings.agentMemoryPercent}
          step={5}
          least={5}
          most={90}
          less="Less"
          more="More"
          onChange={(agentMemoryPercent) => void patchSettings({ agentMemoryPercent })}
        />
      </SettingRow>
      <SettingRow title="Idle agents" hint="Minutes until a process that nobody uses is ended.">
        <Stepper
          label="Minutes until an idle agent is ended"
          value={settings.agentIdleMinutes}
          step={5}
          least={5}
          most={240}
          less="Sooner"
          more="Later"
          onChange={(agentIdleMinutes) => void patchSettings({ agentIdleMinutes })}
        />
      </SettingRow>
      <SettingRow
        title="A failed edit fails the run"
        hint="Where no later edit of the same file succeeded, whatever the agent says of it."
      >
        <Switch
          label="A failed edit fails the run"
          checked={settings.failUnrecoveredEdits}
          onChange={(failUnrecoveredEdits) => void patchSettings({ failUnrecoveredEdits })}
        />
      </SettingRow>
      <SandboxRows settings={settings} />
      <SettingRow
        title="Skills"
        hint="Instructions in files that Hearth’s own agent may read: yours in ~/.config/hearth/skills and ~/.agents/skills, and .hearth/skills or .agents/skills of projects that you trust. A folder for each, with a SKILL.md."
      >
        <Switch label="Skills" checked={settings.readSkills} onChange={(readSkills) => void patchSettings({ readSkills })} />
      </SettingRow>
      <SettingRow
        title="Web search"
        hint="The address of a SearXNG server that answers with JSON. Hearth’s own agent searches with it, and asks before it does; left empty, it has no search."
      >
        <TextSetting
          key={settings.webSearchUrl}
          label="Web search"
          placeholder="http://localhost:8888"
          saved={settings.webSearchUrl ?? ""}
          onSave={(url) => void patchSettings({ webSearchUrl: url === "" ? null : url })}
        />
      </SettingRow>
      <SettingRow
        title="Shell of terminals"
        hint="A path to a program. New terminals use it; left empty, your login shell. What a shell shows is kept in Hearth’s store, which only your account can read, until you close it or delete its session."
      >
        <TextSetting
          key={settings.terminalShell}
          label="Shell of terminals"
          placeholder="Login shell"
          saved={settings.terminalShell ?? ""}
          onSave={(shell) => void patchSettings({ terminalShell: shell === "" ? null : shell })}
        />
      </SettingRow>
      <SettingRow
        title="Marks beside commands"
        hint="New terminals with bash, zsh or fish show where each command begins and how it ended. Your own files are read as always."
      >
        <Switch
          label="Marks beside commands"
          checked={settings.terminalMarks}
          onChange={(terminalMarks) => void patchSettings({ terminalMarks })}
        />
      </SettingRow>
    </>
  );
}
