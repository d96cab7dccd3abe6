import { FileText, Folder, Slash } from "lucide-react";
import { Visible } from "../markdown/visible.tsx";
import { cx } from "../ui/cx.ts";
import type { Suggestion, Suggestions } from "./use-suggestions.ts";

type Props = {
  id: string;
  suggestions: Suggestions;
  at: number;
  onPick: (suggestion: Suggestion) => void;
  onHover: (index: number) => void;
  kind: "mention" | "command";
};

export const optionId = (listId: string, index: number): string => `${listId}-${index}`;

/** The choices above the composer. The text field keeps the focus; the list is its popup. */
export function SuggestionList({ id, suggestions, at, onPick, onHover, kind }: Props): React.JSX.Element {
  const { list, state, problem } = suggestions;
  return (
    <div
      id={id}
      role="listbox"
      aria-label={kind === "mention" ? "Files and folders" : "Commands"}
      className="absolute inset-x-0 bottom-full z-20 mb-1 max-h-72 overflow-y-auto rounded-card border border-line-strong bg-raised p-1 shadow-float"
    >
      {list.map((suggestion, index) => (
        <Option
          key={suggestion.key}
          id={optionId(id, index)}
          suggestion={suggestion}
          heading={headingOf(list, index)}
          active={index === at}
          onPick={() => onPick(suggestion)}
          onHover={() => onHover(index)}
        />
      ))}
      {list.length === 0 ? (
        <p role="status" className="px-2 py-1 text-muted">
          {problem ??
            (state === "searching"
              ? "Searching"
              : kind === "mention"
                ? "No file or folder matches."
                : "No command matches. It is sent as text.")}
        </p>
      ) : null}
    </div>
  );
}

function headingOf(list: readonly Suggestion[], index: number): string | null {
  const group = groupOf(list[index]);
  return group !== null && group !== groupOf(list[index - 1]) ? group : null;
}

function groupOf(suggestion: Suggestion | undefined): string | null {
  return suggestion && suggestion.kind !== "file" ? suggestion.group : null;
}

type OptionProps = {
  id: string;
  suggestion: Suggestion;
  heading: string | null;
  active: boolean;
  onPick: () => void;
  onHover: () => void;
};

function Option({ id, suggestion, heading, active, onPick, onHover }: OptionProps): React.JSX.Element {
  return (
    <>
      {heading ? (
        <div role="presentation" className="px-2 pt-1.5 pb-0.5 text-small text-faint">
          {heading}
        </div>
      ) : null}
      <div
        id={id}
        ref={active ? (element) => element?.scrollIntoView({ block: "nearest" }) : undefined}
        role="option"
        aria-selected={active}
        // The field must not lose the focus to a press on its list.
        onPointerDown={(event) => event.preventDefault()}
        onClick={onPick}
        onPointerMove={onHover}
        className={cx("row flex items-center gap-2 rounded-control px-2", active && "bg-selected")}
      >
        {suggestion.kind === "file" ? <FileLine suggestion={suggestion} /> : <CommandLine suggestion={suggestion} />}
      </div>
    </>
  );
}

function FileLine({ suggestion: { match } }: { suggestion: Extract<Suggestion, { kind: "file" }> }): React.JSX.Element {
  const at = match.path.lastIndexOf("/") + 1;
  const Icon = match.kind === "file" ? FileText : Folder;
  return (
    <>
      <Icon className="size-3.5 shrink-0 text-muted" aria-label={match.kind} />
      <code className="max-w-3/4 shrink-0 truncate">
        <Visible text={match.path.slice(at)} />
      </code>
      <code className="min-w-0 truncate text-small text-faint">
        <Visible text={match.path.slice(0, at)} />
      </code>
    </>
  );
}

function CommandLine({ suggestion: { command } }: { suggestion: Exclude<Suggestion, { kind: "file" }> }): React.JSX.Element {
  return (
    <>
      <Slash className="size-3.5 shrink-0 text-muted" aria-hidden />
      <span className="shrink-0 font-medium">
        <Visible text={command.name} />
      </span>
      {"hint" in command && command.hint ? <span className="shrink-0 text-small text-faint">{command.hint}</span> : null}
      <span className="min-w-0 truncate text-muted">
        <Visible text={command.description} />
      </span>
    </>
  );
}
