import { Component, type ReactNode } from "react";
import { Button } from "./button.tsx";
import { ErrorState } from "./error-state.tsx";

type Props = { what: string; children: ReactNode };
type State = { error: Error | null };

/** Keeps a mistake in one part of the page from taking the rest along. `what` names the part. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: unknown): State {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <ErrorState
        title={`${this.props.what} could not be drawn`}
        details={error.stack ?? error.message}
        action={<Button onClick={() => this.setState({ error: null })}>Draw it again</Button>}
      >
        What runs goes on, and nothing is lost. This is a mistake in Hearth.
      </ErrorState>
    );
  }
}
