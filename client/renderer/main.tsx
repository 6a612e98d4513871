// Where the viewer starts.
import { render } from 'preact';
import { startDownloads } from './downloading/page-downloads.ts';
import { startMouse } from './keys/mouse-settings.ts';
import { App } from './shell/app.tsx';
import { startDebugState } from './shell/debug-state.ts';
import { startDesktop } from './shell/desktop.ts';
import { followHistory } from './shell/location.ts';
import { startUploads } from './uploading/page-uploads.ts';
import { startLanguage } from './words/language.ts';
import { noteOpenedStudies } from './worklist/opened-studies.ts';
import './shell/theme.css';

startLanguage();
startMouse();
await startDesktop();
followHistory();
startDebugState();
noteOpenedStudies();
startUploads();
startDownloads();
const root = document.querySelector('#app');
if (root) render(<App />, root);
