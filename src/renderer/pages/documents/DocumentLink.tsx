import { addressOf } from '../../app/route.ts';

/** @param name as in the folder docs: `HOSTS.md` */
export const DocumentLink = ({ name }: { readonly name: string }) => (
  <a
    href={`#${addressOf('settings', name)}`}
    className="font-mono text-caption text-accent underline decoration-line underline-offset-2 hover:decoration-current"
  >
    {name}
  </a>
);
