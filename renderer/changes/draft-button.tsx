import { WandSparkles } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { CallFailure } from "../rpc.ts";
import { useHelperName } from "../stores/own-models.ts";
import { Button } from "../ui/button.tsx";
import { draftMessage } from "./actions.ts";

type Props = { sessionId: string; onDraft: (message: string) => void; onFailure: (failure: CallFailure) => void };

/** Has the helper model write the message. It may wait for a turn's request to end, so it can be stopped; it ends with the form. */
export function DraftButton({ sessionId, onDraft, onFailure }: Props): React.JSX.Element {
  const helper = useHelperName();
  const asking = useRef<AbortController | null>(null);
  const [going, setGoing] = useState(false);
  useEffect(() => () => asking.current?.abort(), []);
  const draft = async (): Promise<void> => {
    const asked = new AbortController();
    asking.current = asked;
    setGoing(true);
    const drafted = await draftMessage(sessionId, asked.signal);
    if (asking.current !== asked) return;
    setGoing(false);
    if (typeof drafted === "string") onDraft(drafted);
    else if (drafted !== null) onFailure(drafted);
  };
  if (going)
    return (
      <Button variant="plain" onClick={() => asking.current?.abort()}>
        Stop drafting
      </Button>
    );
  return (
    <Button
      variant="plain"
      icon={<WandSparkles className="size-3.5" aria-hidden />}
      title={`Sends the session’s changes to ${helper}, which writes a message`}
      onClick={() => void draft()}
    >
      Draft
    </Button>
  );
}
