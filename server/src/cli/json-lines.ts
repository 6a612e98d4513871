// Reads a response that comes as one JSON value a line.

const MAX_LINE = 1024 * 1024;

/** Yields each line's value as it arrives. @throws SyntaxError for a line that is not JSON, RangeError for an endless one */
export async function* jsonLines(response: Response): AsyncGenerator<unknown> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of response.body ?? []) {
    rest += decoder.decode(chunk, { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > MAX_LINE) throw new RangeError('a line of the answer is too long');
    for (const line of lines) yield JSON.parse(line);
  }
  if (rest !== '') yield JSON.parse(rest);
}
