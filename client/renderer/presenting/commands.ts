// Commands of key images and presentation states.
import type { Command } from '../study/commands.ts';
import type { IconName } from '../study/icons.tsx';
import type { PageModels } from '../study/page-models.ts';
import { presentingTexts } from '../words/presenting.ts';
import { isKeySeries } from './key-series.ts';

type IconCommand = Command & { readonly icon: IconName };

/** Marks the image in view, or takes the mark away. */
export const markKeyCommand: IconCommand = {
  id: 'key-images.mark',
  get name() {
    return presentingTexts.value.markKey;
  },
  keys: ['Shift+k'],
  icon: 'star',
  run({ keyImages, viewer }) {
    const series = viewer.series.peek();
    if (series && viewer.slice) keyImages.toggle(series, viewer.slice);
  },
};

/** Shows the key images of the series' modality, or the whole series again at the image in view. */
const showKeysCommand: Command = {
  id: 'key-images.show',
  get name() {
    return presentingTexts.value.showKeys;
  },
  keys: ['Alt+k'],
  run(page) {
    const { grid, viewer, keyImages, questions } = page;
    const now = viewer.series.peek();
    if (now && isKeySeries(now)) {
      showWhole(page);
      return;
    }
    const all = keyImages.series.peek();
    const same = all.find(({ manifest }) => manifest.modality === now?.manifest.modality) ?? all[0];
    if (same) grid.open(same);
    else void questions.tell(presentingTexts.value.noKeys);
  },
};

function showWhole({ grid, viewer, allSeries }: PageModels): void {
  const { slice } = viewer;
  const whole = allSeries
    .peek()
    .find((series) => !isKeySeries(series) && slice && series.stack.slices.includes(slice));
  if (!whole || !slice) return;
  grid.open(whole);
  viewer.goTo(whole.stack.slices.indexOf(slice));
}

export const keyImageCommands: readonly Command[] = [markKeyCommand, showKeysCommand];

/** Keeps what the viewport shows; shows it as it was before a state was applied. */
export const stateCommands: readonly Command[] = [
  {
    id: 'state.save',
    get name() {
      return presentingTexts.value.saveState;
    },
    keys: ['Shift+d'],
    run: ({ states, viewer }) => void states.save(viewer),
  },
  {
    id: 'state.none',
    get name() {
      return presentingTexts.value.noState;
    },
    keys: [],
    run: ({ viewer }) => viewer.reset(),
  },
];
