import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { IconButton } from "../ui/icon-button.tsx";
import { toast } from "../ui/toast.tsx";

type Props = { label: string; text: () => string; className?: string; small?: boolean };

export function CopyButton({ label, text, className, small = true }: Props): React.JSX.Element {
  const [copied, setCopied] = useState(false);
  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(text());
      setCopied(true);
    } catch {
      // The browser refuses without the focus or on a plain-HTTP address other than this machine.
      toast({ title: "Not copied", detail: "The browser doesn’t let this page write to the clipboard.", tone: "failed" });
    }
  }
  return (
    <IconButton
      label={copied ? "Copied" : label}
      small={small}
      className={className}
      onClick={() => void copy()}
      onPointerLeave={() => setCopied(false)}
    >
      {copied ? <Check className="size-3.5 text-added" aria-hidden /> : <Copy className="size-3.5" aria-hidden />}
    </IconButton>
  );
}
