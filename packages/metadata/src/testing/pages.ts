// Walks through the pages of an answer, for tests.

/** Most pages: one that never ends is a defect. */
const MOST = 10_000;

/** @param ask for a page: the first without `after`, each further one with the `next` of the page before */
export async function* everyPage<Page extends { readonly next: string | null }>(
  ask: (from: { readonly after?: string }) => Promise<Page>,
): AsyncGenerator<Page> {
  let from: { after?: string } = {};
  for (let pages = 0; pages < MOST; pages++) {
    const page = await ask(from);
    yield page;
    if (page.next === null) return;
    from = { after: page.next };
  }
  throw new Error(`there are more than ${MOST} pages`);
}
