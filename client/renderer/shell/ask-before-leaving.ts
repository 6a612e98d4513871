// Has the browser ask before the page is left: something would be lost with it, or not come to its end.

/** Asks from now on, when the page is closed, loaded again, or goes to another site. @returns the function that ends it */
export function askBeforeLeaving(): () => void {
  const onLeave = (event: BeforeUnloadEvent) => event.preventDefault();
  addEventListener('beforeunload', onLeave);
  return () => removeEventListener('beforeunload', onLeave);
}
