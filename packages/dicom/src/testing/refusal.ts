// What a call refused, for tests: the DicomError, or a failure if it did not refuse or failed otherwise.
import { DicomError } from '../errors.ts';

/** Runs a call that must refuse. */
export function refusal(call: () => unknown): DicomError {
  try {
    call();
  } catch (error) {
    if (error instanceof DicomError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}
