// Stands in for xmlbuilder2, which only vtk.js readers that we never call would use.

/** Throws: nothing in the viewer writes XML. */
export function create(): never {
  throw new Error('The viewer was built without an XML library.');
}
