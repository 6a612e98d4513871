// Texts of attributes against the patterns of rules.

/** Whether a text fits one of the patterns: * and ? are wildcards, case and spaces at the ends do not count. */
export function fitsOne(text: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => expression(pattern).test(text.trim()));
}

function expression(pattern: string): RegExp {
  const escaped = pattern.trim().replace(/[\\^$.|+()[\]{}]/g, '\\$&');
  // Several stars in a row mean one: many of them would take for ever to fail.
  return new RegExp(`^${escaped.replace(/\*+/g, '.*').replaceAll('?', '.')}$`, 'isu');
}
