/** More than any application has; a list that never ends must end. */
const mostPages = 20;

/**
 * Reads a list to its end.
 *
 * @param read one page, from a marker on; `undefined` for the first.
 */
export async function allPages<Item>(
  read: (marker: string | undefined) => Promise<{
    readonly items: readonly Item[];
    readonly next: string | undefined;
  }>,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  let marker: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const { items: more, next } = await read(marker);
    items.push(...more);
    if (next === undefined || next === '') return items;
    marker = next;
  }
  throw new Error(`the list has more than ${mostPages} pages`);
}
