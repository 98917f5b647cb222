/** Shape and colour for what went wrong alone: ▲ for a failure of the server, △ for one of the client. */
export function StatusCode({ status }: { readonly status: number }) {
  if (status < 400) return <span className="text-dim">{status === 0 ? '–' : status}</span>;
  const isServer = status >= 500;
  return (
    <span className={isServer ? 'text-down' : 'text-degraded'}>
      {status}
      <span aria-hidden className="ml-1 text-[9px] leading-none">
        {isServer ? '▲' : '△'}
      </span>
    </span>
  );
}
