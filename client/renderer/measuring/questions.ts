// Questions of the page to its user, one at a time.
import { signal } from '@preact/signals';

export interface Question {
  readonly question: string;
  /** What is answered if nothing is changed. */
  readonly now: string;
  /** `notice`: there is nothing to answer; `choice`: yes or no. */
  readonly kind: 'text' | 'millimetres' | 'notice' | 'choice';
}

/** A question that waits for its answer. */
export interface OpenQuestion extends Question {
  answer(text: string | null): void;
}

export class Questions {
  readonly open = signal<OpenQuestion | null>(null);

  /** @returns the answer; null when there is none */
  ask(question: Question): Promise<string | null> {
    this.open.peek()?.answer(null);
    return new Promise((resolve) => {
      this.open.value = {
        ...question,
        answer: (text) => {
          this.open.value = null;
          resolve(text);
        },
      };
    });
  }

  /** @returns whether the user agrees */
  async confirm(question: string): Promise<boolean> {
    return (await this.ask({ question, now: '', kind: 'choice' })) !== null;
  }

  async tell(notice: string): Promise<void> {
    await this.ask({ question: notice, now: '', kind: 'notice' });
  }
}
