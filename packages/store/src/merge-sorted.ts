// Several sorted lists of blobs as one.

/** All items by digest; of equal ones those of the earlier list first. Holds one item of each list. */
export async function* mergeSorted<T extends { readonly digest: string }>(
  lists: readonly AsyncGenerator<T>[],
): AsyncGenerator<T> {
  try {
    const heads = await Promise.all(lists.map((list) => list.next()));
    for (;;) {
      let least: { readonly value: T; readonly at: number } | null = null;
      for (const [at, head] of heads.entries()) {
        if (!head.done && (least === null || head.value.digest < least.value.digest))
          least = { value: head.value, at };
      }
      if (least === null) return;
      yield least.value;
      heads[least.at] = await (lists[least.at] as AsyncGenerator<T>).next();
    }
  } finally {
    // Whoever stops early lets go of the folders.
    await Promise.all(lists.map((list) => list.return(undefined)));
  }
}
