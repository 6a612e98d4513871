// What the commands ask the running Strata over HTTP.
import type { ListedInstance } from '../http/gateway-routes.ts';
import { CommandError } from './failure.ts';
import { stopping } from './stopping.ts';

/** A request; anything but success is a CommandError with the server's own words. */
export async function ask(url: string, init: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { ...init, signal: stopping });
  } catch (error) {
    stopping.throwIfAborted();
    throw new CommandError(`Strata stopped answering (${error instanceof Error ? error.message : error}).`);
  }
  if (!response.ok) throw await refusal(response);
  return response;
}

async function refusal(response: Response): Promise<CommandError> {
  const text = await response.text();
  try {
    const { error } = JSON.parse(text) as { error?: { code?: string; message?: string } };
    if (error?.message) return new CommandError(error.message, { code: error.code });
  } catch {
    // not from Strata: the status says it
  }
  return new CommandError(`Strata answered ${response.status} ${response.statusText}.`);
}

/** The instances of a study, a series or an instance. @throws CommandError when nothing of that UID is stored */
export async function instancesOf(url: string, uid: string): Promise<ListedInstance[]> {
  for (const kind of ['studies', 'series', 'instances']) {
    const response = await fetch(`${url}/gateway/${kind}/${encodeURIComponent(uid)}`, { signal: stopping });
    if (response.ok) return (await response.json()) as ListedInstance[];
    if (response.status !== 404) throw await refusal(response);
    await response.body?.cancel();
  }
  throw new CommandError(`No study, series or instance ${uid} is stored. See what is: strata studies.`);
}
