/**
 * What renews and gives back the access to a page: the token of the person who connected it. A page's own token has no end,
 * opens no more than the page, and cannot give anything back; so the person's is kept beside it, with the page's id, as
 * what is called a refresh token here.
 */
export interface Person {
  pageId: string;
  accessToken: string;
}

/** Both as one text. */
export function keptPerson({ pageId, accessToken }: Person): string {
  return `${pageId}|${accessToken}`;
}

/** Both again; null where it is no such text. */
export function personIn(kept: string | null): Person | null {
  const [, pageId, accessToken] = /^(\d{1,32})\|(\S{1,4000})$/.exec(kept ?? "") ?? [];
  return pageId === undefined || accessToken === undefined ? null : { pageId, accessToken };
}
