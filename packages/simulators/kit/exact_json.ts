/**
 * Reads JSON without losing digits: an integer that a JavaScript number cannot hold exactly becomes a string of
 * its digits. Providers that name tasks by 64-bit numbers accept them unquoted, and a simulator must see the
 * very number that was sent, not its neighbour.
 * @throws SyntaxError when `text` is not JSON.
 */
export function parseExactJson(text: string): unknown {
  return JSON.parse(text, (_key: string, value: unknown, context?: { source?: string }) => {
    const source = context?.source;
    const isBigInteger = typeof value === "number" && source !== undefined && /^-?\d+$/.test(source) &&
      !Number.isSafeInteger(value);
    return isBigInteger ? source : value;
  });
}
