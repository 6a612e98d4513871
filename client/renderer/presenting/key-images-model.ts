// The key images of a study: what was marked here and by others, marked anew by one key, saved by itself a moment later.
import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import type { SavedObject } from '@strata/protocol/saved';
import {
  checkKeyImages,
  type KeyImage,
  type KeyImages,
  OF_INTEREST,
} from '@strata/protocol/saved-key-images';
import type { Questions } from '../measuring/questions.ts';
import { loadSaved, type postSaved } from '../saved/saved-client.ts';
import { VersionSender } from '../saved/version-sender.ts';
import { askAuthor, authorName } from '../settings/author.ts';
import { isShared } from '../shell/server-fetch.ts';
import type { Slice } from '../study/stack.ts';
import type { StudySeries } from '../study/study-model.ts';
import { errorText } from '../words/errors.ts';
import { presentingTexts } from '../words/presenting.ts';
import { keepMarks, withKept } from './kept-marks.ts';
import { imagesOf, isMarked, isRejection, type MarkedNames, namesOf, toggled } from './key-marks.ts';
import { keySeriesOf } from './key-series.ts';

/** A selection that another program made. */
export interface OthersSelection {
  readonly title: string;
  readonly author: string;
  readonly marks: MarkedNames;
}

/** How far saving is; `waiting` for a name or for another try. */
export type SavingState = 'saved' | 'unsaved' | 'saving' | 'waiting';

/** What follows soon on a mark is saved with it, in ms. */
const REST = 1500;

export interface KeyImagesParts {
  readonly studyUid: string;
  readonly questions: Questions;
  /** Of the study. */
  readonly allOfStudy: ReadonlySignal<readonly StudySeries[]>;
  readonly load: typeof loadSaved<KeyImages>;
  readonly post: typeof postSaved<KeyImages>;
}

