// Which keys belong to the control that has the focus, before they are commands of the page.

/** Whether a control does something with a key itself. @param chord see `chordOf` */
export function needsKey(target: EventTarget | null, chord: string): boolean {
  if (target instanceof HTMLTextAreaElement) return true;
  if (target instanceof HTMLSelectElement)
    return /^(?:Arrow\w+|Page\w+|Home|End|Enter|Escape| )$/.test(chord);
  if (!(target instanceof HTMLInputElement)) return false;
  if (target.type === 'range') return /^(?:Arrow\w+|Page\w+|Home|End)$/.test(chord);
  const isChoice = target.type === 'radio' || target.type === 'checkbox';
  return isChoice ? /^(?:Arrow\w+| )$/.test(chord) : true;
}

/**
 * Gives the arrows back to the images as soon as a slider that was moved by the mouse is let go: who came to it by the
 * keyboard goes on with the keyboard. @returns the function that ends it
 */
export function letSlidersGo(): () => void {
  let taken: EventTarget | null = null;
  const take = ({ target }: Event) => {
    taken = target;
  };
  const letGo = () => {
    if (taken instanceof HTMLInputElement && taken.type === 'range') taken.blur();
    taken = null;
  };
  addEventListener('pointerdown', take);
  addEventListener('pointerup', letGo);
  return () => {
    removeEventListener('pointerdown', take);
    removeEventListener('pointerup', letGo);
  };
}
