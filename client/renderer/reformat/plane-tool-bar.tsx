// The tools of the planes: what the left mouse button does, each with its key as on images.
import { keysOf } from '../keys/bindings.ts';
import { hinted } from '../keys/chords.ts';
import { measuringCommands, type ToolCommand, toolCommands } from '../study/commands.ts';
import { Icon } from '../study/icons.tsx';
import { type PlaneTool, planeTools } from '../viewport/primary-tool.ts';
import type { ReformatModel } from './reformat-model.ts';

export function PlaneToolBar({ reformat }: { reformat: ReformatModel }) {
  return (
    <span class="plane-tools">
      {commandsOf().map(({ tool, command }) => (
        <button
          key={tool}
          type="button"
          class="button"
          data-tool={tool}
          title={hinted(command.name, keysOf(command))}
          aria-label={command.name}
          aria-pressed={reformat.tool.value === tool}
          onClick={() => reformat.setTool(tool)}
        >
          <Icon name={command.icon} />
        </button>
      ))}
    </span>
  );
}

function commandsOf(): readonly { readonly tool: PlaneTool; readonly command: ToolCommand }[] {
  const commands = [...toolCommands, ...measuringCommands];
  return planeTools.flatMap((tool) => {
    const command = commands.find((each) => each.tool === tool);
    return command ? [{ tool, command }] : [];
  });
}
