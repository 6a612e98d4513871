import type { SavedRequest } from '@strata/protocol/saved';
import { expect, it } from 'vitest';
import { SavedError } from './saved-client.ts';
import { VersionSender } from './version-sender.ts';

/** A server that saves each id once, and whose answers can be lost or be a refusal. */
function senderTo() {
  const server = { answers: 'yes' as 'yes' | 'lost' | 'no', saved: [] as SavedRequest<string>[] };
  const sender = new VersionSender<string>('measurements', async (_kind, _study, request) => {
    if (server.answers === 'no') throw new SavedError('final', 'refused', { isRefusal: true });
    if (!server.saved.some(({ id }) => id === request.id)) server.saved.push(request);
    if (server.answers === 'lost') throw new SavedError('unreachable', 'lost');
    return { sopInstanceUid: `saved ${request.content}`, seriesInstanceUid: '1.8', at: '' };
  });
  const said = () => server.saved.map(({ content, predecessors }) => [content, predecessors]);
  return { sender, server, said };
}

const request = (content: string, ...predecessors: string[]) => ({ author: 'A', predecessors, content });

it('a version whose answer was lost goes again under its id', async () => {
  const { sender, server, said } = senderTo();
  server.answers = 'lost';
  await expect(sender.send('1.9', request('a', 'old'))).rejects.toThrow('lost');
  await expect(sender.send('1.9', request('a', 'old'))).rejects.toThrow('lost');
  server.answers = 'yes';
  expect(await sender.send('1.9', request('a', 'old'))).toMatchObject({ sopInstanceUid: 'saved a' });
  expect(said()).toEqual([['a', ['old']]]);
  // The same later is a version of its own.
  await sender.send('1.9', request('a', 'old'));
  expect(said()).toHaveLength(2);
});

it('what was changed since follows on it; other studies and lines do not', async () => {
  const { sender, server, said } = senderTo();
  server.answers = 'lost';
  await expect(sender.send('1.9', request('a', 'old'))).rejects.toThrow('lost');
  server.answers = 'yes';
  await sender.send('1.7', request('b'));
  await sender.send('1.9', request('c'), 'another line');
  await sender.send('1.9', request('d', 'old', 'of another'));
  expect(said()).toEqual([
    ['a', ['old']],
    ['b', []],
    ['c', []],
    ['d', ['saved a', 'of another']],
  ]);
});

it('what the server refused is not sent again', async () => {
  const { sender, server, said } = senderTo();
  server.answers = 'no';
  await expect(sender.send('1.9', request('a'))).rejects.toThrow('refused');
  server.answers = 'yes';
  await sender.send('1.9', request('b'));
  expect(said()).toEqual([['b', []]]);
});
