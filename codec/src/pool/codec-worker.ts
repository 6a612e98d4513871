// The loop of a worker of the codec, in any runtime: one reply for each request.
import { loadCodec } from '../codec.ts';
import { CodecError } from '../errors.ts';
import { type CodecRequest, type Done, failure, perform } from './codec-jobs.ts';

/** The way from a worker back to the pool. */
export type Answer = (done: Done) => void;

/**
 * Begins to serve: the returned function takes the requests, which are answered in the order of their coming.
 * After anything but a CodecError the codec is loaded anew, since its memory may hold anything.
 */
export function serveCodec(answer: Answer): (request: CodecRequest) => void {
  let codec = loadCodec();
  let last: Promise<void> = Promise.resolve();
  const serve = async (request: CodecRequest): Promise<void> => {
    try {
      answer(perform(await codec, request));
    } catch (error) {
      if (!(error instanceof CodecError)) codec = loadCodec();
      answer({ reply: failure(error), transfer: [] });
    }
  };
  return (request) => {
    last = last.then(() => serve(request));
  };
}
