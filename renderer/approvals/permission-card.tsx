import { TriangleAlert } from "lucide-react";
import { useMemo, useRef, useState, type SyntheticEvent } from "react";
import type { PermissionRequest } from "../../shared/contract/permissions.ts";
import { visibleText } from "../../shared/visible-text.ts";
import { LinesView } from "../diff/lines-view.tsx";
import { callFailure, rpc } from "../rpc.ts";
import { useAgent, useSession } from "../stores/app.ts";
import { AgentMark } from "../ui/agent-mark.tsx";
import { MainButton } from "../ui/main-button.tsx";
import { cx } from "../ui/cx.ts";
import { lastings, minutesOf, type Lasting } from "../ui/lasting.ts";
import { Select } from "../ui/select.tsx";
import { answersFor, isClaim, type AnswerChoice } from "./answers.ts";
import { actionHidesText, describeAction, isSaid, pathFrom } from "./describe-action.ts";
import { Asker, askerText } from "./asker.tsx";
import { useArmed } from "./use-armed.ts";
import { Visible } from "../markdown/visible.tsx";

/**
 * An open permission request, answerable in place. What will happen is told from the structured action alone;
 * the agent's title is quoted as its claim. Keys work only while the card itself has the focus, and nothing works
 * before it has been in view for half a second.
 */
