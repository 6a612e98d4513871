// Decides on what is proposed in an association: which contexts, which transfer syntax of each, which roles.
import type {
  AnsweredContext,
  AssociateRequest,
  ExtendedNegotiation,
  ProposedContext,
  RoleSelection,
} from './pdu.ts';

/** What is offered under an abstract syntax. */
export interface Offer {
  /** Transfer syntaxes that are taken, the best first. */
  readonly transferSyntaxes: readonly string[];
  /** Takes the best of the proposal in the proposal's own order instead: what the peer likes costs it least. */
  readonly order: 'ours' | 'theirs';
  /** Roles of the requestor that are agreed on when it asks for them. */
  readonly roles: { readonly scu: boolean; readonly scp: boolean };
  /** Answer to the requestor's service class application information; null for none. */
  readonly extended?: (information: Uint8Array) => Uint8Array;
}

/** A context that both sides agreed on. */
export interface AgreedContext {
  readonly id: number;
  readonly abstractSyntax: string;
  readonly transferSyntax: string;
  /** What the requestor may be here; without role selection it is SCU only. */
  readonly requestorIs: { readonly scu: boolean; readonly scp: boolean };
}

export interface Agreement {
  readonly agreed: ReadonlyMap<number, AgreedContext>;
  readonly answers: readonly AnsweredContext[];
  readonly roles: readonly RoleSelection[];
  readonly extended: readonly ExtendedNegotiation[];
}

/**
 * The answer to a request.
 * @param offerOf what is offered under an abstract syntax; null when it is not served
 */
export function negotiate(
  { contexts, user }: Pick<AssociateRequest, 'contexts' | 'user'>,
  offerOf: (abstractSyntax: string) => Offer | null,
): Agreement {
  const agreed = new Map<number, AgreedContext>();
  const answers: AnsweredContext[] = [];
  const roles = new Map<string, RoleSelection>();
  for (const context of contexts) {
    const offer = offerOf(context.abstractSyntax);
    const transferSyntax = offer && best(offer, context.transferSyntaxes);
    if (!offer || transferSyntax === undefined || agreed.has(context.id)) {
      answers.push({ id: context.id, result: offer ? 4 : 3, transferSyntax: firstOf(context) });
      continue;
    }
    const asked = user.roles.find(({ sopClass }) => sopClass === context.abstractSyntax);
    const role = asked && { scu: asked.scu && offer.roles.scu, scp: asked.scp && offer.roles.scp };
    if (role) roles.set(context.abstractSyntax, { sopClass: context.abstractSyntax, ...role });
    answers.push({ id: context.id, result: 0, transferSyntax: transferSyntax as string });
    agreed.set(context.id, {
      id: context.id,
      abstractSyntax: context.abstractSyntax,
      transferSyntax: transferSyntax as string,
      requestorIs: role ?? { scu: true, scp: false },
    });
  }
  const extended = user.extended.flatMap(({ sopClass, information }) => {
    const answer = offerOf(sopClass)?.extended?.(information);
    return answer ? [{ sopClass, information: answer }] : [];
  });
  return { agreed, answers, roles: [...roles.values()], extended };
}

function best(offer: Offer, proposed: readonly string[]): string | undefined {
  const [first, second] =
    offer.order === 'ours' ? [offer.transferSyntaxes, proposed] : [proposed, offer.transferSyntaxes];
  const wanted = new Set(second);
  return first.find((uid) => wanted.has(uid));
}

/** The transfer syntax of a refused context means nothing but must be there (PS3.8 table 9-18). */
function firstOf({ transferSyntaxes }: ProposedContext): string {
  return transferSyntaxes[0] ?? '1.2.840.10008.1.2';
}

/** What both sides agreed on, as the requestor sees it. */
export function agreedByAnswer(
  { contexts, user }: Pick<AssociateRequest, 'contexts' | 'user'>,
  answer: {
    readonly contexts: readonly AnsweredContext[];
    readonly user: { readonly roles: readonly RoleSelection[] };
  },
): ReadonlyMap<number, AgreedContext> {
  const agreed = new Map<number, AgreedContext>();
  for (const { id, result, transferSyntax } of answer.contexts) {
    const proposed = contexts.find((context) => context.id === id);
    if (result !== 0 || !proposed?.transferSyntaxes.includes(transferSyntax)) continue;
    const { abstractSyntax } = proposed;
    const asked = user.roles.some(({ sopClass }) => sopClass === abstractSyntax);
    const role = asked ? answer.user.roles.find(({ sopClass }) => sopClass === abstractSyntax) : undefined;
    agreed.set(id, { id, abstractSyntax, transferSyntax, requestorIs: role ?? { scu: true, scp: false } });
  }
  return agreed;
}
