import { useId, useState, type ClipboardEvent, type KeyboardEvent, type RefObject } from "react";
import { isLongPaste, mentionsIn, type PromptDraft } from "../stores/prompt-draft.ts";
import { isComposing } from "../ui/is-composing.ts";
import { optionId, SuggestionList } from "./suggestion-list.tsx";
import { replaceTrigger, triggerAt, withMention } from "./trigger.ts";
import { useSuggestions, type Sources, type Suggestion } from "./use-suggestions.ts";

type Props = {
  field: RefObject<HTMLTextAreaElement | null>;
  draft: PromptDraft;
  placeholder: string;
  sources: Sources;
  onChange: (change: (draft: PromptDraft) => PromptDraft) => void;
  onFiles: (files: File[]) => void;
  /** `now`: instead of what goes on. */
  onSend: (now: boolean) => void;
  onEscape: () => void;
  /** Earlier (−1) or later (+1) prompts; false when there is none. */
  onHistory: (by: 1 | -1) => boolean;
};

/** An earlier prompt that ends in a mention asks for no other one: the arrows go on through the history. */
const untilTyped = "until something is typed";

/** The text field with its popup. Grows with the text to 40 % of the pane. */
export function PromptField(props: Props): React.JSX.Element {
  const { field, draft, placeholder, sources, onChange } = props;
  const listId = useId();
  const [caret, setCaret] = useState(0);
  const [dismissed, setDismissed] = useState<string | null>(null);
  const [picked, setPicked] = useState({ for: "", at: 0 });
  const found = triggerAt(draft.text, Math.min(caret, draft.text.length));
  const triggerKey = found ? `${found.kind}:${found.from}` : "";
  const trigger = found && dismissed !== triggerKey && dismissed !== untilTyped ? found : null;
  const suggestions = useSuggestions(trigger, sources);
  const open = trigger !== null;
  const at = picked.for === `${triggerKey}:${trigger?.query ?? ""}` ? Math.min(picked.at, suggestions.list.length - 1) : 0;
  const setAt = (next: number): void => setPicked({ for: `${triggerKey}:${trigger?.query ?? ""}`, at: next });

  function write(text: string, at_: number): void {
    setCaret(at_);
    requestAnimationFrame(() => field.current?.setSelectionRange(at_, at_));
    onChange((before) => ({ ...before, text }));
  }
  function pick(suggestion: Suggestion): void {
    if (!trigger) return;
    if (suggestion.kind === "own") {
      write("", 0);
      suggestion.command.run();
      return;
    }
    const chosen = suggestion.kind === "file" ? suggestion.match.path : suggestion.command.name;
    const made = replaceTrigger(draft.text, caret, trigger, chosen);
    if (suggestion.kind === "file")
      onChange((before) => withMention(before, made.text, suggestion.match.path, suggestion.match.kind));
    write(made.text, made.caret);
  }
  function onKeyDown(event: KeyboardEvent<HTMLTextAreaElement>): void {
    if (isComposing(event)) return;
    const handled = open && suggestions.list.length > 0 ? listKey(event) : false;
    if (handled || fieldKey(event)) {
      event.preventDefault();
      event.stopPropagation();
    }
  }
  function listKey(event: KeyboardEvent): boolean {
    const count = suggestions.list.length;
    const current = suggestions.list[at];
    if (event.key === "ArrowDown") setAt((at + 1) % count);
    else if (event.key === "ArrowUp") setAt((at - 1 + count) % count);
    else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey && current) pick(current);
    else return false;
    return true;
  }
  function fieldKey(event: KeyboardEvent<HTMLTextAreaElement>): boolean {
    const { selectionStart, selectionEnd, value } = event.currentTarget;
    if (event.key === "Escape") {
      if (open) setDismissed(triggerKey);
      else props.onEscape();
      return true;
    }
    if (event.key === "Enter" && !event.shiftKey && !event.altKey) {
      props.onSend(event.ctrlKey || event.metaKey);
      return true;
    }
    const plain = !event.shiftKey && !event.altKey && !event.ctrlKey && !event.metaKey && selectionStart === selectionEnd;
    if (event.key === "ArrowUp" && plain && !value.slice(0, selectionStart).includes("\n")) return showEarlier(-1);
    if (event.key === "ArrowDown" && plain && !value.slice(selectionEnd).includes("\n")) return showEarlier(1);
    return false;
  }
  function showEarlier(by: 1 | -1): boolean {
    setDismissed(untilTyped);
    return props.onHistory(by);
  }
  const shared = "col-start-1 row-start-1 w-full px-3 pt-2.5 pb-1.5 text-prose break-words whitespace-pre-wrap touch:text-[1rem]";
  return (
    <div className="relative">
      {open ? (
        <SuggestionList id={listId} suggestions={suggestions} at={at} kind={trigger.kind} onPick={pick} onHover={setAt} />
      ) : null}
      <div className="grid max-h-[40cqh] overflow-y-auto rounded-t-card">
        <Backdrop draft={draft} className={shared} />
        <textarea
          ref={field}
          data-composer
          rows={1}
          value={draft.text}
          placeholder={placeholder}
          aria-label="Prompt"
          data-owns-escape={open ? "" : undefined}
          aria-controls={open ? listId : undefined}
          aria-autocomplete="list"
          aria-activedescendant={open && suggestions.list.length > 0 ? optionId(listId, at) : undefined}
          enterKeyHint="send"
          onChange={(event) => {
            setCaret(event.target.selectionStart);
            setDismissed((before) => (before === triggerKey ? before : null));
            onChange((before) => ({ ...before, text: event.target.value }));
          }}
          onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
          onKeyDown={onKeyDown}
          onPaste={(event) => takePaste(event, props)}
          className={`${shared} relative min-h-11 resize-none overflow-hidden bg-transparent outline-none [field-sizing:content]`}
        />
      </div>
    </div>
  );
}

/** Files are attached, and a long text becomes a chip; all else is the field's own. */
function takePaste(event: ClipboardEvent, { onFiles, onChange }: Pick<Props, "onFiles" | "onChange">): void {
  const files = [...event.clipboardData.files];
  const text = event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n");
  // A copied table or page brings a picture of itself along: where there is text, the text is meant.
  if (files.length > 0 && text === "") {
    event.preventDefault();
    onFiles(files);
  } else if (isLongPaste(text)) {
    event.preventDefault();
    onChange((before) => ({
      ...before,
      attachments: [...before.attachments, { kind: "paste", id: crypto.randomUUID(), text }],
    }));
  }
}

/** Behind the field: the same text unseen, with a tint where it mentions something. */
function Backdrop({ draft, className }: { draft: PromptDraft; className: string }): React.JSX.Element | null {
  const found = mentionsIn(draft.text, draft.mentions);
  if (found.length === 0) return null;
  return (
    <div aria-hidden className={`${className} pointer-events-none text-transparent`}>
      {found.map(({ mention, start, end }, index) => (
        <span key={`${mention.path}:${start}`}>
          {draft.text.slice(found[index - 1]?.end ?? 0, start)}
          <span className="rounded-mark bg-accent-soft shadow-[0_0_0_1px_var(--color-accent-soft)]">
            {draft.text.slice(start, end)}
          </span>
        </span>
      ))}
      {draft.text.slice(found.at(-1)?.end ?? 0)}
    </div>
  );
}
