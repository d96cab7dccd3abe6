import { ClipboardPaste, FileText, Image as Picture, MessageSquare, SquareTerminal, X } from "lucide-react";
import { useState, type ReactNode } from "react";
import { PlainText } from "../markdown/plain-text.tsx";
import { Button } from "../ui/button.tsx";
import { Popover } from "../ui/popover.tsx";
import type { Attachment } from "../stores/prompt-draft.ts";

type Props = {
  attachments: readonly Attachment[];
  onRemove: (id: string) => void;
  onInsert: (attachment: Extract<Attachment, { kind: "paste" }>) => void;
};

/** What goes along with the text, as chips; a click opens what is in one. */
export function Attachments({ attachments, onRemove, onInsert }: Props): React.JSX.Element | null {
  if (attachments.length === 0) return null;
  return (
    <ul aria-label="Goes along" className="flex flex-wrap gap-1.5 px-2.5 pb-2">
      {attachments.map((attachment) => (
        <li key={attachment.id}>
          <Chip attachment={attachment} onRemove={() => onRemove(attachment.id)} onInsert={onInsert} />
        </li>
      ))}
    </ul>
  );
}

function Chip({
  attachment,
  onRemove,
  onInsert,
}: {
  attachment: Attachment;
  onRemove: () => void;
  onInsert: Props["onInsert"];
}): React.JSX.Element {
  const [open, setOpen] = useState(false);
  const { icon, title, body } = describe(attachment);
  return (
    <span className="inline-flex max-w-60 items-center rounded-control border border-line bg-panel">
      <Popover
        open={open}
        onOpenChange={setOpen}
        side="top"
        label={title}
        className="w-120 p-0"
        trigger={
          <button type="button" className="row flex min-w-0 items-center gap-1.5 rounded-control px-2 text-small hover:bg-hover">
            {icon}
            <span className="truncate">{title}</span>
          </button>
        }
      >
        <div className="max-h-80 overflow-y-auto">{body}</div>
        {attachment.kind === "paste" ? (
          <div className="flex justify-end border-t border-line p-1.5">
            <Button
              onClick={() => {
                setOpen(false);
                onInsert(attachment);
              }}
            >
              Put into the text
            </Button>
          </div>
        ) : null}
      </Popover>
      <button
        type="button"
        aria-label={`Remove ${title}`}
        onClick={onRemove}
        className="row inline-flex w-6 shrink-0 items-center justify-center rounded-control text-faint hover:bg-hover hover:text-text touch:w-9"
      >
        <X className="size-3" aria-hidden />
      </button>
    </span>
  );
}

function describe(attachment: Attachment): { icon: ReactNode; title: string; body: ReactNode } {
  if (attachment.kind === "paste") {
    const lines = attachment.text.split("\n").length;
    return {
      icon: <ClipboardPaste className="size-3.5 shrink-0 text-muted" aria-hidden />,
      title:
        lines > 1
          ? `Pasted ${lines.toLocaleString("en")} lines`
          : `Pasted ${attachment.text.length.toLocaleString("en")} characters`,
      body: <PlainText text={attachment.text} mono />,
    };
  }
  const { block } = attachment;
  switch (block.type) {
    case "image":
      return {
        icon: <Picture className="size-3.5 shrink-0 text-muted" aria-hidden />,
        title: `Image, ${Math.max(1, Math.round((block.data.length * 3) / 4 / 1024))} KB`,
        body: <img src={`data:${block.mimeType};base64,${block.data}`} alt="" className="max-h-80 w-full object-contain" />,
      };
    case "selection":
      return {
        icon: <FileText className="size-3.5 shrink-0 text-muted" aria-hidden />,
        title: `${block.path}:${block.startLine}–${block.endLine}`,
        body: <PlainText text={block.text} mono />,
      };
    case "comment":
      return {
        icon: <MessageSquare className="size-3.5 shrink-0 text-muted" aria-hidden />,
        title: `${block.path}:${block.line}`,
        body: <PlainText text={`${block.excerpt}\n\n${block.text}`} mono />,
      };
    case "terminal":
      return {
        icon: <SquareTerminal className="size-3.5 shrink-0 text-muted" aria-hidden />,
        title: block.title,
        body: <PlainText text={block.text} mono />,
      };
  }
}
