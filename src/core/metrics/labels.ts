/** A bounded number of names for one label; all that come later share `other`. Names are never taken back. */
export interface Names {
  /** The name itself, or `other`. */
  of(name: string): string;
}

export const otherName = 'other';

export function createNames(max: number): Names {
  const known = new Set<string>();
  return {
    of: (name) => {
      if (known.has(name)) return name;
      if (known.size >= max) return otherName;
      known.add(name);
      return name;
    },
  };
}
