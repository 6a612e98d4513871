// What axe-core finds wrong with a page by WCAG 2.2, levels A and AA. Images are not judged: what lies in a viewport is left out.
import axeCore from 'axe-core';
import type { Page } from 'playwright-core';

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** What is used of axe in the page. */
interface Axe {
  run(
    context: { include: string[][]; exclude: string[][] },
    options: { runOnly: string[]; resultTypes: string[] },
  ): Promise<{ violations: { id: string; nodes: { target: unknown[]; failureSummary?: string }[] }[] }>;
}

/** @param within a selector of what is judged @returns each violation: the rule, where, and why; empty when there are none */
export async function violationsOf(page: Page, within = 'html'): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axeCore.source);
  return page.evaluate(
    async ({ runOnly, include }) => {
      const { axe } = globalThis as unknown as { axe: Axe };
      const context = { include: [[include]], exclude: [['.viewport']] };
      const { violations } = await axe.run(context, { runOnly, resultTypes: ['violations'] });
      return violations.flatMap(({ id, nodes }) =>
        nodes.map(
          ({ target, failureSummary = '' }) => `${id}: ${target.join(' ')}: ${failureSummary.split('\n')[1]}`,
        ),
      );
    },
    { runOnly: rules, include: within },
  );
}
