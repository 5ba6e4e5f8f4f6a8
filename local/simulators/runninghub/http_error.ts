/** What a proxy in front of the provider answers when the provider is away: a page, not JSON. */
export function httpError(status: number): Response {
  const page =
    `<html>\n<head><title>${status}</title></head>\n<body><center><h1>${status}</h1></center></body>\n</html>\n`;
  return new Response(page, { status, headers: { "content-type": "text/html" } });
}
