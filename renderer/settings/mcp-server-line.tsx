import { useState } from "react";
import type { McpList, McpServer } from "../../shared/contract/mcp.ts";
import { concernsOf } from "../../shared/mcp-words.ts";
import { visibleText } from "../../shared/visible-text.ts";
import { rpc } from "../rpc.ts";
import { Button } from "../ui/button.tsx";
import { Switch } from "../ui/switch.tsx";
import { McpForm } from "./mcp-form.tsx";
import { McpToldView } from "./mcp-told.tsx";
import { McpWhere } from "./mcp-where.tsx";

/** Whether it was done. */
export type ChangeList = (title: string, call: () => Promise<McpList>) => Promise<boolean>;
type Props = {
  server: McpServer;
  /** It is being asked for its tools. */
  asked: boolean;
  onChange: ChangeList;
  onAsk: () => void;
  onSaved: (list: McpList, switchedOn: string | null) => void;
};

/** A server: what it runs or asks, whether agents get it, how it is, and what was approved where that is something else. */
export function McpServerLine({ server, asked, onChange, onAsk, onSaved }: Props): React.JSX.Element {
  const [editing, setEditing] = useState(false);
  const { what, sets, shared } = server;
  const facts = [sets.length > 0 ? `Sets ${sets.join(", ")}` : null, shared ? "One process for all sessions" : null];
  return (
    <li className="flex flex-col gap-1 border-b border-line px-3 py-2 last:border-b-0">
      <Head server={server} onChange={onChange} onAsk={onAsk} busy={asked} onEdit={() => setEditing(true)} />
      <code className="selectable block break-all">{visibleText(what)}</code>
      {facts.some(Boolean) ? (
        <p className="text-small break-words text-muted">{visibleText(facts.filter(Boolean).join(" · "))}</p>
      ) : null}
      <Concerns server={server} />
      <McpToldView server={server} busy={asked} />
      {server.state === "on" ? <McpWhere server={server} onChange={onChange} /> : null}
      {editing ? <McpForm server={server} onSaved={onSaved} onDone={() => setEditing(false)} /> : null}
    </li>
  );
}

type HeadProps = { server: McpServer; onChange: ChangeList; onAsk: () => void; busy: boolean; onEdit: () => void };

function Head({ server, onChange, onAsk, busy, onEdit }: HeadProps): React.JSX.Element {
  const [confirming, setConfirming] = useState(false);
  const { name, hash, state, told, secrets } = server;
  const isNew = [...(told?.tools ?? []), told?.instructions].some((one) => one && one.state !== "approved");
  const toolsHash = isNew ? told?.toolsHash : undefined;
  const approve = async (tools?: string): Promise<void> => {
    const call = () => rpc.mcp.approve({ name, hash, ...(tools ? { toolsHash: tools } : {}) });
    if ((await onChange(`${name} was not switched on`, call)) && tools === undefined) onAsk();
  };
  const withdraw = (): void => void onChange(`${name} was not switched off`, () => rpc.mcp.withdraw({ name }));
  const remove = (): void => void onChange(`${name} was not removed`, () => rpc.mcp.remove({ name }));
  return (
    <div className="flex flex-wrap items-center gap-1">
      <span className="min-w-24 flex-1 font-medium break-words">{visibleText(name)}</span>
      {state === "changed" ? <Button onClick={() => void approve()}>Allow what it is now</Button> : null}
      {state === "on" && toolsHash ? <Button onClick={() => void approve(toolsHash)}>Allow its tools as they are</Button> : null}
      <span className="inline-flex gap-1 max-tablet:order-last">
        {state === "on" ? (
          <Button variant="plain" aria-label={`Check ${name}`} disabled={busy} onClick={onAsk}>
            Check
          </Button>
        ) : null}
        <Button variant="plain" aria-label={`Change ${name}`} onClick={onEdit}>
          Change
        </Button>
        {confirming ? (
          <Button variant="danger" aria-label={`Remove ${name} with its secrets`} onClick={remove}>
            Remove with its secrets
          </Button>
        ) : (
          <Button
            variant="plain"
            aria-label={`Remove ${name}`}
            onClick={() => (secrets.length > 0 ? setConfirming(true) : remove())}
          >
            Remove
          </Button>
        )}
      </span>
      <Switch label={`Agents get ${name}`} checked={state === "on"} onChange={(on) => (on ? void approve() : withdraw())} />
    </div>
  );
}

function Concerns({ server }: { server: McpServer }): React.JSX.Element {
  const { was, what } = server;
  return (
    <>
      {was === null ? null : (
        <p role="alert" className="selectable text-small break-words text-changed">
          It has changed, so no agent gets it. Approved was:{" "}
          {was === what ? "the same with other values" : <code className="break-all">{visibleText(was)}</code>}
        </p>
      )}
      {concernsOf(server).map((concern) => (
        <p key={concern} className="selectable text-small break-words text-changed">
          {visibleText(concern)}
        </p>
      ))}
    </>
  );
}
