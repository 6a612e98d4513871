// The presentation states of a study: read, applied to a viewport, and made of what one shows.
import { signal } from '@preact/signals';
import type { SavedObject, SavedRequest } from '@strata/protocol/saved';
import { checkPresentationState, type PresentationState } from '@strata/protocol/saved-presentations';
import type { Measurement } from '../measuring/measurement.ts';
import type { Questions } from '../measuring/questions.ts';
import { loadSaved } from '../saved/saved-client.ts';
import { VersionSender } from '../saved/version-sender.ts';
import { askAuthor } from '../settings/author.ts';
import { isShared } from '../shell/server-fetch.ts';
import type { ViewerModel } from '../study/viewer-model.ts';
import { errorText } from '../words/errors.ts';
import { presentingTexts } from '../words/presenting.ts';
import { drawingsOf, textsOf } from './measured-drawings.ts';
import { fits, stateForImage } from './state-for-image.ts';
import { stateOfView } from './state-of-view.ts';

export type StoredState = SavedObject<PresentationState>;

export interface StatesParts {
  readonly studyUid: string;
  readonly questions: Questions;
  readonly measurements: () => readonly Measurement[];
}

export class StatesModel {
  /** The newest versions, the newest first. */
  readonly list = signal<readonly StoredState[]>([]);
  /** Why they could not be read, for people; ''. */
  readonly problem = signal('');
  readonly saving = signal(false);
  readonly #parts: StatesParts;
  readonly #closing = new AbortController();
  readonly #sender = new VersionSender<PresentationState>('presentations');

  constructor(parts: StatesParts) {
    this.#parts = parts;
  }

  async load(): Promise<void> {
    try {
      const { objects, problems } = await loadSaved(
        'presentations',
        this.#parts.studyUid,
        checkPresentationState,
        this.#closing.signal,
      );
      this.list.value = objects.filter(({ superseded }) => !superseded);
      this.problem.value = problems[0] ?? '';
    } catch (error) {
      if (!this.#closing.signal.aborted) this.problem.value = errorText(error);
    }
  }

  /** Those that are for some image of the viewport's series. */
  fitting(viewer: ViewerModel): readonly StoredState[] {
    const { slices = [] } = viewer.series.value?.stack ?? {};
    return this.list.value.filter(({ content }) => slices.some((slice) => fits(content, slice)));
  }

  /** Applies a state, on the first image that it is for where the one in view is none of them. */
  apply(viewer: ViewerModel, { sopInstanceUid, title, author, content, unread }: StoredState): void {
    const { slices = [] } = viewer.series.peek()?.stack ?? {};
    const now = viewer.slice;
    const slice = now && fits(content, now) ? now : slices.find((one) => fits(content, one));
    if (!slice) return;
    if (slice !== now) viewer.goTo(slices.indexOf(slice));
    const { tones, area, missed } = stateForImage(content, slice);
    const turn = { rotation: content.rotation, mirrored: content.flipped };
    viewer.present(
      { uid: sopInstanceUid, title, author, state: content, missed, unread },
      { tones, turn, area, shutter: content.shutter },
    );
  }

  /** Asks for a name and keeps what the viewport shows. One of the same name is a new version of it. */
  async save(viewer: ViewerModel): Promise<void> {
    const { questions, studyUid, measurements } = this.#parts;
    const texts = presentingTexts.value;
    const { slice } = viewer;
    const [place, size, series] = [viewer.imagePlace.peek(), viewer.size, viewer.series.peek()];
    if (!slice || !place || !size || !series) return;
    if (isShared) return questions.tell(texts.shared);
    if (series.study.uid !== studyUid) return questions.tell(texts.stateOtherStudy);
    const { slices } = series.stack;
    const measured = measurements().filter((one) => slices.includes(one.place.slice));
    const view = {
      ...{ slice, slices, place, size, tones: viewer.tones, turn: viewer.turn.peek() },
      shutter: viewer.shutters.covering(slice.presentation),
      drawings: measured.flatMap(drawingsOf),
      texts: measured.flatMap(textsOf),
    };
    const name = await questions.ask({ question: texts.stateName, now: '', kind: 'text' });
    if (!name?.trim()) return;
    const author = await askAuthor(questions);
    if (author === null) return;
    const content = stateOfView(name, view);
    const predecessors = this.list
      .peek()
      .filter(({ maker, title }) => maker === 'Strata' && title === content.description)
      .map(({ sopInstanceUid }) => sopInstanceUid)
      .slice(0, 50);
    await this.#send({ author, predecessors, content });
  }

  /** Saves a state, until that is done or given up. */
  async #send(request: SavedRequest<PresentationState>): Promise<void> {
    const { questions, studyUid } = this.#parts;
    this.saving.value = true;
    try {
      await this.#sender.send(studyUid, request, request.content.description);
      await this.load();
    } catch (error) {
      this.saving.value = false;
      const again = await questions.confirm(presentingTexts.value.stateNotSaved(errorText(error)));
      if (again) await this.#send(request);
    } finally {
      this.saving.value = false;
    }
  }

  close(): void {
    this.#closing.abort();
  }
}
