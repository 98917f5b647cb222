import { limits } from '../../shared/limits.ts';
import type { CertificateAnswer, CertificateQuestion } from '../../shared/model/certificate.ts';

export interface AsksOptions {
  /** Asks the supervisor; the answer comes as `told` with the same serial. */
  readonly send: (serial: number, question: CertificateQuestion) => void;
}

/** Asks the supervisor for certificates: so many at a time, of which one client has a part, and each for so long. */
export interface Asks {
  /** Never rejects: what does not come in time has failed. */
  ask(question: CertificateQuestion): Promise<CertificateAnswer>;
  told(serial: number, answer: CertificateAnswer): void;
}

const tooMany: CertificateAnswer = {
  kind: 'refused',
  reason: 'too many certificates are asked for at the same time',
};

export function createAsks({ send }: AsksOptions): Asks {
  const bySerial = new Map<number, (answer: CertificateAnswer) => void>();
  const ofClients = new Map<string, number>();
  let lastSerial = 0;

  const pendingOf = (client: string): number => ofClients.get(client) ?? 0;

  function begin(question: CertificateQuestion): Promise<CertificateAnswer> {
    const serial = ++lastSerial;
    const { client } = question;
    ofClients.set(client, pendingOf(client) + 1);
    return new Promise((resolve) => {
      const finish = (answer: CertificateAnswer): void => {
        clearTimeout(timer);
        if (!bySerial.delete(serial)) return;
        const left = pendingOf(client) - 1;
        if (left === 0) ofClients.delete(client);
        else ofClients.set(client, left);
        resolve(answer);
      };
      const late: CertificateAnswer = {
        kind: 'failed',
        reason: `the supervisor did not answer within ${limits.certificateAskMs} ms`,
      };
      const timer = setTimeout(finish, limits.certificateAskMs, late);
      bySerial.set(serial, finish);
      send(serial, question);
    });
  }

  return {
    ask: (question) => {
      const isFull =
        bySerial.size >= limits.maxPendingCertificates ||
        pendingOf(question.client) >= limits.maxPendingCertificatesOfClient;
      return isFull ? Promise.resolve(tooMany) : begin(question);
    },
    told: (serial, answer) => bySerial.get(serial)?.(answer),
  };
}
