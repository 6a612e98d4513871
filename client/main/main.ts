// Where the desktop program starts: puts Electron's parts and ours together.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { app, dialog, ipcMain, net, protocol, safeStorage } from 'electron';
import { callNames } from '../bridge/bridge.ts';
import { bridgeHandlers } from './bridge-handlers.ts';
import { cacheKey, newCacheKey } from './cache/cache-key.ts';
import { SealedCache } from './cache/sealed-cache.ts';
import { addressOfArguments, addressOfLink, LINK_SCHEME } from './deep-link.ts';
import { askServers, pageRequest } from './pages/ask-servers.ts';
import { askedFor, contentSecurityPolicy, PAGE_ORIGIN, PAGE_SCHEME } from './pages/page-files.ts';
import { type DesktopSettings, readDesktopSettings } from './settings/desktop-settings.ts';
import { followUpdates } from './updates.ts';
import { Windows } from './windows/open-windows.ts';
import { layoutText, parseLayout } from './windows/window-layout.ts';

const pages = path.join(import.meta.dirname, '../dist');
const LAYOUT_AFTER_MS = 500;

/** Everything of this user: settings, window layout, cache. */
const home = (name: string) => path.join(app.getPath('userData'), name);
const say = (words: string) => console.log(`Strata: ${words}`);

let windows: Windows | null = null;
/** What was asked for before there were windows. */
let asked: string | null = addressOfArguments(process.argv);

protocol.registerSchemesAsPrivileged([
  {
    scheme: PAGE_SCHEME,
    privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true },
  },
]);

if (app.requestSingleInstanceLock()) {
  app.setAsDefaultProtocolClient(LINK_SCHEME);
  app.on('second-instance', (_, args) => show(addressOfArguments(args) ?? '/'));
  app.on('open-url', (event, link) => {
    event.preventDefault();
    show(addressOfLink(link));
  });
  app.on('window-all-closed', () => app.quit());
  app.whenReady().then(start, failed).catch(failed);
} else {
  app.quit();
}

async function start(): Promise<void> {
  const settings = await readDesktopSettings(process.env.STRATA_DESKTOP_SETTINGS ?? home('desktop.json'));
  servePages(settings);
  let cache = await openCache(settings);
  let layoutTimer: NodeJS.Timeout | undefined;
  const opened = new Windows({
    preload: path.join(import.meta.dirname, 'preload/preload.cjs'),
    onLayout: (places) => {
      clearTimeout(layoutTimer);
      layoutTimer = setTimeout(() => void keepLayout(layoutText(places)), LAYOUT_AFTER_MS);
    },
  });
  const handlers = bridgeHandlers({
    start: { servers: settings.servers, site: settings.site, program: `Strata ${app.getVersion()}` },
    cache: {
      get: async (key) => (await cache?.get(key)) ?? null,
      put: async (key, bytes) => cache?.put(key, bytes),
    },
    openStudy: (uid) => opened.show(`/study/${uid}`),
    signOut: async () => {
      const before = cache;
      cache = null;
      await newCacheKey(home('cache.key'), safeStorage);
      await before?.wipe();
      await before?.close();
      await opened.startOver();
      cache = await openCache(settings);
    },
  });
  for (const name of callNames) {
    ipcMain.handle(`strata:${name}`, (event, ...args: unknown[]) => {
      if (event.senderFrame?.origin !== PAGE_ORIGIN)
        throw new Error('Only the pages of Strata may call this.');
      return handlers[name](args);
    });
  }
  app.on('will-quit', () => void cache?.close().catch(() => undefined)); // whatever is torn is not found again
  opened.restore(parseLayout(await readFile(home('windows.json'), 'utf8').catch(() => '')));
  windows = opened;
  show(asked);
  if (settings.updates) followUpdates(settings.updates, say);
}

function show(address: string | null): void {
  if (address === null) return;
  if (windows) windows.show(address);
  else asked = address;
}

async function openCache({ cacheBytes }: DesktopSettings): Promise<SealedCache | null> {
  try {
    const { secret, isNew } = await cacheKey(home('cache.key'), safeStorage);
    const cache = await SealedCache.open(home('levels'), secret, cacheBytes);
    if (isNew) await cache.wipe();
    if (cacheBytes > 0) return cache;
    await cache.wipe();
    await cache.close();
  } catch (error) {
    say(`images are not kept on this computer: ${(error as Error).message}`);
  }
  return null;
}

/** The pages from the program, and what is the servers' from whichever of them answers. */
function servePages({ servers }: DesktopSettings): void {
  protocol.handle(PAGE_SCHEME, async (request) => {
    const found = askedFor(request.url, pages);
    if (found.kind === 'nothing') return new Response('There is nothing here.', { status: 404 });
    if (found.kind === 'server') {
      return askServers(servers, await pageRequest(found.path, request), net.fetch as typeof fetch);
    }
    const file = await net.fetch(pathToFileURL(found.file).href).catch(() => null);
    if (!file?.ok) return new Response('There is no such page.', { status: 404 });
    return new Response(file.body, {
      headers: {
        'content-type': found.type,
        'content-security-policy': contentSecurityPolicy,
        'cross-origin-embedder-policy': 'require-corp',
        'cross-origin-opener-policy': 'same-origin',
        'x-content-type-options': 'nosniff',
      },
    });
  });
}

async function keepLayout(text: string): Promise<void> {
  await writeFile(home('windows.json'), text, { mode: 0o600 }).catch((error: Error) =>
    say(`where the windows are could not be kept: ${error.message}`),
  );
}

function failed(error: unknown): void {
  dialog.showErrorBox('Strata cannot start', error instanceof Error ? error.message : String(error));
  app.exit(1);
}
