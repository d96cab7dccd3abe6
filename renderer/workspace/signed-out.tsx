import { EmptyState } from "../ui/empty-state.tsx";

/** The host doesn't know this browser (any more): only a fresh link lets it in. */
export function SignedOut(): React.JSX.Element {
  return (
    <main className="flex h-full flex-col items-center justify-center">
      <EmptyState className="h-auto!">
        <span className="block font-semibold text-text">This window isn’t signed in to Hearth.</span>
        <span className="mt-1 block">
          Links work once and sign-ins end with Hearth. Run <code className="selectable text-text">npm start</code> or{" "}
          <code className="selectable text-text">hearth open</code> for a new one. Your work is where it was.
        </span>
      </EmptyState>
    </main>
  );
}
