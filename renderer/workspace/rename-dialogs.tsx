import { useState, type FormEvent } from "react";
import { attempt } from "../commands/actions.ts";
import { rpc } from "../rpc.ts";
import { useChat, useProject, useSession, useSessions } from "../stores/app.ts";
import { closeDialog } from "../stores/frame.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field, Input } from "../ui/input.tsx";

export function RenameSessionDialog({ sessionId }: { sessionId: string }): React.JSX.Element {
  const title = useSession(sessionId)?.title ?? "";
  const save = (next: string): Promise<unknown> =>
    attempt("The session was not renamed", () => rpc.sessions.update({ id: sessionId, title: next }));
  return <RenameDialog heading="Rename session" title={title} onSave={save} onClose={() => closeDialog("rename-session")} />;
}

export function RenameChatDialog({ chatId }: { chatId: string }): React.JSX.Element {
  const title = useChat(chatId)?.title ?? "";
  const save = (next: string): Promise<unknown> =>
    attempt("The chat was not renamed", () => rpc.chats.update({ id: chatId, title: next }));
  return <RenameDialog heading="Rename chat" title={title} onSave={save} onClose={() => closeDialog("rename-chat")} />;
}

type Props = { heading: string; title: string; onSave: (title: string) => Promise<unknown>; onClose: () => void };

function RenameDialog({ heading, title, onSave, onClose }: Props): React.JSX.Element {
  const [value, setValue] = useState(title);
  const ready = value.trim() !== "";
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (ready) void onSave(value.trim()).then((saved) => saved !== null && onClose());
  };
  return (
    <Dialog title={heading} onClose={onClose}>
      <form onSubmit={submit} className="flex flex-col gap-3">
        <Field label="Title">
          {(ids) => (
            <Input
              {...ids}
              autoFocus
              maxLength={200}
              value={value}
              onFocus={(event) => event.target.select()}
              onChange={(event) => setValue(event.target.value)}
            />
          )}
        </Field>
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="filled" disabled={!ready}>
            Rename
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** Removing a project takes it out of Hearth only; its files stay where they are. */
export function RemoveProjectDialog({ projectId }: { projectId: string }): React.JSX.Element {
  const project = useProject(projectId);
  const count = useSessions().filter((session) => session.projectId === projectId).length;
  const close = (): void => closeDialog("remove-project");
  const remove = async (): Promise<void> => {
    if (await attempt("The project was not removed", () => rpc.projects.remove({ id: projectId }))) close();
  };
  return (
    <Dialog
      title={`Remove ${project?.name ?? "the project"} from Hearth?`}
      description="The folder and its files stay as they are."
      onClose={close}
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button variant="danger" onClick={() => void remove()}>
            Remove
          </Button>
        </>
      }
    >
      {count > 0 ? (
        <p>
          {count === 1 ? "Its session" : `Its ${count} sessions`} will no longer be listed. Work that would be lost stops the
          removal.
        </p>
      ) : null}
    </Dialog>
  );
}
