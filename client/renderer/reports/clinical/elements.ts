// Finds elements of a clinical document by their names, whatever prefix they have.

/** The children of a name, in their order. */
export function childrenOf(parent: Element, name: string): Element[] {
  return [...parent.children].filter(({ localName }) => localName === name);
}

/** The first child of a name. */
export function firstOf(parent: Element, name: string): Element | null {
  return childrenOf(parent, name)[0] ?? null;
}

/** The first child of the first name, its first child of the second name, and so on. */
export function pathTo(from: Element | null, ...names: string[]): Element | null {
  return names.reduce<Element | null>((at, name) => at && firstOf(at, name), from);
}

/** All text of an element in one line, of at most 512 characters. */
export function lineOf(element: Element | null): string {
  return (element?.textContent ?? '').replace(/\s+/g, ' ').trim().slice(0, 512);
}
