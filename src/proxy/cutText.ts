/** The first `chars` characters, as a copy: a slice would keep the whole of what it was cut from alive as long as itself. */
export function cutText(text: string, chars: number): string {
  if (text.length <= chars) return text;
  return Buffer.from(text.slice(0, chars), 'utf16le').toString('utf16le');
}
