/** What of a page is cut off, covered or out of reach. Each function is sent to the page as text: it can use nothing outside of itself. */

/** @returns each thing that a person cannot see whole or read, as a sentence; empty where all is well */
export function lookForTrouble(): readonly string[] {
  const troubles: string[] = [];
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) {
    troubles.push(`the page is ${root.scrollWidth} pixels wide, of ${root.clientWidth}`);
  }
  if (root.scrollHeight > root.clientHeight) {
    troubles.push(`the page is ${root.scrollHeight} pixels high, of ${root.clientHeight}`);
  }
  const nameOf = (element: Element): string =>
    `${element.tagName.toLowerCase()} “${(element.getAttribute('aria-label') ?? element.textContent ?? '').trim().slice(0, 40)}”`;
  // What is behind a dialog is out of reach on purpose.
  const scope: Element = document.querySelector('dialog:modal') ?? document.body;
  const isShown = (element: Element): boolean =>
    element.checkVisibility({ checkOpacity: false, checkVisibilityCSS: true }) &&
    element.closest('.sr-only, [aria-hidden=true], .opacity-0') === null;
  interface Box {
    readonly left: number;
    readonly top: number;
    readonly right: number;
    readonly bottom: number;
  }
  const whole: Box = { left: 0, top: 0, right: root.clientWidth, bottom: root.clientHeight };
  const common = (a: Box, b: Box): Box => ({
    left: Math.max(a.left, b.left),
    top: Math.max(a.top, b.top),
    right: Math.min(a.right, b.right),
    bottom: Math.min(a.bottom, b.bottom),
  });
  /** What its ancestors let through, each axis as far as `ends` says. */
  const clipOf = (element: Element, ends: (overflow: string) => boolean): Box => {
    const open = Number.POSITIVE_INFINITY;
    let clip: Box = { left: -open, top: -open, right: open, bottom: open };
    let endsX = false;
    let endsY = false;
    const cut = (box: Box, x: boolean, y: boolean): void => {
      clip = common(clip, {
        left: x && !endsX ? box.left : -open,
        right: x && !endsX ? box.right : open,
        top: y && !endsY ? box.top : -open,
        bottom: y && !endsY ? box.bottom : open,
      });
    };
    for (let at = element.parentElement; at !== null; at = at.parentElement) {
      const { overflowX, overflowY, position } = getComputedStyle(at);
      endsX ||= ends(overflowX);
      endsY ||= ends(overflowY);
      cut(at.getBoundingClientRect(), overflowX !== 'visible', overflowY !== 'visible');
      if (position === 'fixed') break;
    }
    cut(whole, true, true);
    return clip;
  };
  /** What is shown of it at this moment. */
  const shownOf = (element: Element): Box => clipOf(element, () => false);
  /** What can be shown of it: where something scrolls, all. */
  const showableOf = (element: Element): Box =>
    clipOf(element, (overflow) => overflow === 'auto' || overflow === 'scroll');
  const isRelated = (a: Element, b: Element): boolean =>
    a === b || a.contains(b) || b.contains(a) || a.closest('label')?.contains(b) === true;

  const checkControls = (): void => {
    const controls = [
      ...scope.querySelectorAll(
        'a[href], button, input, select, textarea, [role=slider], [role=option], [role=menuitem]',
      ),
    ].filter((element) => isShown(element));
    for (const control of controls) {
      control.scrollIntoView({ block: 'nearest', inline: 'nearest' });
      const box = control.getBoundingClientRect();
      const clip = shownOf(control);
      if (
        box.left < clip.left - 1 ||
        box.right > clip.right + 1 ||
        box.top < clip.top - 1 ||
        box.bottom > clip.bottom + 1
      ) {
        const cut = `${[box.left, box.top, box.right, box.bottom].map(Math.round)} of ${[clip.left, clip.top, clip.right, clip.bottom].map(Math.round)}`;
        troubles.push(`${nameOf(control)} is cut off: ${cut}`);
      }
      const x = (box.left + box.right) / 2;
      const y = (box.top + box.bottom) / 2;
      const on = document.elementFromPoint(x, y);
      if (on !== null && !isRelated(control, on)) {
        troubles.push(`${nameOf(control)} is covered by ${nameOf(on)}`);
      }
      if (box.right - box.left < 10 || box.bottom - box.top < 10) {
        troubles.push(`${nameOf(control)} has no room`);
      }
    }
  };

  /** Texts with the place that they take on the screen. */
  const texts: { readonly element: Element; readonly box: Box; readonly words: string }[] = [];
  const walker = document.createTreeWalker(scope, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement;
    const words = node.textContent?.trim() ?? '';
    if (element === null || words === '' || !isShown(element)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const clip = shownOf(element);
    const style = getComputedStyle(element);
    for (const rect of range.getClientRects()) {
      const own = element.getBoundingClientRect();
      const cut = style.overflowX === 'visible' ? rect : common(rect, own);
      const box = common(cut, clip);
      if (box.right - box.left < 2 || box.bottom - box.top < 2) continue;
      texts.push({ element, box, words });
      // What scrolls shows the rest, and what ends in dots says that there is more.
      const hard = showableOf(element);
      const hasDots = (of: Element | null): boolean =>
        of !== null &&
        (getComputedStyle(of).textOverflow === 'ellipsis' ||
          getComputedStyle(of).webkitLineClamp !== 'none' ||
          hasDots(of.parentElement));
      const isCut =
        rect.right > hard.right + 1 ||
        rect.left < hard.left - 1 ||
        rect.bottom > hard.bottom + 3 ||
        rect.top < hard.top - 3;
      if (isCut && !hasDots(element)) troubles.push(`the text “${words.slice(0, 40)}” is cut off`);
    }
  }
  for (const [at, one] of texts.entries()) {
    for (const other of texts.slice(at + 1)) {
      if (one.element === other.element) continue;
      const { left, right, top, bottom } = common(one.box, other.box);
      if (right - left <= 2 || bottom - top <= 4) continue;
      const x = (left + right) / 2;
      const y = (top + bottom) / 2;
      // One may float above the other on a ground of its own.
      const stack = document.elementsFromPoint(x, y);
      const upper = stack.find((element) => element === one.element || element === other.element);
      const between = stack
        .slice(0, stack.indexOf(upper === one.element ? other.element : one.element))
        .some((element) => !getComputedStyle(element).backgroundColor.endsWith(', 0)'));
      if (!between) {
        troubles.push(`“${one.words.slice(0, 30)}” lies over “${other.words.slice(0, 30)}”`);
      }
    }
  }
  for (const scroller of scope.querySelectorAll('*')) {
    const { overflowY } = getComputedStyle(scroller);
    const hasMore = scroller.scrollHeight > scroller.clientHeight + 1;
    if (overflowY === 'auto' && hasMore && scroller.clientHeight < 40) {
      troubles.push(`${nameOf(scroller)} has ${scroller.clientHeight} pixels to scroll in`);
    }
    // A table of data may be wider than its place.
    if (getComputedStyle(scroller).overflowX !== 'auto' || scroller.matches('[role=grid]'))
      continue;
    if (scroller.scrollWidth > scroller.clientWidth + 1) {
      troubles.push(
        `${nameOf(scroller)} is ${scroller.scrollWidth} pixels wide, of ${scroller.clientWidth}`,
      );
    }
  }
  // At last, since it scrolls.
  checkControls();
  return [...new Set(troubles)];
}

