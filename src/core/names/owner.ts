import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Which instance something on the machine is of: several may share its hosts file and its resolver. */
export interface Owner {
  /** Eight hex digits, of the path of the instance's data: the same for as long as that lies there. */
  readonly id: string;
  /** That path, as far as it can stand in a line of any file. */
  readonly of: string;
}

/** A line of a file that says whose it is. */
export const ownerMark = ({ id, of }: Owner): string => `# Berth ${id}: ${of}`;

/** Whose a file is, as its marks say. */
export const ownersIn = (text: string): readonly Owner[] =>
  [...text.matchAll(/^# Berth ([0-9a-f]{8}): (.*)$/gm)].map(([, id = '', of = '']) => ({ id, of }));

/** What is beyond it says nothing to a person, and lines should not be long. */
const maxPathChars = 200;

export function ownerOf(dataDirectory: string): Owner {
  const path = withoutLinks(dataDirectory);
  const visible = path.replaceAll(/[^\x20-\x7e]/g, '?');
  return {
    id: createHash('sha256').update(path).digest('hex').slice(0, 8),
    of: visible.length <= maxPathChars ? visible : `...${visible.slice(3 - maxPathChars)}`,
  };
}

/** The path that links lead to, as far as it is there: the same before and after the last part was made. */
function withoutLinks(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    const above = dirname(path);
    return above === path ? path : join(withoutLinks(above), basename(path));
  }
}
