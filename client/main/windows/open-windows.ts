// The windows on the screen: opened where they were, brought back when their page dies, remembered when they move.
import { app, BrowserWindow, dialog, screen } from 'electron';
import { isDocument, PAGE_ORIGIN } from '../pages/page-files.ts';
import { CrashWatch } from './crash-watch.ts';
import { fitToDisplays, MAX_WINDOWS, type WindowPlace } from './window-layout.ts';

const FIRST_SIZE = { width: 1600, height: 1000 };

/** A window of a document from outside: it has no bridge, and what is in it opens nothing. */
const DOCUMENT = {
  width: 1000,
  height: 1200,
  autoHideMenuBar: true,
  webPreferences: {
    preload: '',
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    plugins: true,
  },
};

export interface WindowsOptions {
  /** The preload script. */
  readonly preload: string;
  /** Told whenever a window was opened, moved, sized, closed, or shows something else. */
  readonly onLayout: (windows: readonly WindowPlace[]) => void;
}

export class Windows {
  readonly #options: WindowsOptions;
  readonly #open = new Set<BrowserWindow>();
  #isQuitting = false;

  constructor(options: WindowsOptions) {
    this.#options = options;
    // All windows close then: that is no change of the layout.
    app.on('before-quit', () => {
      this.#isQuitting = true;
    });
  }

  /** Opens the windows of a layout; the worklist alone when there are none. */
  restore(windows: readonly WindowPlace[]): void {
    const displays = screen.getAllDisplays();
    for (const place of fitToDisplays(windows, displays)) this.#window(place.address, place);
    if (this.#open.size === 0) this.#window('/', null);
  }

  /** Shows an address: in the window that has it already, else in a new one. */
  show(address: string): void {
    const shown = [...this.#open].find((window) => addressOf(window) === address);
    if (!shown && this.#open.size >= MAX_WINDOWS) {
      [...this.#open].at(-1)?.webContents.send('strata:goTo', address);
      return;
    }
    const window = shown ?? this.#window(address, null);
    if (window.isMinimized()) window.restore();
    window.focus();
  }

  /** Closes all windows and opens the worklist: nobody's studies stay on the screen. */
  async startOver(): Promise<void> {
    const before = [...this.#open];
    for (const window of before) await window.webContents.session.clearStorageData();
    this.#window('/', null);
    for (const window of before) window.destroy();
  }

  #window(address: string, place: WindowPlace | null): BrowserWindow {
    const window = new BrowserWindow({
      ...(place?.bounds ?? FIRST_SIZE),
      minWidth: 640,
      minHeight: 480,
      backgroundColor: '#0b0d10',
      autoHideMenuBar: true,
      webPreferences: {
        preload: this.#options.preload,
        contextIsolation: true,
        sandbox: true,
        nodeIntegration: false,
        spellcheck: false,
      },
    });
    this.#open.add(window);
    if (place?.isMaximized) window.maximize();
    const tell = () => this.#tell();
    window.on('resized', tell).on('moved', tell).on('maximize', tell).on('unmaximize', tell);
    window.on('closed', () => {
      this.#open.delete(window);
      tell();
    });
    const { webContents } = window;
    webContents.on('did-navigate-in-page', tell);
    // Pages go nowhere else, and open nothing by themselves.
    webContents.on('will-navigate', (event) => {
      if (!event.url.startsWith(`${PAGE_ORIGIN}/`)) event.preventDefault();
    });
    webContents.setWindowOpenHandler(({ url }) => {
      if (url.startsWith(`${PAGE_ORIGIN}/study/`)) this.show(new URL(url).pathname);
      return isDocument(url)
        ? { action: 'allow', overrideBrowserWindowOptions: DOCUMENT }
        : { action: 'deny' };
    });
    this.#askBeforeClosing(window);
    this.#bringBack(window);
    void window.loadURL(PAGE_ORIGIN + address);
    tell();
    return window;
  }

  /** A page that has something to lose says so when it is to go; Electron would keep it without a word. */
  #askBeforeClosing(window: BrowserWindow): void {
    window.webContents.on('will-prevent-unload', (event) => {
      const response = dialog.showMessageBoxSync(window, {
        type: 'question',
        message: 'Close this window?',
        detail:
          'Something in it is not saved or not finished: measurements in planes, or files that are sent or fetched.',
        buttons: ['Stay', 'Close the window'],
        ...{ defaultId: 0, cancelId: 0 },
      });
      if (response === 1) event.preventDefault();
      else this.#isQuitting = false;
    });
  }

  /** A page that died is loaded again at its address; what it showed is in its session storage. */
  #bringBack(window: BrowserWindow): void {
    const watch = new CrashWatch();
    window.webContents.on('render-process-gone', async (_, { reason }) => {
      if (reason === 'clean-exit' || window.isDestroyed()) return;
      if (!watch.mayReload(performance.now())) {
        const { response } = await dialog.showMessageBox(window, {
          type: 'error',
          message: 'This window has failed several times in a minute.',
          detail: `The system says: ${reason}. Nothing that was stored is lost.`,
          buttons: ['Try again', 'Close the window'],
        });
        if (response === 1) return window.destroy();
      }
      window.webContents.reload();
    });
  }

  #tell(): void {
    if (this.#isQuitting) return;
    const windows = [...this.#open].filter((window) => !window.isDestroyed());
    this.#options.onLayout(
      windows.map((window) => ({
        address: addressOf(window),
        bounds: window.getNormalBounds(),
        isMaximized: window.isMaximized(),
      })),
    );
  }
}

function addressOf(window: BrowserWindow): string {
  const url = window.webContents.getURL();
  return url.startsWith(`${PAGE_ORIGIN}/`) ? new URL(url).pathname : '/';
}
