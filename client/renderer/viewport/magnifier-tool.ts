// Cornerstone's magnifying glass, which enlarges what is on the screen however large the viewport is.
import { MagnifyTool, type Types } from '@cornerstonejs/tools';

/** CSS pixels of the glass, and how much larger it shows. */
const side = 280;
const factor = 2.5;

export class MagnifierTool extends MagnifyTool {
  static override readonly toolName = 'StrataMagnifier';

  constructor(props: Types.PublicToolProps = {}) {
    super({ ...props, configuration: { ...props.configuration, magnifyWidth: side, magnifyHeight: side } });
    const press = this.preMouseDownCallback;
    this.preMouseDownCallback = (event) => {
      // Cornerstone's own factor is between the heights of what both show, not between sizes on the screen.
      this.configuration.magnifySize = (factor * event.detail.element.clientHeight) / side;
      return press(event);
    };
  }
}
