// Makes links to a study, and lists and revokes those there are.
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { keyCap } from '../keys/chords.ts';
import { authorName, setAuthor } from '../settings/author.ts';
import { sharingTexts } from '../words/sharing.ts';
import { linkAddress } from './link-address.ts';
import { ShareList } from './share-list.tsx';
import { makeShare, type Share, ShareError, sharesOf } from './shares-client.ts';
import { type SharingStudy, sharingStudy } from './sharing-study.ts';
import { dayAhead, endOf, type Validity, validities } from './validity.ts';
import './sharing.css';

const MAX_NOTE = 200;
const MAX_DAYS = 365;

export function ShareDialog() {
  const study = sharingStudy.value;
  return study && <Dialog key={study.uid} study={study} />;
}

function Dialog({ study }: { study: SharingStudy }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const shares = useSignal<readonly Share[] | null>(null);
  const failure = useSignal('');
  const made = useSignal('');
  const load = async () => {
    try {
      shares.value = await sharesOf(study.uid);
    } catch (error) {
      failure.value = messageOf(error);
    }
  };
  useEffect(() => {
    dialog.current?.showModal();
    void load();
  }, []);
  const texts = sharingTexts.value;
  return (
    <dialog
      ref={dialog}
      class="share-dialog"
      aria-label={texts.title}
      onClose={() => {
        sharingStudy.value = null;
      }}
    >
      <h2>
        <span>
          {texts.title} <span class="dim">{study.name}</span>
        </span>
        <button type="button" class="button" onClick={() => dialog.current?.close()}>
          {texts.close} <kbd>{keyCap('Escape')}</kbd>
        </button>
      </h2>
      <p class="dim">{texts.about}</p>
      <NewShare
        studyUid={study.uid}
        onMade={(path) => {
          made.value = linkAddress(path);
          failure.value = '';
          void load();
        }}
        onFailed={(message) => {
          failure.value = message;
        }}
      />
      {made.value && <Link address={made.value} />}
      {failure.value && (
        <p role="alert" class="share-failure">
          {texts.failed(failure.value)}
        </p>
      )}
      <ShareList
        studyUid={study.uid}
        shares={shares.value}
        onChanged={() => void load()}
        onFailed={(message) => {
          failure.value = message;
        }}
      />
    </dialog>
  );
}

interface NewShareProps {
  readonly studyUid: string;
  readonly onMade: (path: string) => void;
  readonly onFailed: (message: string) => void;
}

function NewShare({ studyUid, onMade, onFailed }: NewShareProps) {
  const texts = sharingTexts.value;
  const validity = useSignal<Validity>('week');
  const date = useSignal(dayAhead(14, new Date()));
  const note = useSignal('');
  const madeBy = useSignal(authorName.peek());
  const isBusy = useSignal(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    const end = endOf(validity.value, date.value);
    if (!end || isBusy.value) return;
    isBusy.value = true;
    try {
      if (madeBy.value.trim()) setAuthor(madeBy.value);
      const { path } = await makeShare(studyUid, {
        ...end,
        madeBy: madeBy.value.trim(),
        note: note.value.trim(),
      });
      note.value = '';
      onMade(path);
    } catch (error) {
      onFailed(messageOf(error));
    } finally {
      isBusy.value = false;
    }
  };
  return (
    <form class="new-share" onSubmit={(event) => void submit(event)}>
      <fieldset>
        <legend>{texts.validFor}</legend>
        {validities.map((one) => (
          <label key={one}>
            <input
              type="radio"
              name="validity"
              value={one}
              checked={validity.value === one}
              onChange={() => {
                validity.value = one;
              }}
            />
            {texts.validities[one]}
          </label>
        ))}
        <input
          type="date"
          aria-label={texts.date}
          value={date.value}
          min={dayAhead(0, new Date())}
          max={dayAhead(MAX_DAYS, new Date())}
          required
          disabled={validity.value !== 'date'}
          onInput={(event) => {
            date.value = event.currentTarget.value;
          }}
        />
      </fieldset>
      <label>
        {texts.note}
        <input
          class="share-note"
          maxLength={MAX_NOTE}
          value={note.value}
          onInput={(event) => {
            note.value = event.currentTarget.value;
          }}
        />
      </label>
      <label>
        {texts.madeBy}
        <input
          class="share-by"
          maxLength={64}
          value={madeBy.value}
          onInput={(event) => {
            madeBy.value = event.currentTarget.value;
          }}
        />
      </label>
      <p>
        <button type="submit" class="button main" disabled={isBusy.value}>
          {texts.make}
        </button>
      </p>
    </form>
  );
}

/** The link, to be copied: it is shown this once. */
function Link({ address }: { address: string }) {
  const texts = sharingTexts.value;
  const field = useRef<HTMLInputElement>(null);
  const isCopied = useSignal(false);
  useEffect(() => {
    isCopied.value = false;
    field.current?.select();
  }, [address]);
  const copy = async () => {
    field.current?.select();
    try {
      await navigator.clipboard.writeText(address);
      isCopied.value = true;
    } catch {
      // Not allowed: it is selected, to be copied by keys.
    }
  };
  return (
    <section class="made-share" aria-label={texts.link}>
      <input ref={field} readOnly value={address} aria-label={texts.link} />
      <button type="button" class="button" onClick={() => void copy()}>
        {isCopied.value ? texts.copied : texts.copy}
      </button>
      <p class="dim" role="status">
        {texts.onlyNow}
      </p>
    </section>
  );
}

function messageOf(error: unknown): string {
  if (error instanceof ShareError && error.code === '') return sharingTexts.value.noAnswer;
  return error instanceof Error ? error.message : String(error);
}
