// Runs before the pages, in a sandbox, and hands them the bridge: the only thing of the desktop that they can reach.
import { contextBridge, ipcRenderer } from 'electron';
import { makeBridge } from '../bridge/bridge.ts';

const bridge = makeBridge(
  (name, args) => ipcRenderer.invoke(`strata:${name}`, ...args),
  (event, tell) => {
    const heard = (_: unknown, value: unknown) => tell(value);
    ipcRenderer.on(`strata:${event}`, heard);
    return () => ipcRenderer.off(`strata:${event}`, heard);
  },
);

contextBridge.exposeInMainWorld('strataDesktop', bridge);
