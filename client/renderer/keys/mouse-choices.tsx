// What the mouse buttons do, to be chosen.
import {
  type ButtonTool,
  buttonTools,
  dragSlots,
  mouseButtons,
  usualButtons,
} from '../viewport/mouse-buttons.ts';
import { commandTexts } from '../words/commands.ts';
import { keyTexts } from '../words/keys.ts';
import { settingsTexts } from '../words/settings.ts';
import { setMouse } from './mouse-settings.ts';

export function MouseChoices() {
  const texts = settingsTexts.value.mouse;
  const { left, wheel } = mouseButtons.value;
  return (
    <div class="mouse-settings">
      <ToolChoice
        id="mouse-left"
        label={texts.left}
        now={left}
        onChoose={(tool) => tool && setMouse({ left: tool })}
      />
      {dragSlots.map((slot) => (
        <ToolChoice
          key={slot}
          id={`mouse-${slot}`}
          label={texts[slot]}
          now={mouseButtons.value[slot]}
          none={texts.nothing}
          onChoose={(tool) => setMouse({ [slot]: tool })}
        />
      ))}
      <label for="mouse-wheel">{texts.wheel}</label>
      <select
        id="mouse-wheel"
        value={wheel}
        onChange={({ currentTarget }) =>
          setMouse({ wheel: currentTarget.value === 'zoom' ? 'zoom' : 'scroll' })
        }
      >
        <option value="scroll">{keyTexts.value.mouseDoes.scroll}</option>
        <option value="zoom">{keyTexts.value.mouseDoes.zoom}</option>
      </select>
      <p class="dim">{texts.note}</p>
      <p>
        <button type="button" class="button" onClick={() => setMouse(usualButtons)}>
          {texts.reset}
        </button>
      </p>
    </div>
  );
}

interface ChoiceProps {
  readonly id: string;
  readonly label: string;
  readonly now: ButtonTool | null;
  /** What it is called when it does nothing; absent when it must do something. */
  readonly none?: string;
  readonly onChoose: (tool: ButtonTool | null) => void;
}

function ToolChoice({ id, label, now, none, onChoose }: ChoiceProps) {
  const { tools } = commandTexts.value;
  return (
    <>
      <label for={id}>{label}</label>
      <select
        id={id}
        value={now ?? ''}
        onChange={({ currentTarget }) =>
          onChoose(buttonTools.find((tool) => tool === currentTarget.value) ?? null)
        }
      >
        {none && <option value="">{none}</option>}
        {buttonTools.map((tool) => (
          <option key={tool} value={tool}>
            {tools[tool]}
          </option>
        ))}
      </select>
    </>
  );
}