export function PermissionCard({ request }: { request: PermissionRequest }): React.JSX.Element {
  const card = useRef<HTMLDivElement>(null);
  const armed = useArmed(card);
  const [sent, setSent] = useState<AnswerChoice["id"] | null>(null);
  // Two clicks can come before the page is drawn anew, so what guards against the second isn't state.
  const sending = useRef(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [lasts, setLasts] = useState<Lasting>("until-removed");
  const answers = answersFor(request.options, request);
  const agentLabel = useAgent(request.agentId)?.label ?? request.agentId;
  const root = useSession(request.sessionId)?.workingCopy.path ?? null;
  const text = describeAction(request.action, root);

  const answer = async (choice: AnswerChoice): Promise<void> => {
    if (!armed || sending.current) return;
    sending.current = true;
    setSent(choice.id);
    setProblem(null);
    try {
      await rpc.permissions.answer({
        id: request.id,
        optionId: choice.optionId,
        remember: choice.remember,
        minutes: minutesOf[lasts],
      });
    } catch (error) {
      const failure = callFailure(error);
      sending.current = false;
      setSent(null);
      setProblem(failure.code === "PERMISSION_CLOSED" ? "This was answered or withdrawn meanwhile." : failure.message);
    }
  };

  return (
    <div
      role="group"
      ref={card}
      data-approval={request.id}
      tabIndex={0}
      aria-label={`${askerText(agentLabel, request.asker)} asks: ${visibleText([text.verb, text.target, ...text.lines].filter(Boolean).join(" "))}`}
      onKeyDown={(event) => {
        if (event.repeat || event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
        const choice = answers.find(
          (candidate) => candidate.key === event.key || (event.key === "Enter" && candidate.id === "once"),
        );
        if (choice) void answer(choice);
      }}
      className="overflow-hidden rounded-card border border-line border-l-accent bg-raised"
    >
      <div className="flex flex-col gap-2 px-3 py-2.5">
        <Headline agentId={request.agentId} agentLabel={agentLabel} verb={text.verb} target={text.target} />
        <Asker agentLabel={agentLabel} asker={request.asker} />
        {request.action.kind === "undecodable" ? (
          <p className="text-muted">The agent gave nothing that shows what it will do. Allow it only if you know why it asks.</p>
        ) : null}
        {text.lines.length > 0 ? (
          <ActionLines lines={text.lines} prompt={request.action.kind === "execute" && request.action.claim === undefined} />
        ) : null}
        <Where folder={text.where} known={request.action.cwd !== undefined} />
        <QuietSettings settings={request.action.quietSettings ?? []} />
        {request.action.diff?.map((diff) => (
          <div key={diff.path} className="overflow-hidden rounded-control border border-line bg-canvas">
            {(request.action.diff?.length ?? 0) > 1 ? (
              <code className="block border-b border-line px-2 py-1 text-muted">
                <Visible text={pathFrom(root, diff.path)} />
              </code>
            ) : null}
            <div className="max-h-56 overflow-y-auto">
              <LinesView diff={diff} title={pathFrom(root, diff.path)} wrap />
            </div>
          </div>
        ))}
        <Warnings request={request} />
        {request.title && !isSaid(text, request.title) ? (
          <p className="line-clamp-2 min-w-0 text-small break-words text-muted">
            {agentLabel} calls it “<Visible text={request.title} />”
          </p>
        ) : null}
        <div className="flex flex-wrap items-center gap-1.5 pt-0.5">
          {answers.map((choice) => (
            <AnswerButton key={choice.id} choice={choice} armed={armed} sent={sent} onAnswer={answer} />
          ))}
        </div>
        {request.rememberable ? (
          <div className="flex flex-wrap items-center gap-1.5 text-small text-muted">
            {isClaim(request.action) ? "Session and Project are" : "Session, Project and Always are"} remembered
            <HowLong armed={armed} lasts={lasts} onChange={setLasts} />
          </div>
        ) : null}
        {answers.some((choice) => choice.id === "reject") ? null : (
          <p className="text-small text-muted">The agent offers no way to refuse. Stop the run instead.</p>
        )}
        {problem ? (
          <p role="alert" className="text-small text-removed">
            {problem}
          </p>
        ) : null}
      </div>
    </div>
  );
}

function Headline({
  agentId,
  agentLabel,
  verb,
  target,
}: {
  agentId: string;
  agentLabel: string;
  verb: string;
  target: string | null;
}): React.JSX.Element {
  return (
    <div className="flex min-w-0 items-start gap-2">
      <AgentMark agentId={agentId} label={agentLabel} className="mt-0.5" />
      <p className="min-w-0 flex-1 font-semibold">
        {verb}
        {target ? (
          <>
            {" "}
            <code className="selectable font-medium break-all">
              <Visible text={target} />
            </code>
          </>
        ) : null}
      </p>
    </div>
  );
}

type HowLongProps = { armed: boolean; lasts: Lasting; onChange: (lasts: Lasting) => void };

/** Until the card is armed it opens nothing: a menu would take the focus. Tab finds it in any case. */
function HowLong({ armed, lasts, onChange }: HowLongProps): React.JSX.Element {
  const hold = (event: SyntheticEvent): void => {
    if (armed || ("key" in event && event.key === "Tab")) return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <span
      role="presentation"
      onPointerDownCapture={hold}
      onMouseDownCapture={hold}
      onClickCapture={hold}
      onKeyDownCapture={hold}
      className="contents"
    >
      <Select label="How long it is remembered" value={lasts} options={lastings} onChange={onChange} />
    </span>
  );
}

/** Where a command runs: the folder, or that it is the session's own. */
function Where({ folder, known }: { folder: string | null; known: boolean }): React.JSX.Element | null {
  if (folder === null) return known ? <p className="text-small text-muted">in the session’s working copy</p> : null;
  return (
    <p className="min-w-0 text-small text-muted">
      in{" "}
      <code className="selectable break-all">
        <Visible text={folder} />
      </code>
    </p>
  );
}

/** Variables that change only how a command prints: there for who wants to see them. */
function QuietSettings({ settings }: { settings: readonly string[] }): React.JSX.Element | null {
  if (settings.length === 0) return null;
  return (
    <details className="min-w-0 text-small text-muted">
      <summary className="cursor-default">
        with {settings.length === 1 ? "a variable" : `${settings.length} variables`} for how it prints
      </summary>
      <code className="selectable block break-all">
        <Visible text={settings.join(" ")} />
      </code>
    </details>
  );
}

function ActionLines({ lines, prompt }: { lines: string[]; prompt: boolean }): React.JSX.Element {
  const count = lines.join("\n").split("\n").length;
  return (
    <div className="rounded-control border border-line bg-canvas">
      <pre className="selectable max-h-44 overflow-auto px-2.5 py-1.5 break-all whitespace-pre-wrap">
        {lines.map((line, index) => (
          <div key={index}>
            {prompt ? (
              <span aria-hidden className="mr-2 text-faint select-none">
                $
              </span>
            ) : null}
            <Visible text={line} />
          </div>
        ))}
      </pre>
      {count > 9 ? (
        <p className="border-t border-line px-2.5 py-1 text-small text-changed">{count} lines: scroll to read all of it.</p>
      ) : null}
    </div>
  );
}

function Warnings({ request }: { request: PermissionRequest }): React.JSX.Element | null {
  // Looks at all of the texts, which may be long.
  const hides = useMemo(() => actionHidesText(request.action), [request.action]);
  const warnings = hides
    ? ["It contains characters that would not be seen; they are shown as marks.", ...request.warnings]
    : request.warnings;
  if (warnings.length === 0) return null;
  return (
    <ul className="flex flex-col gap-1">
      {warnings.map((warning) => (
        <li key={warning} className="flex gap-2 text-small text-changed">
          <TriangleAlert className="mt-0.5 size-3 shrink-0" aria-hidden />
          <span className="min-w-0 break-words">
            <Visible text={warning} />
          </span>
        </li>
      ))}
    </ul>
  );
}

type AnswerProps = {
  choice: AnswerChoice;
  armed: boolean;
  sent: AnswerChoice["id"] | null;
  onAnswer: (choice: AnswerChoice) => Promise<void>;
};

function AnswerButton({ choice, armed, sent, onAnswer }: AnswerProps): React.JSX.Element {
  const first = choice.id === "once";
  return (
    <MainButton
      rank="asks"
      main={first}
      title={choice.hint}
      aria-label={`${choice.label}: ${choice.hint}`}
      aria-disabled={!armed || sent !== null}
      aria-keyshortcuts={choice.key}
      onClick={() => void onAnswer(choice)}
      className={cx(sent === choice.id && "animate-pulse-dot")}
    >
      {choice.label}
      {/* There with and without the focus: a button that grew narrower as it is pressed would slip from under the pointer. */}
      <span
        aria-hidden
        data-key={choice.key.toUpperCase()}
        className="font-mono text-small opacity-70 before:content-[attr(data-key)] touch:hidden"
      />
    </MainButton>
  );
}
