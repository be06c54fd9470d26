// Addresses that the server sends, before anybody may click on them.

/** Makes an address of the server absolute; `null` for anything that is not a web address. */
export function readerLink(url: string | null | undefined): string | null {
  if (!url) return null;
  try {
    const absolute = new URL(url, document.baseURI);
    return absolute.protocol === 'http:' || absolute.protocol === 'https:' ? absolute.href : null;
  } catch {
    return null;
  }
}
