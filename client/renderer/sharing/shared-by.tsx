// On the page of a link, in the top bar: who gave it, and until when it is open.
import { moment } from '../words/moments.ts';
import { sharingTexts } from '../words/sharing.ts';
import { sharedStudy } from './shared-study.ts';

export function SharedBy() {
  const shared = sharedStudy.value;
  if (!shared) return null;
  const { sharedBy } = sharingTexts.value;
  return <span class="shared-by dim">{sharedBy(shared.madeBy, moment(new Date(shared.expiresAt)))}</span>;
}
