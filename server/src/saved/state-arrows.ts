// Arrows of a presentation state: a compound graphic, and beside it plain lines for those who draw no compound graphics
// (PS3.3 C.10.5.1.3.1, C.10.5.1.3.11).
import type { KeywordAttributes } from '@strata/dicom/saved/attributes';
import type { StateDrawing } from '@strata/protocol/saved-presentations';

/** Half of the angle between the two sides of a head. */
const opening = 0.42;
/** A head's sides beside the line, at most. */
const ofLine = 0.5;

/**
 * @param points where it points, then where it begins
 * @param id of the compound graphic, which its lines bear too
 * @param reach length of the sides of the head, in the units of the drawing
 */
export function arrowGraphics(
  { units, points }: Pick<StateDrawing, 'units' | 'points'>,
  id: number,
  reach: number,
): { readonly compound: KeywordAttributes; readonly lines: readonly KeywordAttributes[] } {
  const [x = 0, y = 0, fromX = 0, fromY = 0] = points;
  const length = Math.min(reach, Math.hypot(fromX - x, fromY - y) * ofLine);
  const back = Math.atan2(fromY - y, fromX - x);
  const side = (angle: number) => [x + length * Math.cos(angle), y + length * Math.sin(angle)];
  const line = (data: readonly number[]): KeywordAttributes => ({
    GraphicAnnotationUnits: units,
    GraphicDimensions: 2,
    NumberOfGraphicPoints: data.length / 2,
    GraphicData: [...data],
    GraphicType: 'POLYLINE',
    CompoundGraphicInstanceID: id,
  });
  return {
    compound: {
      CompoundGraphicInstanceID: id,
      CompoundGraphicUnits: units,
      GraphicDimensions: 2,
      NumberOfGraphicPoints: 2,
      GraphicData: [x, y, fromX, fromY],
      CompoundGraphicType: 'ARROW',
    },
    lines: [line([fromX, fromY, x, y]), line([...side(back - opening), x, y, ...side(back + opening)])],
  };
}
