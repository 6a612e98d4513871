// Of which side of the body a projection is, and how the beam went through it: what radiographs and mammograms are hung by.
import { firstItem } from './data-set.ts';
import { Tag } from './tags.ts';
import { code, type Values } from './values.ts';

export interface Projection {
  /** R, L or B for both; '' when not said, and of what has no sides. */
  laterality: string;
  /** In the field's letters: CC, MLO, AP; '' when not said. */
  viewPosition: string;
  /** The view is not the plain one: magnified, a spot, rolled (PS3.16 CID 4015). */
  viewModified: boolean;
}

/** Codes of PS3.16 CID 4014, those of earlier editions included, and the letters that stand for them there. */
const views: Readonly<Record<string, string>> = {
  'R-10224': 'ML',
  'R-10226': 'MLO',
  'R-10228': 'LM',
  'R-10230': 'LMO',
  'R-10242': 'CC',
  'R-10244': 'FB',
  'R-102D0': 'SIO',
  'R-40AAA': 'ISO',
  'R-1024A': 'XCCL',
  'R-1024B': 'XCCM',
  'Y-X1770': 'XCCL',
  'Y-X1771': 'XCCM',
  '399260004': 'ML',
  '399368009': 'MLO',
  '399352003': 'LM',
  '399099002': 'LMO',
  '399162004': 'CC',
  '399196006': 'FB',
  '399188001': 'SIO',
  '441555000': 'ISO',
  '399192008': 'XCCL',
  '399101009': 'XCCM',
};

/**
 * Reads what there is; nothing is thrown. What the image says of its side goes before what the series says.
 * @param anatomy where a multi-frame object says its side
 */
export function readProjection(values: Values, anatomy: Values): Projection {
  const said = [
    code(values, Tag.ImageLaterality),
    code(anatomy, Tag.FrameLaterality),
    code(values, Tag.Laterality),
  ];
  const item = firstItem(values.set, Tag.ViewCodeSequence);
  const view = item && { set: item, decode: values.decode };
  return {
    laterality: said.find((one) => /^[RLB]$/.test(one)) ?? '',
    viewPosition: (view && views[code(view, Tag.CodeValue)]) || code(values, Tag.ViewPosition).slice(0, 16),
    viewModified: item !== null && firstItem(item, Tag.ViewModifierCodeSequence) !== null,
  };
}
