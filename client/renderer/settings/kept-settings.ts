// What a user keeps from one study to the next, by name: for now in the browser's own storage.

const PREFIX = 'strata.settings.';

/** What was kept under a name, as it was; null when there is nothing that can be read. The caller checks it. */
export function keptSetting(name: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + name) ?? 'null');
  } catch {
    return null;
  }
}

/** Keeps plain data under a name. @returns whether it was kept: storage may be full or not allowed */
export function keepSetting(name: string, value: unknown): 'kept' | 'not kept' {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value));
    return 'kept';
  } catch {
    return 'not kept';
  }
}

/** Forgets what was kept under a name. */
export function dropSetting(name: string): void {
  try {
    localStorage.removeItem(PREFIX + name);
  } catch {
    // not allowed: then nothing was kept either
  }
}
