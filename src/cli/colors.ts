import picocolors from 'picocolors';

export type Colors = ReturnType<typeof picocolors.createColors>;

/** Colours are for terminals, and NO_COLOR is obeyed; picocolors alone would also colour every log of a CI. */
export function colorsFor({ isTTY }: { readonly isTTY?: boolean }): Colors {
  return picocolors.createColors(isTTY === true && picocolors.isColorSupported);
}
