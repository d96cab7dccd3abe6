import type { Base, BaseState, Project } from "../../shared/contract/projects.ts";
import { rpc } from "../rpc.ts";
import { useFetched, type Fetched } from "../stores/use-fetched.ts";

/** `fetching`: what is known of its remote is being fetched, or why that failed; null where nothing is. */
export type ShownBase = { known: Fetched<BaseState>; fetching: Fetched<BaseState> | null };

/** How a base stands to its remote: as last fetched at once, and as it is there now if that is told within seconds. */
export function useBaseState(project: Project, base: Base | null): ShownBase {
  const [id, ref] = [project.id, base?.ref ?? ""];
  const known = useFetched(ref, base === null ? null : id, () => rpc.projects.base({ id, ref }));
  // Git runs what the repository's settings say when it fetches: not before the project is trusted.
  const isFetched = project.trusted && known.value !== null && known.value.upstream !== null;
  const fetched = useFetched(ref, isFetched ? id : null, () => rpc.projects.fetchBase({ id, ref }));
  return { known: isFetched && fetched.kind === "ready" ? fetched : known, fetching: isFetched ? fetched : null };
}
