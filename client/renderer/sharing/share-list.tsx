// The links of a study that there are and were, each with its end; open ones can be revoked.
import { useSignal } from '@preact/signals';
import { moment } from '../words/moments.ts';
import { sharingTexts } from '../words/sharing.ts';
import { revokeShare, type Share } from './shares-client.ts';

interface ListProps {
  readonly studyUid: string;
  /** Null until they are known. */
  readonly shares: readonly Share[] | null;
  readonly onChanged: () => void;
  readonly onFailed: (message: string) => void;
}

const at = (time: string) => moment(new Date(time));

export function ShareList({ studyUid, shares, onChanged, onFailed }: ListProps) {
  const texts = sharingTexts.value;
  const asked = useSignal('');
  const revoke = async (id: string) => {
    // Twice: what was revoked cannot be opened again.
    if (asked.value !== id) {
      asked.value = id;
      return;
    }
    asked.value = '';
    try {
      await revokeShare(studyUid, id);
    } catch (error) {
      onFailed(error instanceof Error ? error.message : String(error));
    }
    onChanged();
  };
  return (
    <section class="share-list" aria-label={texts.links}>
      <h3>{texts.links}</h3>
      {shares?.length === 0 && <p class="dim">{texts.none}</p>}
      <ul>
        {shares?.map((share) => (
          <li key={share.id} data-share={share.id} data-state={share.state}>
            <span class="for">
              <b>{share.note || texts.noNote}</b>
              <span class="dim">{texts.madeAt(at(share.madeAt), share.madeBy)}</span>
            </span>
            <span class="until">
              <span>{stateOf(share)}</span>
              <span class="dim">{share.usedAt ? texts.usedAt(at(share.usedAt)) : texts.neverUsed}</span>
            </span>
            {share.state === 'open' ? (
              <button type="button" class="button revoke" onClick={() => void revoke(share.id)}>
                {asked.value === share.id ? texts.revokeSure : texts.revoke}
              </button>
            ) : (
              <span />
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function stateOf({ state, expiresAt, revokedAt }: Share): string {
  const texts = sharingTexts.value;
  if (state === 'open') return texts.openUntil(at(expiresAt));
  return state === 'revoked' ? texts.revokedAt(at(revokedAt ?? expiresAt)) : texts.endedAt(at(expiresAt));
}
