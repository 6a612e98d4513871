// What a page showed, kept as long as its tab or window, so that a page that died comes back as it was.
// UIDs and numbers only: no patient's name. The browser wipes it when the tab is closed, the desktop at sign-out.

const PREFIX = 'strata.session.';
const MOST_CHARACTERS = 65_536;

/** What was kept of a study's page; null when there is nothing that can be read. */
export function keptSession(studyUid: string): unknown {
  try {
    return JSON.parse(sessionStorage.getItem(PREFIX + studyUid) ?? 'null');
  } catch {
    return null;
  }
}

/** Keeps what a study's page shows, in the place of what was kept of it before. @param shown plain data */
export function keepSession(studyUid: string, shown: object): void {
  const text = JSON.stringify(shown);
  if (text.length > MOST_CHARACTERS) return;
  try {
    sessionStorage.setItem(PREFIX + studyUid, text);
  } catch {
    // full, or not allowed: the page works without
  }
}
