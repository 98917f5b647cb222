import { useMemo } from 'react';
import type { NumberedRecord } from '../../../shared/contract/traffic.ts';
import { useBerth } from '../../app/context.ts';
import { copyText, openAddress, saveText } from '../../app/outside.ts';
import { addressOf } from '../../app/route.ts';
import type { Readable } from '../../state/store.ts';
import type { TrafficState } from '../../state/traffic.ts';
import { count } from '../../ui/format.ts';
import { curlOf, urlOf } from './model/curl.ts';
import { harOf } from './model/har.ts';

export interface TrafficActions {
  copyCurl(record: NumberedRecord): void;
  copyJson(record: NumberedRecord): void;
  openInBrowser(record: NumberedRecord): void;
  showHost(record: NumberedRecord): void;
  /** Saves what is shown as HTTP Archive. */
  export(): void;
}

/** What can be done with requests. Each tells by a toast how it went. */
export function useTrafficActions(): TrafficActions {
  const { traffic, live, toasts, router } = useBerth();
  return useMemo(() => {
    const listeners = () => live.status.get()?.listeners ?? [];
    const copy = (text: string | null, what: string): void => {
      if (text === null) {
        toasts.show({ kind: 'failed', text: 'This request named no host: there is no address.' });
        return;
      }
      copyText(text).then(() => toasts.show({ kind: 'done', text: what }), toasts.failed);
    };
    return {
      copyCurl: (record) =>
        copy(
          curlOf(record, listeners()),
          ['GET', 'HEAD', 'OPTIONS', 'DELETE'].includes(record.method)
            ? 'Copied as curl'
            : 'Copied as curl, without its body: bodies are in no record',
        ),
      copyJson: (record) => copy(JSON.stringify(record, null, 2), 'Copied as JSON'),
      openInBrowser: (record) => {
        const url = urlOf(record, listeners());
        if (url === null) copy(null, '');
        else openAddress(url).catch(toasts.failed);
      },
      showHost: ({ frontend }) => {
        if (frontend !== null) router.go(addressOf('hosts', frontend));
      },
      export: () => {
        void allRows(traffic).then((records) => {
          saveText(
            'berth-requests.har',
            'application/json',
            JSON.stringify(harOf(records, listeners())),
          );
          toasts.show({
            kind: 'done',
            text: `${records.length === 1 ? 'One request' : `${count(records.length)} requests`} saved as HTTP Archive`,
          });
        }, toasts.failed);
      },
    };
  }, [traffic, live, toasts, router]);
}

/** What is shown now, oldest first, once all of it is here. */
async function allRows(traffic: TrafficState): Promise<readonly NumberedRecord[]> {
  const { view } = traffic;
  traffic.hold('saving');
  try {
    await until(view.picture, ({ isWhole, isHeld }) => isWhole || !isHeld);
    return Array.from({ length: view.picture.get().matched }, (_, index) => view.row(index))
      .filter((record) => record !== undefined)
      .reverse();
  } finally {
    traffic.release('saving');
  }
}

/** Resolves when a store has what is waited for. */
function until<T>(store: Readable<T>, isSo: (value: T) => boolean): Promise<void> {
  return new Promise((resolve) => {
    if (isSo(store.get())) return resolve();
    const forget = store.subscribe(() => {
      if (!isSo(store.get())) return;
      forget();
      resolve();
    });
  });
}
