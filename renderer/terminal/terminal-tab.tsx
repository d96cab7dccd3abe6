import { useCallback, useEffect, useState } from "react";
import { tabKey, type Tab } from "../../shared/layout-tree.ts";
import { visibleText } from "../../shared/visible-text.ts";
import { newTerminal } from "../commands/actions.ts";
import { openFile } from "../commands/open-file.ts";
import { closeFind } from "../commands/find.ts";
import { useIsFinding } from "../stores/finding.ts";
import { useTerminal } from "../stores/app.ts";
import { useAway } from "../stores/connection.ts";
import { takeForTerminal, useTerminalInserts } from "../stores/terminal-inserts.ts";
import { Button } from "../ui/button.tsx";
import { cx } from "../ui/cx.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { isMac } from "../ui/is-mac.ts";
import type { PastedText } from "./pasted-text.ts";
import { isPlainAddress, openAddress, PasteDialog, terminalLink } from "./terminal-dialogs.tsx";
import { LinkDialog } from "../markdown/link-dialog.tsx";
import { Exited } from "./exited.tsx";
import { cwdOf, findFile, rootOf } from "../stores/find-file.ts";
import { TuiLine } from "./tui-line.tsx";
import { TerminalFind } from "./terminal-find.tsx";
import { Note, UnsentNote } from "./terminal-notes.tsx";
import { TerminalView } from "./terminal-view.ts";

const mostUnsent = 10_000;

type Props = { sessionId: string; terminalId: string; active: boolean };
type Phase = { kind: "opening" } | { kind: "running" } | { kind: "exited"; exitCode: number | null } | { kind: "missing" };

/** One terminal of a session. A new id is a new terminal, with nothing left of the one before. */
export function TerminalTab(props: Props): React.JSX.Element {
  return <OneTerminal key={props.terminalId} {...props} />;
}

function OneTerminal({ sessionId, terminalId, active }: Props): React.JSX.Element {
  const [phase, setPhase] = useState<Phase>({ kind: "opening" });
  const [view, setView] = useState<TerminalView | null>(null);
  const [hovered, setHovered] = useState<string | null>(null);
  const [link, setLink] = useState<string | null>(null);
  const [pasted, setPasted] = useState<PastedText | null>(null);
  const [blocked, setBlocked] = useState(false);
  const [unsent, setUnsent] = useState("");
  const tab: Tab = { kind: "terminal", id: terminalId };
  const finding = useIsFinding(tabKey(tab));
  const [found, setFound] = useState({ count: 0, at: -1 });
  const terminal = useTerminal(terminalId);

  const mount = useCallback(
    (host: HTMLDivElement) => {
      const opened = new TerminalView({
        host,
        terminalId,
        files: { root: rootOf(sessionId), find: (path, cwd) => findFile(sessionId, cwd ?? cwdOf(terminalId), path) },
        events: {
          onReady: () => setPhase((was) => (was.kind === "opening" ? { kind: "running" } : was)),
          onExit: (exitCode) => setPhase({ kind: "exited", exitCode }),
          onMissing: () => setPhase({ kind: "missing" }),
          onLinkHover: setHovered,
          onLinkOpen: (address, hidden) => (!hidden && isPlainAddress(address) ? openAddress(address) : setLink(address)),
          onFileOpen: (path, line) => openFile(sessionId, path, line),
          onPasteAsked: setPasted,
          onClipboardBlocked: () => setBlocked(true),
          onUnsent: (text) => setUnsent((before) => `${before}${text}`.slice(0, mostUnsent)),
          onFound: setFound,
        },
      });
      setView(opened);
      return () => {
        opened.dispose();
        setView(null);
      };
    },
    [terminalId, sessionId],
  );
  useFollowPage(view, active);
  const away = useAway();
  useEffect(() => view?.setAway(away), [view, away]);
  useInserts(terminalId, phase.kind === "running" ? view : null);

  function endFind(): void {
    closeFind(tab);
    view?.endFind();
  }
  function endPaste(): void {
    setPasted(null);
    view?.focus();
  }

  return (
    <div data-terminal={terminalId} className="relative flex h-full min-h-0 flex-col bg-canvas">
      {terminal?.agent && phase.kind === "running" ? <TuiLine agent={terminal.agent} /> : null}
      <UnsentNote
        text={unsent}
        ready={!away && phase.kind === "running"}
        onClose={() => setUnsent("")}
        onType={() => {
          setUnsent("");
          view?.insert(unsent);
          view?.focus();
        }}
      />
      {blocked ? <Note onClose={() => setBlocked(false)}>A program here tried to use the clipboard. It was not let.</Note> : null}
      <div className={cx("relative min-h-0 flex-1", phase.kind === "missing" && "hidden")}>
        <div
          ref={mount}
          data-steps
          aria-label={visibleText(terminal?.title ?? "Terminal")}
          className="absolute inset-y-1 right-0 left-0 overflow-auto font-mono text-code"
        />
        {finding && view ? <TerminalFind view={view} found={found} onClose={endFind} /> : null}
        {hovered ? (
          <p className="pointer-events-none absolute bottom-1 left-1 z-10 max-w-[calc(100%-1rem)] truncate rounded-control border border-line-strong bg-raised px-2 py-0.5 text-small text-muted">
            <kbd>{openKey}</kbd>-click opens <span className="text-text">{visibleText(hovered)}</span>
          </p>
        ) : null}
      </div>
      {phase.kind === "missing" ? (
        <EmptyState action={<Button onClick={() => void newTerminal(sessionId)}>Open new terminal</Button>}>
          This terminal is gone.
        </EmptyState>
      ) : null}
      {phase.kind === "exited" && terminal ? <Exited terminal={terminal} exitCode={phase.exitCode} /> : null}
      {pasted ? (
        <PasteDialog
          pasted={pasted}
          onClose={endPaste}
          onPaste={() => {
            view?.paste(pasted.text);
            endPaste();
          }}
        />
      ) : null}
      {link ? <LinkDialog link={terminalLink(link)} onClose={() => setLink(null)} /> : null}
    </div>
  );
}

const openKey = isMac ? "⌘" : "Ctrl";

/** Colours and font from the page, drawing speed only while somebody looks. */
function useFollowPage(view: TerminalView | null, active: boolean): void {
  useEffect(() => {
    view?.setActive(active);
    const focused = document.activeElement;
    // Opened or chosen by its tab it takes the keys; from another field it takes nothing away.
    if (active && (focused === document.body || focused?.role === "tab")) view?.focus();
  }, [view, active]);
  useEffect(() => {
    if (!view) return;
    const observer = new MutationObserver(() => view.restyle());
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme", "style"] });
    return () => observer.disconnect();
  }, [view]);
}

/** Puts in what was handed over for this terminal; it waits until the screen is there, as before that nothing goes to the program. */
function useInserts(terminalId: string, view: TerminalView | null): void {
  const waits = useTerminalInserts((state) => state[terminalId] !== undefined);
  useEffect(() => {
    const text = view && waits ? takeForTerminal(terminalId) : null;
    if (view && text !== null) view.insert(text);
  }, [terminalId, view, waits]);
}
