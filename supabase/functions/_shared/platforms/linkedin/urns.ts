/** LinkedIn's names of things. */

/** An account: a person or an organization. */
export const AUTHOR = /^urn:li:(?:person:[\w-]{1,100}|organization:\d{1,25})$/;
/** What a post is called: the older API's two words are both in use. */
export const POST = /^urn:li:(?:share|ugcPost|activity):\d{1,25}$/;

export function isOrganization(urn: string): boolean {
  return urn.startsWith("urn:li:organization:");
}
