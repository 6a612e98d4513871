// Application entity titles as PS3.5 table 6.2-1 (AE) has them.
import { z } from 'zod';

/**
 * 1 to 16 printable ASCII characters without backslash; spaces at both ends do not count.
 * The words are those of the message about a wrong one.
 */
export const aeTitle = z
  .string()
  .transform((text) => text.replace(/^ +| +$/g, ''))
  .refine((text) => /^[ -[\]-~]{1,16}$/.test(text), {
    error: 'an AE title has 1 to 16 printable ASCII characters and no backslash',
  });

/** A unique identifier: PS3.5 section 9.1. */
export const uid = z.string().regex(/^(?=.{1,64}$)\d+(\.\d+)*$/, {
  error: 'a UID has digits and dots, 64 characters at most',
});
