import { type RefObject, useEffect, useRef, useState } from 'react';

/** Whether an element was on the screen since it is there: what takes a while to find out waits for that. */
export function useSeen<E extends Element>(): {
  readonly ref: RefObject<E | null>;
  readonly isSeen: boolean;
} {
  const ref = useRef<E>(null);
  const [isSeen, setSeen] = useState(false);
  useEffect(() => {
    const element = ref.current;
    if (element === null || isSeen) return;
    const observer = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) setSeen(true);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [isSeen]);
  return { ref, isSeen };
}
