// A line of a list of measurements: what was measured, with what is to be said of it; a click goes there, a cross removes it.
import type { ComponentChildren } from 'preact';
import { Icon } from '../study/icons.tsx';
import type { MeasuringTool } from '../viewport/primary-tool.ts';
import { measuringTexts } from '../words/measuring.ts';
import { drawnName } from './words.ts';

interface LineProps {
  readonly tool: MeasuringTool;
  readonly main: string;
  /** Below it, a line each. */
  readonly details: readonly string[];
  readonly hint: string;
  /** Undefined where nothing is saved. */
  readonly saved?: 'yes' | 'no';
  /** At the end of the line. */
  readonly children?: ComponentChildren;
  readonly onGo: () => void;
  readonly onRemove: () => void;
}

export function MeasurementLine({ tool, main, details, hint, saved, children, onGo, onRemove }: LineProps) {
  const texts = measuringTexts.value;
  return (
    <li data-measurement={tool} data-saved={saved}>
      <button type="button" class="go" title={hint} onClick={onGo}>
        <Icon name={tool} />
        <span class="about">
          <b>{main}</b>
          {details.filter(Boolean).map((detail, at) => (
            <span key={at} class="dim">
              {detail}
            </span>
          ))}
        </span>
        {children}
      </button>
      <button
        type="button"
        class="remove"
        aria-label={texts.removeWhat(drawnName(tool))}
        title={texts.remove}
        onClick={onRemove}
      >
        ×
      </button>
    </li>
  );
}
