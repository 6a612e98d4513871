// Chooses the page for the address.

import { DownloadPanel } from '../downloading/download-panel.tsx';
import { SettingsDialog } from '../settings/settings-dialog.tsx';
import { ShareDialog } from '../sharing/share-dialog.tsx';
import { SharedPage } from '../sharing/shared-page.tsx';
import { everyCommandGroup } from '../study/command-groups.ts';
import { StudyPage } from '../study/study-page.tsx';
import { DropZone } from '../uploading/drop-zone.tsx';
import { UploadPanel } from '../uploading/upload-panel.tsx';
import { worklistGroups } from '../worklist/worklist-keys.ts';
import { WorklistPage } from '../worklist/worklist-page.tsx';
import { pageLocation, routeOf } from './location.ts';
import { isShared } from './server-fetch.ts';

const groups = () => [...worklistGroups(), ...everyCommandGroup()];

export function App() {
  const route = routeOf(pageLocation.value.path);
  if (isShared) {
    return (
      <>
        <SharedPage />
        <DownloadPanel />
        <SettingsDialog groups={groups} />
      </>
    );
  }
  return (
    <>
      {route.page === 'study' ? <StudyPage key={route.uid} uid={route.uid} /> : <WorklistPage />}
      <ShareDialog />
      <UploadPanel />
      <DownloadPanel />
      <DropZone />
      <SettingsDialog groups={groups} />
    </>
  );
}
