// Asks the servers for what is no file of the pages, one after the other until one answers.

const WITHIN_MS = 10_000;

/**
 * @param servers streaming addresses, as in the settings
 * @param path path and query
 * @returns the first answer that is no failure of its server; 502 when none came
 */
export async function askServers(
  servers: readonly string[],
  path: string,
  ask: typeof fetch = fetch,
): Promise<Response> {
  for (const server of servers) {
    const { host, protocol } = new URL(server);
    const address = `${protocol === 'wss:' ? 'https' : 'http'}://${host}${path}`;
    try {
      const answer = await ask(address, { signal: AbortSignal.timeout(WITHIN_MS), redirect: 'error' });
      if (answer.status < 500) return answer;
    } catch {
      // this one is away: another server has the same
    }
  }
  return new Response('No server of the configuration answers.', { status: 502 });
}
