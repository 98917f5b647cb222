import type { ReactNode } from 'react';
import { addressOf } from '../../app/route.ts';

/** @param name as in the folder docs: `HOSTS.md` */
export const DocumentLink = ({
  name,
  children,
}: {
  readonly name: string;
  readonly children: ReactNode;
}) => (
  <a
    href={`#${addressOf('settings', name)}`}
    title={`docs/${name}`}
    className="text-accent underline decoration-line underline-offset-2 hover:decoration-current"
  >
    {children}
  </a>
);
