import { expect, it } from 'vitest';
import { agreedByAnswer, negotiate, type Offer } from './negotiate.ts';

const [implicit, explicit, jpeg] = ['1.2.840.10008.1.2', '1.2.840.10008.1.2.1', '1.2.840.10008.1.2.4.70'];
const [ct, find] = ['1.2.840.10008.5.1.4.1.1.2', '1.2.840.10008.5.1.4.1.2.2.1'];
const roles = { scu: true, scp: true };
const offers: Record<string, Offer> = {
  [ct]: { transferSyntaxes: [explicit, implicit, jpeg], order: 'theirs', roles },
  [find]: {
    transferSyntaxes: [explicit, implicit],
    order: 'ours',
    roles: { scu: true, scp: false },
    extended: (information) => information.map((wish, at) => (at < 2 ? wish : 0)),
  },
};
const none = { maxPduBytes: 0, implementationClass: '', implementationVersion: '', roles: [], extended: [] };
const offerOf = (uid: string) => offers[uid] ?? null;

it('takes images in the way that the sender likes best, and identifiers in the way that we do', () => {
  const contexts = [
    { id: 1, abstractSyntax: ct, transferSyntaxes: [jpeg, implicit, explicit] },
    { id: 3, abstractSyntax: find, transferSyntaxes: [implicit, explicit] },
  ];
  const { answers } = negotiate({ contexts, user: none }, offerOf);
  expect(answers).toEqual([
    { id: 1, result: 0, transferSyntax: jpeg },
    { id: 3, result: 0, transferSyntax: explicit },
  ]);
});

it('says whether it is the SOP class or its transfer syntaxes that are not served', () => {
  const contexts = [
    { id: 1, abstractSyntax: '1.2.3', transferSyntaxes: [implicit] },
    { id: 3, abstractSyntax: ct, transferSyntaxes: ['1.2.3.4'] },
    { id: 5, abstractSyntax: ct, transferSyntaxes: [] },
  ];
  const { answers, agreed } = negotiate({ contexts, user: none }, offerOf);
  expect(answers.map(({ result }) => result)).toEqual([3, 4, 4]);
  expect(agreed.size).toBe(0);
});

it('lets a requestor be SCP only where it asked for it and that is offered', () => {
  const contexts = [
    { id: 1, abstractSyntax: ct, transferSyntaxes: [explicit] },
    { id: 3, abstractSyntax: find, transferSyntaxes: [explicit] },
  ];
  const asked = [ct, find].map((sopClass) => ({ sopClass, scu: false, scp: true }));
  const { agreed, roles: answered } = negotiate({ contexts, user: { ...none, roles: asked } }, offerOf);
  expect(agreed.get(1)?.requestorIs).toEqual({ scu: false, scp: true });
  expect(agreed.get(3)?.requestorIs).toEqual({ scu: false, scp: false });
  expect(answered).toHaveLength(2);
  expect(negotiate({ contexts, user: none }, offerOf).agreed.get(1)?.requestorIs.scp).toBe(false);
});

it('answers extended negotiation with what is served of it', () => {
  const extended = [{ sopClass: find, information: Uint8Array.of(1, 1, 1) }];
  const { extended: answered } = negotiate({ contexts: [], user: { ...none, extended } }, offerOf);
  expect(answered).toEqual([{ sopClass: find, information: Uint8Array.of(1, 1, 0) }]);
});

it('believes of an answer only what was proposed', () => {
  const contexts = [{ id: 1, abstractSyntax: ct, transferSyntaxes: [explicit] }];
  const answer = (id: number, transferSyntax: string) => ({
    contexts: [{ id, result: 0 as const, transferSyntax }],
    user: none,
  });
  expect(agreedByAnswer({ contexts, user: none }, answer(1, explicit)).size).toBe(1);
  expect(agreedByAnswer({ contexts, user: none }, answer(3, explicit)).size).toBe(0);
  expect(agreedByAnswer({ contexts, user: none }, answer(1, jpeg)).size).toBe(0);
});
