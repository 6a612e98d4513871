// Which studies were opened here: for now by this browser's user, as many as are kept.
import { effect, signal } from '@preact/signals';
import { keepSetting, keptSetting } from '../settings/kept-settings.ts';
import { pageLocation, routeOf } from '../shell/location.ts';

const setting = 'opened-studies';
/** The oldest are forgotten: they are unread again. */
const most = 5_000;

const opened = signal<ReadonlySet<string>>(read());

function read(): ReadonlySet<string> {
  const kept = keptSetting(setting);
  if (!Array.isArray(kept)) return new Set();
  return new Set(kept.filter((uid) => typeof uid === 'string' && /^[0-9.]{1,64}$/.test(uid)).slice(-most));
}

/** Whether a study was not opened here yet. */
export function isUnread(studyUid: string): boolean {
  return !opened.value.has(studyUid);
}

/** A study is opened. */
function noteOpened(studyUid: string): void {
  // Another window may have noted some meanwhile.
  const all = new Set(read());
  all.delete(studyUid);
  all.add(studyUid);
  const kept = [...all].slice(-most);
  opened.value = new Set(kept);
  keepSetting(setting, kept);
}

/** Notes every study whose page is shown, however it came to be. Called once, when the pages start. */
export function noteOpenedStudies(): void {
  effect(() => {
    const route = routeOf(pageLocation.value.path);
    if (route.page === 'study') noteOpened(route.uid);
  });
}

/** Follows what other windows open. @returns ends it */
export function followOpened(): () => void {
  const onStorage = () => {
    opened.value = read();
  };
  addEventListener('storage', onStorage);
  return () => removeEventListener('storage', onStorage);
}
