// The capabilities as a WADL document (PS3.18 annex H; WADL is W3C Member Submission 2009-08-31).
import type { Transaction } from './transactions.ts';

/** A step of an address with what can be done there and below. */
interface Node {
  readonly transactions: Transaction[];
  readonly children: Map<string, Node>;
}

/** @param base of the service, without a slash at its end */
export function wadlOf(base: string, transactions: readonly Transaction[]): string {
  const root: Node = { transactions: [], children: new Map() };
  for (const transaction of transactions) {
    let node = root;
    for (const step of transaction.path.split('/').slice(1)) {
      const next = node.children.get(step) ?? { transactions: [], children: new Map() };
      node.children.set(step, next);
      node = next;
    }
    node.transactions.push(transaction);
  }
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<application xmlns="http://wadl.dev.java.net/2009/02">',
    `  <resources base="${escaped(base)}">`,
    ...[...root.children].flatMap(([step, node]) => resource(step, node, '    ')),
    '  </resources>',
    '</application>',
    '',
  ].join('\n');
}

function resource(step: string, { transactions, children }: Node, indent: string): string[] {
  return [
    `${indent}<resource path="${escaped(step)}">`,
    ...transactions.flatMap((transaction) => method(transaction, `${indent}  `)),
    ...[...children].flatMap(([next, node]) => resource(next, node, `${indent}  `)),
    `${indent}</resource>`,
  ];
}

function method({ id, method, takes, gives, parameters = [] }: Transaction, indent: string): string[] {
  const options = gives.map((type) => `${indent}      <option value="${escaped(type)}"/>`);
  return [
    `${indent}<method name="${method}" id="${id}">`,
    `${indent}  <request>`,
    `${indent}    <param name="Accept" style="header" default="${escaped(gives[0] ?? '')}">`,
    ...options,
    `${indent}    </param>`,
    ...parameters.map((name) => `${indent}    <param name="${escaped(name)}" style="query"/>`),
    ...(takes ?? []).map((type) => `${indent}    <representation mediaType="${escaped(type)}"/>`),
    `${indent}  </request>`,
    `${indent}  <response>`,
    ...gives.map((type) => `${indent}    <representation mediaType="${escaped(type)}"/>`),
    `${indent}  </response>`,
    `${indent}</method>`,
  ];
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
