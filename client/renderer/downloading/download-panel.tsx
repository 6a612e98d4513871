// What is downloaded, where to, and how far it is: in a corner over the page, which goes on being used.
import { useSignal } from '@preact/signals';
import { displayBytes } from '../format/quantities.ts';
import { downloadTexts } from '../words/downloading.ts';
import type { Level } from './file-list.ts';
import { chooseFolder, hasFolders } from './folder-sink.ts';
import { download, downloads, offer } from './page-downloads.ts';
import '../uploading/uploading.css';

const levels: readonly Level[] = ['instance', 'series', 'study'];
/** Names of files that are shown. */
const MOST_LINES = 100;

export function DownloadPanel() {
  const state = downloads.state.value;
  if (state === 'none' && !offer.value) return null;
  const texts = downloadTexts.value;
  const isBusy = ['listing', 'fetching', 'waiting', 'writing'].includes(state);
  const close = () => {
    offer.value = null;
    downloads.clear();
  };
  return (
    <aside class="upload-panel download-panel" aria-label={texts.title} data-state={state}>
      <header>
        <h2>{texts.title}</h2>
        <button type="button" class="button" onClick={isBusy ? () => downloads.cancel() : close}>
          {isBusy ? texts.cancel : texts.close}
        </button>
      </header>
      {state !== 'none' && <Progress />}
      <MissingList />
      {!isBusy && offer.value && <Choice uids={offer.value.uids} />}
    </aside>
  );
}

function Choice({ uids }: { uids: Readonly<Partial<Record<Level, string>>> }) {
  const texts = downloadTexts.value;
  const level = useSignal<Level>('study');
  const uid = uids[level.value] ?? uids.study;
  const intoFolder = async () => {
    const folder = await chooseFolder().catch(() => null);
    if (folder && uid) download(level.value, uid, folder);
  };
  return (
    <>
      <fieldset class="download-levels">
        <legend>{texts.what}</legend>
        {levels
          .filter((one) => uids[one])
          .map((one) => (
            <label key={one}>
              <input
                type="radio"
                name="download-level"
                value={one}
                checked={level.value === one}
                onChange={() => {
                  level.value = one;
                }}
              />
              {texts.levels[one]}
            </label>
          ))}
      </fieldset>
      <p class="choose-files">
        <button
          type="button"
          class="button"
          data-into="zip"
          onClick={() => uid && download(level.value, uid, null)}
        >
          {texts.zip}
        </button>
        {hasFolders() && (
          <button type="button" class="button" data-into="folder" onClick={() => void intoFolder()}>
            {texts.folder}
          </button>
        )}
      </p>
    </>
  );
}

function Progress() {
  const texts = downloadTexts.value;
  const state = downloads.state.value;
  const { files, bytes, written, gotBytes, rate, servers } = downloads.figures.value;
  return (
    <>
      <p role="status" class="upload-state">
        {state === 'none' ? '' : texts.states[state]}
      </p>
      <progress max={Math.max(1, bytes)} value={gotBytes} />
      <p class="upload-figures">
        <span>{texts.objects(written, files)}</span>
        <span class="dim">{texts.bytes(displayBytes(gotBytes), displayBytes(bytes))}</span>
        {state === 'fetching' && <span class="dim">{texts.rate(displayBytes(Math.round(rate)))}</span>}
      </p>
      {servers.length > 0 && <p class="dim">{texts.servers(servers.length)}</p>}
    </>
  );
}

/** What could not be had, and why. */
function MissingList() {
  const missing = downloads.missing.value;
  if (missing.length === 0) return null;
  const texts = downloadTexts.value;
  return (
    <section class="upload-refused" aria-label={texts.missing}>
      <ul>
        {missing.slice(0, MOST_LINES).map(({ name, code }) => (
          <li key={name} data-code={code}>
            {name && <span class="file">{name}</span>}
            <span class="why">{texts.why[code]}</span>
          </li>
        ))}
      </ul>
      {missing.length > MOST_LINES && <p class="dim">{texts.more(missing.length - MOST_LINES)}</p>}
    </section>
  );
}
