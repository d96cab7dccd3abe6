import type { McpServer, McpSwitch } from "../../shared/contract/mcp.ts";
import { useProjects, useSessions } from "../stores/app.ts";
import { rpc } from "../rpc.ts";
import { useSessionId } from "../stores/frame.ts";
import { Select } from "../ui/select.tsx";
import type { ChangeList } from "./mcp-server-line.tsx";

type Choice = "same" | "on" | "off";

/** Where a server that is switched on is given: in general, in the project on screen, and in its session. */
export function McpWhere({ server, onChange }: { server: McpServer; onChange: ChangeList }): React.JSX.Element {
  const sessionId = useSessionId();
  const session = useSessions().find(({ id }) => id === sessionId);
  const project = useProjects().find(({ id }) => id === session?.projectId);
  const { name, switches } = server;
  const said = (scope: McpSwitch["scope"], id: string): boolean | null =>
    switches.find((one) => one.scope === scope && one.id === id)?.on ?? null;
  const put = (scope: McpSwitch["scope"], id: string, on: boolean | null): void =>
    void onChange(`${name} was not switched`, () => rpc.mcp.switch({ name, scope, id, on }));
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-small text-muted">
      <Select
        label={`${name} in general`}
        value={said("all", "") === false ? "off" : "on"}
        options={[
          { value: "on", label: "In every project" },
          { value: "off", label: "Only where it is switched on" },
        ]}
        onChange={(value) => put("all", "", value === "off" ? false : null)}
      />
      {project ? (
        <Place
          label={`In ${project.name}`}
          said={said("project", project.id)}
          onChange={(on) => put("project", project.id, on)}
        />
      ) : null}
      {session ? (
        <Place label="In this session" said={said("session", session.id)} onChange={(on) => put("session", session.id, on)} />
      ) : null}
    </div>
  );
}

type PlaceProps = { label: string; said: boolean | null; onChange: (on: boolean | null) => void };

function Place({ label, said, onChange }: PlaceProps): React.JSX.Element {
  const options: { value: Choice; label: string }[] = [
    { value: "same", label: "As in general" },
    { value: "on", label: "On" },
    { value: "off", label: "Off" },
  ];
  return (
    <span className="inline-flex min-w-0 items-center gap-1.5">
      <span className="min-w-0 truncate">{label}</span>
      <Select
        label={label}
        value={said === null ? "same" : said ? "on" : "off"}
        options={options}
        onChange={(value) => onChange(value === "same" ? null : value === "on")}
      />
    </span>
  );
}
