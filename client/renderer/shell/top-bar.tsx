// The line at the top of every page: the way home, what the page shows, and whether the server answers.
import type { ComponentChildren } from 'preact';
import { SharedBy } from '../sharing/shared-by.tsx';
import { keyTexts } from '../words/keys.ts';
import { settingsTexts } from '../words/settings.ts';
import { shellTexts } from '../words/shell.ts';
import { connectionState } from './connection.ts';
import { desktop } from './desktop.ts';
import { goToWorklist } from './location.ts';
import { helpOpen, settingsOpen } from './open-dialogs.ts';
import { isShared } from './server-fetch.ts';
import './top-bar.css';

export function TopBar({ children }: { children?: ComponentChildren }) {
  const home = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    goToWorklist();
  };
  return (
    <header class="top-bar">
      {isShared ? (
        <span class="brand">
          <Brand />
        </span>
      ) : (
        <a class="brand" href="/" onClick={home} title={shellTexts.value.home}>
          <Brand />
        </a>
      )}
      {children}
      {isShared && <SharedBy />}
      <span class="space" />
      <span class="connection" data-state={connectionState.value} role="status">
        {shellTexts.value.connection[connectionState.value]}
      </span>
      <button
        type="button"
        class="button help-button"
        title={keyTexts.value.title}
        aria-label={keyTexts.value.title}
        onClick={() => {
          helpOpen.value = true;
        }}
      >
        ?
      </button>
      <button
        type="button"
        class="button settings-button"
        title={settingsTexts.value.title}
        aria-label={settingsTexts.value.title}
        onClick={() => {
          settingsOpen.value = 'general';
        }}
      >
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d="M2 4.5h7M13 4.5h1M2 11.5h1M7 11.5h7M9 2.5v4h4v-4zM3 9.5v4h4v-4z" />
        </svg>
      </button>
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

function Brand() {
  return (
    <>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d="M2 11l6 3 6-3M2 8l6 3 6-3M8 2L2 5l6 3 6-3z" />
      </svg>
      <span class="brand-name">Strata</span>
    </>
  );
}
