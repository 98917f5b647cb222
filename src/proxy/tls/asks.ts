import { limits } from '../../shared/limits.ts';
import type { CertificateAnswer, CertificateQuestion } from '../../shared/model/certificate.ts';

export interface AsksOptions {
  /** Asks the supervisor; the answer comes as `told` with the same serial. */
  readonly send: (serial: number, question: CertificateQuestion) => void;
}

/** Asks the supervisor for certificates: so many at a time, and each for so long. */
export interface Asks {
  /** Never rejects: what does not come in time has failed. */
  ask(question: CertificateQuestion): Promise<CertificateAnswer>;
  told(serial: number, answer: CertificateAnswer): void;
}

const failed = (reason: string): CertificateAnswer => ({ kind: 'failed', reason });

export function createAsks({ send }: AsksOptions): Asks {
  const bySerial = new Map<number, (answer: CertificateAnswer) => void>();
  let lastSerial = 0;

  function begin(question: CertificateQuestion): Promise<CertificateAnswer> {
    const serial = ++lastSerial;
    return new Promise((resolve) => {
      const finish = (answer: CertificateAnswer): void => {
        clearTimeout(timer);
        bySerial.delete(serial);
        resolve(answer);
      };
      const late = failed(`the supervisor did not answer within ${limits.certificateAskMs} ms`);
      const timer = setTimeout(finish, limits.certificateAskMs, late);
      bySerial.set(serial, finish);
      send(serial, question);
    });
  }

  return {
    ask: (question) => {
      if (bySerial.size >= limits.maxPendingCertificates) {
        return Promise.resolve(failed('too many certificates are asked for at the same time'));
      }
      return begin(question);
    },
    told: (serial, answer) => bySerial.get(serial)?.(answer),
  };
}
