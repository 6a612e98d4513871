import { expect, it } from 'vitest';
import { WheelSteps } from './wheel-steps.ts';

it('one notch of a wheel is one slice, whatever its device calls it', () => {
  const wheel = new WheelSteps();
  expect([100, 120, -120].map((deltaY) => wheel.take({ deltaY, deltaMode: 0 }))).toEqual([1, 1, -1]);
  expect(wheel.take({ deltaY: 3, deltaMode: 1 })).toBe(1);
});

it('the small movements of a trackpad add up to slices, and turning round starts anew', () => {
  const wheel = new WheelSteps();
  const steps = Array.from({ length: 10 }, () => wheel.take({ deltaY: 8, deltaMode: 0 }));
  expect(steps.reduce((sum, step) => sum + step, 0)).toBe(2);
  wheel.take({ deltaY: 39, deltaMode: 0 });
  expect(wheel.take({ deltaY: -8, deltaMode: 0 })).toBeCloseTo(0);
});
