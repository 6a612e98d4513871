// The narrow, typed bridge between the pages and the desktop program.

/** What the pages are told when they start. */
export interface DesktopStart {
  /** Image servers (ws:// or wss://, .../stream) of the configuration. */
  readonly servers: readonly string[];
  /** The site whose servers are asked first; null: the nearest. */
  readonly site: string | null;
  /** `Strata 1.2.3`. */
  readonly program: string;
}

/** Calls that the pages make, with what they take and give. */
export interface BridgeCalls {
  start(): DesktopStart;
  /** The bytes kept under each of at most 128 keys; null where there are none, or they were damaged. */
  cacheGet(keys: readonly string[]): readonly (Uint8Array<ArrayBuffer> | null)[];
  /** Keeps bytes under a key; they may go again at any time. */
  cachePut(key: string, bytes: Uint8Array): void;
  /** Opens a study in a window of its own, or brings the one that shows it to the front. */
  openStudy(studyUid: string): void;
  /** Wipes what is kept of patients on this computer, closes all study windows and starts over. */
  signOut(): void;
}

/** Told to the pages. */
export interface BridgeEvents {
  /** An address inside the viewer to go to, as of a deep link: `/study/1.2.3`. */
  goTo: string;
}

export type CallName = keyof BridgeCalls;

/** What the pages see as `window.strataDesktop`. */
export type StrataBridge = {
  readonly [Name in CallName]: (
    ...args: Parameters<BridgeCalls[Name]>
  ) => Promise<ReturnType<BridgeCalls[Name]>>;
} & {
  /** @returns ends it */
  onGoTo(tell: (address: string) => void): () => void;
};

/** Names of the calls: nothing else crosses. */
export const callNames = [
  'start',
  'cacheGet',
  'cachePut',
  'openStudy',
  'signOut',
] as const satisfies CallName[];

/**
 * Makes the bridge.
 * @param invoke makes a call on the other side, which checks its arguments
 * @param listen hears an event of the other side; returns what ends it
 */
export function makeBridge(
  invoke: (name: CallName, args: unknown[]) => Promise<unknown>,
  listen: (event: keyof BridgeEvents, tell: (value: unknown) => void) => () => void,
): StrataBridge {
  const calls = Object.fromEntries(
    callNames.map((name) => [name, (...args: unknown[]) => invoke(name, args)]),
  );
  const onGoTo: StrataBridge['onGoTo'] = (tell) =>
    listen('goTo', (value) => typeof value === 'string' && tell(value));
  return { ...calls, onGoTo } as StrataBridge;
}
