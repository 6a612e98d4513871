// The address of a link for others: that of the server, not that of the desktop program's own pages.
import { desktopStart } from '../shell/desktop.ts';

/** @param path of the link at the server */
export function linkAddress(path: string): string {
  const [server] = desktopStart()?.servers ?? [];
  const origin = server ? new URL(server.replace(/^ws/, 'http')).origin : location.origin;
  return `${origin}${path}`;
}
