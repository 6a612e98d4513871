// Text beside what is drawn must not be in the way of drawing: with a measuring tool in hand a drag that begins on it draws.
import type { AnnotationTool } from '@cornerstonejs/tools';

type Near = AnnotationTool['getHandleNearImagePoint'];

/**
 * Makes a tool of Cornerstone look for handles behind its text boxes while something is being drawn with. Otherwise they can
 * be moved, as in other viewers.
 * @param isDrawing whether a measuring tool is in hand
 */
export function drawThroughText(tool: AnnotationTool, isDrawing: () => boolean): void {
  const near: Near = tool.getHandleNearImagePoint.bind(tool);
  tool.getHandleNearImagePoint = (element, annotation, point, proximity) => {
    const { handles } = annotation.data;
    if (!isDrawing() || !handles?.textBox) return near(element, annotation, point, proximity);
    const { textBox } = handles;
    // Where there is no box, none is found.
    delete handles.textBox;
    try {
      return near(element, annotation, point, proximity);
    } finally {
      handles.textBox = textBox;
    }
  };
}
