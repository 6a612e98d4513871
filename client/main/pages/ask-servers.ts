// Asks the servers for what is no file of the pages, one after the other until one answers.

const WITHIN_MS = 10_000;
/** Files are sent and saved on several servers first. */
const SENT_WITHIN_MS = 600_000;

/** What a page asks. */
export interface PageRequest {
  /** Path and query. */
  readonly path: string;
  readonly method: string;
  readonly contentType: string | null;
  /** Null where nothing is sent. */
  readonly body: ArrayBuffer | null;
}

/** The request of a page as servers are asked. @param path path and query */
export async function pageRequest(path: string, request: Request): Promise<PageRequest> {
  const { method, headers } = request;
  const body = request.body ? await request.arrayBuffer() : null;
  return { path, method, contentType: headers.get('content-type'), body };
}

/**
 * @param servers streaming addresses, as in the settings
 * @returns the first answer that is no failure of its server; 502 when none came. What changes something is asked of another
 * server only when the one before could not be reached at all: it may have been done otherwise.
 */
export async function askServers(
  servers: readonly string[],
  { path, method, contentType, body }: PageRequest,
  ask: typeof fetch = fetch,
): Promise<Response> {
  const changes = method !== 'GET' && method !== 'HEAD';
  for (const server of servers) {
    const { host, protocol } = new URL(server);
    const address = `${protocol === 'wss:' ? 'https' : 'http'}://${host}${path}`;
    // Only until the answer begins: an archive of a study takes as long as it takes.
    const ending = new AbortController();
    const late = setTimeout(
      () => ending.abort(new Error('It took too long.')),
      changes ? SENT_WITHIN_MS : WITHIN_MS,
    );
    try {
      const answer = await ask(address, {
        method,
        ...(contentType !== null && { headers: { 'content-type': contentType } }),
        ...(body && { body }),
        signal: ending.signal,
        redirect: 'error',
      });
      if (changes || answer.status < 500) return answer;
    } catch (error) {
      // This one is away: another server has the same.
      if (changes && !wasNotReached(error)) break;
    } finally {
      clearTimeout(late);
    }
  }
  return new Response('No server of the configuration answers.', { status: 502 });
}

/** Whether nothing of a request has left: Chromium's and Node's words for it. */
function wasNotReached(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return /REFUSED|UNREACH|NOT_RESOLVED|ENOTFOUND|DISCONNECTED/.test(`${error} ${cause}`);
}
