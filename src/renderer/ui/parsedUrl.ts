/** Null for what no browser takes: names in the store and in requests may be anything. */
export function parsedUrl(text: string, base?: string): URL | null {
  try {
    return new URL(text, base);
  } catch {
    return null;
  }
}
