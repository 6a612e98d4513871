// The report beside the images: the newest version to be read, or what is being written, and all versions below.
import { displayName } from '../format/person-name.ts';
import { isShared } from '../shell/server-fetch.ts';
import type { PageModels } from '../study/page-models.ts';
import { moment } from '../words/moments.ts';
import { reportTexts } from '../words/reports.ts';
import { shellTexts } from '../words/shell.ts';
import { OneDocument } from './document-pane.tsx';
import type { StoredReport } from './report-draft.ts';
import { ReportEditor } from './report-editor.tsx';
import type { ReportsModel } from './reports-model.ts';
import './report-panel.css';

export function ReportPanel({ page }: { page: PageModels }) {
  const { reports } = page;
  const words = reportTexts.value;
  if (!reports.open.value) return null;
  const draft = reports.draft.value;
  const read = reports.read.value;
  return (
    <aside class="report-panel" aria-label={words.panel}>
      <header>
        <h2>{words.panel}</h2>
        <span class="stage" data-stage={draft ? 'draft' : (read?.content.stage ?? 'unread')} role="status">
          {draft ? words.stages.draft : words.stages[read?.content.stage ?? 'unread']}
        </span>
        <button
          type="button"
          class="button close"
          aria-label={shellTexts.value.close}
          onClick={() => reports.toggle()}
        >
          ×
        </button>
      </header>
      {draft && !isShared && reports.chosen.value === null ? (
        <ReportEditor page={page} draft={draft} />
      ) : (
        <Read page={page} read={read} />
      )}
      <Versions reports={reports} />
    </aside>
  );
}

/** The version at hand as text, with what can be done about it. */
function Read({ page, read }: { page: PageModels; read: StoredReport | null }) {
  const { reports } = page;
  const words = reportTexts.value;
  const state = reports.state.value;
  if (state === 'failed') {
    return (
      <div class="nothing" role="alert">
        <p>{words.notLoaded}</p>
        <p class="dim">{reports.problem.value?.message}</p>
        <button type="button" class="button" onClick={() => void reports.load()}>
          {shellTexts.value.tryAgain}
        </button>
      </div>
    );
  }
  if (state !== 'ready') return <p class="nothing dim">{words.loading}</p>;
  const heads = reports.heads.value;
  const isNewest = heads.length === 0 || read === heads[0];
  const isFinal = heads[0]?.content.stage === 'final';
  return (
    <>
      {read ? (
        <div class="document-pane reading">
          <OneDocument key={read.sopInstanceUid} uid={read.sopInstanceUid} kind="" page={page} />
        </div>
      ) : (
        <p class="nothing dim">{words.noReport}</p>
      )}
      {heads.length > 1 && <p class="note">{words.twoAtOnce}</p>}
      {!isShared && (
        <div class="actions">
          {reports.draft.value && (
            <button
              type="button"
              class="button main"
              data-do="back"
              onClick={() => {
                reports.chosen.value = null;
              }}
            >
              {words.goOn}
            </button>
          )}
          {!isNewest && !reports.draft.value && (
            <button
              type="button"
              class="button"
              onClick={() => {
                reports.chosen.value = null;
              }}
            >
              {words.showNewest}
            </button>
          )}
          {reports.draft.value ? null : isFinal ? (
            <>
              <button
                type="button"
                class="button main"
                data-do="addendum"
                onClick={() => reports.write('addendum')}
              >
                {words.writeAddendum}
              </button>
              <button type="button" class="button" data-do="amend" onClick={() => reports.write('amended')}>
                {words.amend}
              </button>
            </>
          ) : (
            <button type="button" class="button main" data-do="write" onClick={() => reports.write()}>
              {heads.length > 0 ? words.goOn : words.write}
            </button>
          )}
        </div>
      )}
    </>
  );
}

/** Every version that was saved: when, by whom, how far; each can be read. */
function Versions({ reports }: { reports: ReportsModel }) {
  const words = reportTexts.value;
  const versions = reports.versions.value;
  if (versions.length === 0 && reports.unread.value.length === 0) return null;
  const shown = reports.draft.value && !reports.chosen.value ? null : reports.read.value;
  return (
    <details class="versions" open={reports.chosen.value !== null}>
      <summary>{words.versions(versions.length)}</summary>
      <ol>
        {versions.map((version) => (
          <li key={version.sopInstanceUid}>
            <button
              type="button"
              class="button"
              aria-current={version === shown}
              data-version={version.sopInstanceUid}
              onClick={() => {
                reports.chosen.value = version.sopInstanceUid;
              }}
            >
              <span>{version.at ? moment(new Date(version.at)) : '–'}</span>
              <span class="by">{displayName(version.author) || version.maker || '–'}</span>
              <span class="stage" data-stage={version.content.stage}>
                {version.content.change === 'none'
                  ? words.stages[version.content.stage]
                  : words.changes[version.content.change]}
              </span>
            </button>
          </li>
        ))}
      </ol>
      {reports.unread.value.map((problem) => (
        <p key={problem} class="note">
          {problem}
        </p>
      ))}
    </details>
  );
}
