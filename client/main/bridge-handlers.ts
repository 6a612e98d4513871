// The desktop's side of the bridge: every call with its arguments checked, because a page may be made to send anything.
import type { BridgeCalls, CallName, DesktopStart } from '../bridge/bridge.ts';

/** What the calls need of the desktop. */
export interface Desktop {
  readonly start: DesktopStart;
  /** None on a computer that keeps nothing. */
  readonly cache: {
    get(key: string): Promise<Uint8Array<ArrayBuffer> | null>;
    put(key: string, bytes: Uint8Array): Promise<void>;
  } | null;
  openStudy(studyUid: string): void;
  signOut(): Promise<void>;
}

/** A page made a call that makes no sense. */
class BridgeError extends Error {
  override readonly name = 'BridgeError';
  readonly code = 'bad-call';
}

const MAX_KEY = 256;
const MAX_KEYS = 128;
const MAX_BYTES = 64 * 2 ** 20;

type Handlers = {
  readonly [Name in CallName]: (args: readonly unknown[]) => Promise<ReturnType<BridgeCalls[Name]>>;
};

/** The handler of every call. They throw BridgeError for arguments that are not as the bridge says. */
export function bridgeHandlers(desktop: Desktop): Handlers {
  return {
    start: async (args) => {
      take(args, 'start');
      return desktop.start;
    },
    cacheGet: async (args) => {
      const [keys] = take(args, 'cacheGet', isListOfKeys) as [string[]];
      return Promise.all(keys.map(async (key) => (await desktop.cache?.get(key)) ?? null));
    },
    cachePut: async (args) => {
      const [key, bytes] = take(args, 'cachePut', isKey, isBytes);
      await desktop.cache?.put(key as string, bytes as Uint8Array);
    },
    openStudy: async (args) => {
      const [uid] = take(args, 'openStudy', isUid);
      desktop.openStudy(uid as string);
    },
    signOut: async (args) => {
      take(args, 'signOut');
      await desktop.signOut();
    },
  };
}

function take(
  args: readonly unknown[],
  call: CallName,
  ...checks: ((value: unknown) => boolean)[]
): readonly unknown[] {
  if (args.length === checks.length && checks.every((check, index) => check(args[index]))) return args;
  throw new BridgeError(`The call ${call} of the bridge does not take these arguments.`);
}

const isKey = (value: unknown) => typeof value === 'string' && value.length > 0 && value.length <= MAX_KEY;
const isListOfKeys = (value: unknown) =>
  Array.isArray(value) && value.length <= MAX_KEYS && value.every(isKey);
const isBytes = (value: unknown) => value instanceof Uint8Array && value.byteLength <= MAX_BYTES;
const isUid = (value: unknown) => typeof value === 'string' && /^[0-9.]{1,64}$/.test(value);
