/**
 * How far sessions have come by what this very worker has heard. A fact that says the same is fresh; any other may be
 * older than what a worker sent that died before it could say so: then YouTube is asked, so that nothing is sent twice.
 */
const MOST = 1_000;
const heard = new Map<string, number>();

/** YouTube has just told this worker how much it has. */
export function hear(uri: string, sent: number): void {
  heard.delete(uri);
  heard.set(uri, sent);
  const [oldest] = heard.keys();
  if (heard.size > MOST && oldest !== undefined) heard.delete(oldest);
}

/** Something is under way, or went wrong: how far it has come is known no more. */
export function forget(uri: string): void {
  heard.delete(uri);
}

/** Whether YouTube has told this worker of exactly so many bytes, and nothing was sent since. */
export function isHeard(uri: string, sent: number): boolean {
  return heard.get(uri) === sent;
}
