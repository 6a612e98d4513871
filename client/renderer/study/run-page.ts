// What a study page does by itself: follows the server's news, hangs the study, keeps its arrangement, listens to keys.
import { effect, untracked } from '@preact/signals';
import { closeOffer } from '../downloading/page-downloads.ts';
import { displayName } from '../format/person-name.ts';
import { chordOf } from '../keys/chords.ts';
import { listedSeries } from '../presenting/listed-series.ts';
import { besideOf, showBeside } from '../priors/beside.ts';
import { runsInPlanes } from '../reformat/plane-commands.ts';
import { askBeforeLeaving } from '../shell/ask-before-leaving.ts';
import { changedStudy, timesOnline } from '../shell/connection.ts';
import { drawLaterUntil } from '../shell/draw-later.ts';
import { pageLocation } from '../shell/location.ts';
import { isShared } from '../shell/server-fetch.ts';
import { keepSession, keptSession } from '../shell/session.ts';
import { arrangementOf, readArrangement, restore } from './arrangement.ts';
import { commandOfKey } from './command-groups.ts';
import { letSlidersGo, needsKey } from './control-keys.ts';
import { afterFirstImage } from './first-image.ts';
import { modalityInSight } from './in-sight.ts';
import type { StudyPageParts } from './make-page.ts';
import type { PageModels } from './page-models.ts';
import { startPhonePage } from './phone-page.ts';
import { publishStudy } from './publish-study.ts';

/** Starts it. @returns the function that ends it, and the page's parts with it */
export function runPage(parts: StudyPageParts): () => void {
  const {
    study,
    grid,
    measurements,
    saving,
    keyImages,
    states,
    synchroniser,
    cine,
    priors,
    reformat,
    images,
    pool,
  } = parts;
  const firstImage = afterFirstImage(parts.grid);
  const ending = new AbortController();
  const ended = ending.signal;
  void drawLaterUntil(firstImage).then(() => {
    if (!ended.aborted) parts.isFurnished.value = true;
  });
  const onKey = (event: KeyboardEvent) => studyKey(event, parts.models());
  addEventListener('keydown', onKey);
  const endings = [
    saving.start(),
    synchroniser.start(),
    keyImages.start(),
    startPhonePage(parts.grid),
    letSlidersGo(),
    effect(() => {
      const series = study.series.value;
      const all = [...listedSeries(series), ...keyImages.series.value];
      untracked(() => {
        grid.offer(all);
        if (grid.isEmpty && series.length > 0) void open(parts);
      });
    }),
    effect(() => {
      const manifest = study.manifest.value;
      if (!manifest) return;
      void firstImage.then(() => {
        if (!ended.aborted && !isShared) void priors.find(manifest);
      });
    }),
    effect(() => {
      if (timesOnline.value === 0) return;
      untracked(() => {
        grid.retry();
        void saving.retry();
        void keyImages.retry();
        if (study.state.value === 'failed') void study.load();
      });
    }),
    effect(() => {
      if (changedStudy.value?.uid !== study.uid) return;
      untracked(() => {
        void study.load();
        void keyImages.load();
        void states.load();
        void saving.load(study.uid);
      });
    }),
    effect(() => {
      const patient = study.manifest.value?.patient;
      document.title = patient ? `${displayName(patient.name) || patient.id} · Strata` : 'Strata';
    }),
    effect(() => {
      const arrangement = arrangementOf(grid);
      const keep = () => keepSession(study.uid, arrangement);
      // Scrolling changes it with every image: what stays for a moment is kept.
      const later = grid.isEmpty ? undefined : setTimeout(keep, 300);
      return () => clearTimeout(later);
    }),
    effect(() => {
      // They are saved nowhere.
      if (!isShared && reformat.measurements.count.value > 0) return askBeforeLeaving();
    }),
    parts.reports.start(),
    effect(() => parts.reports.follow()),
    effect(() => publishStudy(parts)),
  ];
  void firstImage.then(() => {
    if (ended.aborted) return;
    endings.push(measurements.start());
    void keyImages.load();
    void states.load();
  });
  return () => {
    ending.abort();
    removeEventListener('keydown', onKey);
    for (const end of endings) end();
    reformat.close();
    parts.fusion.close();
    parts.solid.close();
    keyImages.close();
    states.close();
    cine.stop();
    study.close();
    priors.close();
    grid.close();
    images.close();
    void pool.close();
  };
}

/** Shows the study as it was left in this window, else by its hanging protocol and what is to be beside it, else its first series. */
async function open(parts: StudyPageParts): Promise<void> {
  const { study, grid, hanging } = parts;
  const kept = readArrangement(keptSession(study.uid));
  if (kept) await restore(kept, parts);
  else await hanging.hang();
  const beside = besideOf(pageLocation.peek().search);
  if (beside && !kept) await showBeside(beside, parts);
  if (grid.isEmpty) grid.fill();
}

function studyKey(event: KeyboardEvent, page: PageModels): void {
  const { target } = event;
  const chord = chordOf(event);
  if (needsKey(target, chord) || document.querySelector('dialog[open]')) return;
  if (chord === 'Escape' && (page.measurements.giveUp() || closeOffer())) return;
  if (page.solid.series.value && chord === 'Escape') {
    page.solid.close();
    return;
  }
  if (page.reformat.series.value && chord === 'Escape') {
    page.reformat.close();
    return;
  }
  // On a button, Enter and Space press it.
  const isPressing = target instanceof Element && target.closest('button, a, summary') !== null;
  if (isPressing && (chord === 'Enter' || chord === ' ')) return;
  const command = commandOfKey(chord, modalityInSight(page));
  if (!command) return;
  // The volume has its own tools; what is behind it is left alone.
  if (page.solid.series.value ? !/^page\./.test(command.id) : isBehindPlanes(command, page)) return;
  event.preventDefault();
  command.run(page);
}

const isBehindPlanes = (command: { readonly id: string }, { reformat }: PageModels): boolean =>
  reformat.series.value !== null && !runsInPlanes(command);
