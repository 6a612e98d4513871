// The line at the top of every page: the way home, what the page shows, and whether the server answers.
import type { ComponentChildren } from 'preact';
import { shellTexts } from '../words/shell.ts';
import { connectionState } from './connection.ts';
import { desktop } from './desktop.ts';
import { goToWorklist } from './location.ts';
import './top-bar.css';

export function TopBar({ children }: { children?: ComponentChildren }) {
  const home = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    goToWorklist();
  };
  return (
    <header class="top-bar">
      <a class="brand" href="/" onClick={home} title={shellTexts.value.home}>
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d="M2 11l6 3 6-3M2 8l6 3 6-3M8 2L2 5l6 3 6-3z" />
        </svg>
        Strata
      </a>
      {children}
      <span class="space" />
      <span class="connection" data-state={connectionState.value} role="status">
        {shellTexts.value.connection[connectionState.value]}
      </span>
      {desktop && (
        <button
          type="button"
          class="sign-out"
          onClick={() => void desktop?.signOut()}
          title={shellTexts.value.signOutHint}
        >
          {shellTexts.value.signOut}
        </button>
      )}
    </header>
  );
}
