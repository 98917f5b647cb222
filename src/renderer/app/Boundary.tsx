import { Component, type ReactNode } from 'react';
import { Button } from '../ui/Button.tsx';
import { EmptyState } from '../ui/EmptyState.tsx';

/** Keeps what fails on one page to that page: the way to the others stays. Another `place` begins anew. */
export class Boundary extends Component<
  { readonly place: string; readonly children: ReactNode },
  { readonly failure: Error | null }
> {
  override state: { readonly failure: Error | null } = { failure: null };

  static getDerivedStateFromError(failure: Error) {
    return { failure };
  }

  override componentDidUpdate(before: { readonly place: string }) {
    if (before.place !== this.props.place && this.state.failure !== null) {
      this.setState({ failure: null });
    }
  }

  override render() {
    const { failure } = this.state;
    if (failure === null) return this.props.children;
    return (
      <EmptyState
        title="This page cannot be shown"
        actions={<Button onClick={() => this.setState({ failure: null })}>Try again</Button>}
      >
        <p>The proxy and the other pages go on. What failed:</p>
        <p className="mt-2 font-mono text-mono break-all">{failure.message}</p>
      </EmptyState>
    );
  }
}
