import { rpc } from "../rpc.ts";
import { useProject } from "../stores/app.ts";
import { closeDialog } from "../stores/frame.ts";
import { useFetched } from "../stores/use-fetched.ts";
import { useViewport } from "../stores/viewport.ts";
import { AnchoredPopover } from "../ui/anchored-popover.tsx";
import { Button } from "../ui/button.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { InsideNote } from "./inside-note.tsx";
import { NewSessionForm } from "./new-session-form.tsx";

type Props = { projectId: string; at: "project" | "start" | undefined };

/** A session in a worktree of the current branch is one key away; base, place and title can be chosen. */
export function NewSessionPopover({ projectId, at }: Props): React.JSX.Element {
  const project = useProject(projectId);
  const phone = useViewport() === "phone";
  const bases = useFetched(projectId, "bases", () => rpc.projects.bases({ id: projectId }));
  const close = (): void => closeDialog("new-session");
  return (
    <AnchoredPopover
      title={`New session in ${project?.name ?? "the project"}`}
      anchor={() => anchorOf(phone ? [] : placesOf(projectId, at))}
      side={at === "project" && !phone ? "right" : "bottom"}
      onClose={close}
      className="w-96"
    >
      {project && project.folder !== "" ? <InsideNote project={project} /> : null}
      {bases.kind === "failed" || !project ? (
        <>
          <p role="alert" className="text-muted">
            {bases.kind === "failed" ? bases.failure.message : "This project isn’t in Hearth any more."}
          </p>
          <Button className="self-end" onClick={bases.again}>
            Try again
          </Button>
        </>
      ) : bases.value ? (
        <NewSessionForm project={project} all={bases.value} onClose={close} />
      ) : (
        <Skeleton rows={4} label="Loading branches" />
      )}
    </AnchoredPopover>
  );
}

/** The buttons that it may belong to, the nearest first. */
function placesOf(projectId: string, at: Props["at"]): string[] {
  const ofProject = `[data-new-session="${CSS.escape(projectId)}"]`;
  const ofAll = '[data-new-session=""]';
  const ofStart = "[data-new-session=start]";
  return at === "project" ? [ofProject, ofAll] : at === "start" ? [ofStart] : [ofAll, ofStart];
}

/** The first that is in sight; where the sidebar is folded, what unfolds it. */
function anchorOf(places: readonly string[]): Element | null {
  const found = [...places, "[data-sidebar-button]"].map((place) => document.querySelector(place));
  return found.find((element) => element?.checkVisibility() && element.getBoundingClientRect().width > 0) ?? null;
}
