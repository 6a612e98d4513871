// What a connection for images may see: everything, or the one study of its token.
import type { Hello } from '@strata/protocol/messages';
import type { Admitted, Scope } from '../image/session-parts.ts';
import type { SharedAccess } from './shared-access.ts';

/** Judges hellos. No token sees everything, as there is no sign-in; one that opens nothing is refused. */
export function admitsBy(access: SharedAccess): (hello: Hello) => Admitted | Promise<Admitted> {
  return ({ token }) => token === '' || scopeOf(access, token);
}

/** @throws MetadataError when it cannot be known what the token opens */
async function scopeOf(access: SharedAccess, token: string): Promise<Scope | false> {
  const found = await access.of(token);
  if (found.state !== 'open') return false;
  return {
    studyUid: found.share.studyUid,
    isOpen: async () => {
      try {
        return (await access.of(token)).state === 'open';
      } catch {
        // Not to be known for longer than is remembered: it comes back when it is.
        return false;
      }
    },
  };
}