/** Marks what Tab has to reach, and puts the focus before all of it. @returns how many there are */
export function markStops(): number {
  (document.activeElement as HTMLElement | null)?.blur();
  getSelection()?.removeAllRanges();
  const groups = new Set<string>();
  let count = 0;
  const scope = document.querySelector('dialog:modal') ?? document.body;
  const all = scope.querySelectorAll<HTMLElement>(
    'a[href], button, input, select, textarea, [tabindex]',
  );
  for (const element of all) {
    // A list of tabs hands the focus on to one of them.
    if (element.tabIndex < 0 || element.matches(':disabled, [role=tablist]')) continue;
    // Which line of a list takes the focus changes with what is known of it.
    if (element.closest('[role=row][data-index]') !== null) continue;
    if (!element.checkVisibility({ checkVisibilityCSS: true })) continue;
    if (element instanceof HTMLInputElement && element.type === 'radio') {
      // One stop for all of a group.
      if (groups.has(element.name)) continue;
      groups.add(element.name);
    }
    element.dataset['stop'] = String(++count);
  }
  return count;
}

/** @returns the stop that has the focus, null outside of all, and what is wrong with how it is shown */
export function focusedStop(): { readonly stop: string | null; readonly trouble: string | null } {
  const element = document.activeElement as HTMLElement | null;
  if (element === null || element === document.body) return { stop: null, trouble: null };
  const group =
    element instanceof HTMLInputElement && element.type === 'radio'
      ? document.querySelector<HTMLElement>(`input[name="${element.name}"][data-stop]`)
      : null;
  const stop = (group ?? element).dataset['stop'] ?? '';
  const box = element.getBoundingClientRect();
  // One that is larger than its place is seen in part.
  const parts = [0.05, 0.25, 0.5, 0.75, 0.95];
  const isSeen = parts.some((across) =>
    parts.some((down) => {
      const on = document.elementFromPoint(
        box.left + across * box.width,
        box.top + down * box.height,
      );
      return on !== null && (element.contains(on) || element.closest('label')?.contains(on));
    }),
  );
  const label = (element.getAttribute('aria-label') ?? element.textContent ?? '').trim();
  return {
    stop,
    trouble: isSeen ? null : `${element.tagName} “${label.slice(0, 40)}” has the focus unseen`,
  };
}
