// Why something went wrong, for people: by the codes of errors, with what the error itself says behind it.
import { texts } from './texts.ts';

/** What is said by the code of an error. In English the errors say it themselves. */
const errorTexts = texts({
  en: {
    unreachable: '',
    closed: '',
    corrupt: '',
    stalled: '',
    failed: '',
    'bad-request': '',
    'not-found': '',
    'missing-blob': '',
    unavailable: '',
    timeout: '',
    answered: (status: number) => `the server answered ${status}`,
    fewerLevels: 'the server sent fewer levels than the study says there are',
  },
  de: {
    unreachable: 'Kein Server ist erreichbar',
    closed: 'Die Verbindung wurde geschlossen',
    corrupt: 'Die Daten kamen beschädigt an',
    stalled: 'Es kommt nichts mehr an',
    failed: 'Der Server hat abgelehnt',
    'bad-request': 'Die Anfrage ist nicht möglich',
    'not-found': 'Der Server kennt das nicht',
    'missing-blob': 'Kein Server hat die Bilddaten',
    unavailable: 'Der Dienst ist zur Zeit nicht erreichbar',
    timeout: 'Es kam keine Antwort',
    answered: (status) => `der Server antwortete ${status}`,
    fewerLevels: 'der Server hat weniger Stufen gesendet, als die Untersuchung nennt',
  },
});

/** The server refused, by an HTTP status. */
export class AnswerError extends Error {
  override readonly name = 'AnswerError';
  readonly code = 'answered';
  readonly status: number;

  constructor(status: number) {
    super(`the server answered ${status}`);
    this.status = status;
  }
}

/** What people are told of an error, in the chosen language; the error's own words are kept where they say more. */
export function errorText(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof AnswerError) return errorTexts.value.answered(error.status);
  const { code, reason, name } = (error ?? {}) as { code?: unknown; reason?: unknown; name?: unknown };
  const known: Readonly<Record<string, unknown>> = {
    ...errorTexts.value,
    TimeoutError: errorTexts.value.timeout,
  };
  const said = [reason, code, name].map((key) => known[String(key)]).find((text) => typeof text === 'string');
  return said ? `${said} (${message})` : message;
}

/** A failure to be shown later: its text follows the language. */
export function failureOf<Kind extends boolean>(error: unknown, passing: Kind) {
  return {
    get message() {
      return errorText(error);
    },
    passing,
  };
}

/** That the server did not send all levels of an image. */
export function fewerLevelsFailure() {
  return {
    get message() {
      return errorTexts.value.fewerLevels;
    },
    passing: false,
  };
}