export class KeyImagesModel {
  readonly marks = signal<MarkedNames>(new Set());
  readonly others = signal<readonly OthersSelection[]>([]);
  readonly state = signal<SavingState>('saved');
  /** Why marks could not be read or saved, for people; ''. */
  readonly problem = signal('');
  /** The marked images as series of their own. */
  readonly series = computed(() =>
    keySeriesOf(this.#parts.allOfStudy.value, (slice) => this.isKey(slice), presentingTexts.value.keyImages),
  );
  readonly #parts: Omit<KeyImagesParts, 'post'>;
  readonly #sender: VersionSender<KeyImages>;
  readonly #closing = new AbortController();
  /** The versions that the next one follows on. */
  #predecessors: readonly string[] = [];
  /** The marks as they are saved; null until they were read. */
  #saved: MarkedNames | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Whether the server was to save it, and did not. */
  #isDue = false;

  constructor(parts: Omit<KeyImagesParts, 'load' | 'post'> & Partial<KeyImagesParts>) {
    this.#parts = { load: loadSaved, ...parts };
    this.#sender = new VersionSender('key-images', parts.post);
  }

  /** Reads what is saved. What is marked here and not saved yet stays. */
  async load(): Promise<void> {
    const { load, studyUid } = this.#parts;
    try {
      const { objects } = await load('key-images', studyUid, checkKeyImages, this.#closing.signal);
      if (this.state.peek() === 'saved') this.#take(objects);
    } catch (error) {
      if (!this.#closing.signal.aborted) this.problem.value = errorText(error);
    }
  }

  /** Whether an image is marked here; and the titles of the selections of others that it is in. */
  marksOf(slice: Slice): { own: boolean; others: readonly OthersSelection[] } {
    const others = this.others.value.filter(({ marks }) => isMarked(marks, slice));
    return { own: isMarked(this.marks.value, slice), others };
  }

  isKey(slice: Slice): boolean {
    const { own, others } = this.marksOf(slice);
    return own || others.length > 0;
  }

  /** Marks an image, or takes its mark away. */
  toggle(series: StudySeries, slice: Slice): void {
    if (isShared) {
      void this.#parts.questions.tell(presentingTexts.value.shared);
      return;
    }
    if (series.study.uid !== this.#parts.studyUid) {
      void this.#parts.questions.tell(presentingTexts.value.otherStudy);
      return;
    }
    batch(() => {
      this.marks.value = toggled(this.marks.peek(), slice);
      this.state.value = 'unsaved';
    });
    this.#keep();
    this.#saveSoon();
  }

  #saveSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.save(), REST);
  }

  #keep(): void {
    keepMarks(this.#parts.studyUid, this.#saved ?? new Set(), this.marks.peek());
  }

  /** Saves what is marked now as a version of its own. */
  async save(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.state.peek() === 'saving') return;
    this.#isDue = false;
    const marks = this.marks.peek();
    // Marked and taken back before anything was saved.
    if (marks.size === 0 && this.#predecessors.length === 0) {
      this.state.value = 'saved';
      return;
    }
    this.state.value = 'saving';
    const author = await askAuthor(this.#parts.questions);
    if (author === null) {
      this.#wait(presentingTexts.value.noName);
      return;
    }
    try {
      const content = { title: OF_INTEREST, description: '', images: this.#stillThere(imagesOf(marks)) };
      const request = { author, predecessors: this.#predecessors, content };
      const { sopInstanceUid } = await this.#sender.send(this.#parts.studyUid, request);
      this.#predecessors = [sopInstanceUid];
      this.#saved = marks;
      this.#keep();
    } catch (error) {
      this.#isDue = true;
      this.#wait(errorText(error));
      return;
    }
    const isLatest = this.marks.peek() === marks;
    batch(() => {
      this.problem.value = '';
      this.state.value = isLatest ? 'saved' : 'unsaved';
    });
    if (!isLatest) await this.save();
  }

  /** Tries again what failed: to save what was to be saved, else to read what could not be read. */
  async retry(): Promise<void> {
    if (this.#isDue) await this.save();
    else if (this.problem.peek() !== '' && this.state.peek() === 'saved') await this.load();
  }

  /** Sends what is not saved yet when the window is closed. @returns the function that ends it */
  start(): () => void {
    const onLeave = () => {
      if (this.state.peek() === 'unsaved') void this.save();
    };
    addEventListener('pagehide', onLeave);
    return () => removeEventListener('pagehide', onLeave);
  }

  /** Ends it; what is not saved yet is sent. */
  close(): void {
    this.#closing.abort();
    if (this.state.peek() === 'unsaved' || this.#isDue) void this.save();
  }

  /** Without images that the study has no longer: the server would refuse all of it. */
  #stillThere(images: readonly KeyImage[]): readonly KeyImage[] {
    const series = this.#parts.allOfStudy.peek();
    const known = new Set(series.flatMap(({ manifest }) => manifest.instances.map(({ uid }) => uid)));
    return known.size === 0 ? images : images.filter(({ sopInstanceUid }) => known.has(sopInstanceUid));
  }

  #wait(why: string): void {
    batch(() => {
      this.state.value = 'waiting';
      this.problem.value = why;
    });
  }

  #take(objects: readonly SavedObject<KeyImages>[]): void {
    const current = objects.filter(({ superseded, content }) => !superseded && !isRejection(content.title));
    const own = current.filter(isOurs);
    this.#predecessors = own.map(({ sopInstanceUid }) => sopInstanceUid);
    const saved = new Set(own.toReversed().flatMap(({ content }) => namesOf(content.images)));
    const isFirst = this.#saved === null && !isShared;
    this.#saved = saved;
    batch(() => {
      this.problem.value = '';
      this.marks.value = isFirst ? withKept(this.#parts.studyUid, saved) : saved;
      this.others.value = current
        .filter((object) => !isOurs(object) && object.content.images.length > 0)
        .map(({ title, author, content }) => ({ title, author, marks: new Set(namesOf(content.images)) }));
    });
    if (this.marks.peek() === saved) return;
    this.state.value = 'unsaved';
    if (authorName.peek()) this.#saveSoon();
    else this.#wait(presentingTexts.value.noName);
  }
}

/** Whether a selection is the one that marks of this program belong to. */
const isOurs = ({ maker, content }: SavedObject<KeyImages>): boolean =>
  maker === 'Strata' && content.title.value === OF_INTEREST.value && content.title.scheme === 'DCM';
