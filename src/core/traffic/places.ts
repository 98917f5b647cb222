/** Places in a ring, growing, of which the oldest are forgotten: at most twice as many take memory as the ring has. */
export interface Places {
  readonly length: number;
  add(place: number): void;
  /** Forgets those before this one. */
  forgetBefore(place: number): void;
  /** How many are this one or a larger one. */
  countFrom(place: number): number;
  /** The last `count` of them, in order. */
  last(count: number): readonly number[];
}

/** Forgotten places for which the rest is moved. */
const maxGone = 1000;

/** @param begin in order */
export function createPlaces(begin: readonly number[]): Places {
  let places = [...begin];
  let gone = 0;
  return {
    get length() {
      return places.length - gone;
    },
    add: (place) => {
      places.push(place);
    },
    forgetBefore: (place) => {
      while ((places[gone] ?? place) < place) gone++;
      if (gone < maxGone || gone * 2 < places.length) return;
      places = places.slice(gone);
      gone = 0;
    },
    countFrom: (place) => {
      let from = gone;
      let to = places.length;
      while (from < to) {
        const middle = (from + to) >> 1;
        if ((places[middle] ?? place) < place) from = middle + 1;
        else to = middle;
      }
      return places.length - from;
    },
    last: (count) => places.slice(Math.max(gone, places.length - count)),
  };
}
