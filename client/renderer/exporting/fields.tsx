// The fields that the parts of the dialog share.
import type { ComponentChildren } from 'preact';

interface ChoiceProps<Value extends string> {
  readonly legend: string;
  readonly name: string;
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly text: string; readonly isOff?: boolean }[];
  readonly onChoose: (value: Value) => void;
  readonly children?: ComponentChildren;
}

/** One of several. */
export function Choice<Value extends string>({
  legend,
  name,
  value,
  options,
  onChoose,
  children,
}: ChoiceProps<Value>) {
  return (
    <fieldset>
      <legend>{legend}</legend>
      {options.map((option) => (
        <label key={option.value}>
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            disabled={option.isOff ?? false}
            onChange={() => onChoose(option.value)}
          />
          {option.text}
        </label>
      ))}
      {children}
    </fieldset>
  );
}

interface TickProps {
  readonly text: string;
  readonly checked: boolean;
  readonly isOff?: boolean;
  readonly onChange: (checked: boolean) => void;
}

export function Tick({ text, checked, isOff = false, onChange }: TickProps) {
  return (
    <label>
      <input
        type="checkbox"
        checked={checked}
        disabled={isOff}
        onChange={({ currentTarget }) => onChange(currentTarget.checked)}
      />
      {text}
    </label>
  );
}

interface NumberFieldProps {
  readonly text: string;
  readonly value: number;
  readonly least: number;
  readonly most: number;
  readonly onChange: (value: number) => void;
}

/** A whole number within bounds; what lies outside is brought to them. */
export function NumberField({ text, value, least, most, onChange }: NumberFieldProps) {
  const take = (typed: string) => {
    const number = Math.round(Number(typed));
    if (Number.isFinite(number)) onChange(Math.max(least, Math.min(most, number)));
  };
  return (
    <label class="number">
      {text}
      <input
        type="number"
        min={least}
        max={most}
        value={value}
        onChange={({ currentTarget }) => take(currentTarget.value)}
      />
    </label>
  );
}
