/** Filters that are one click away. */
export const quickFilters: readonly {
  readonly word: string;
  readonly about: string;
  readonly term: string;
}[] = [
  {
    word: 'Errors',
    about: 'Berth could not do it, or the backend answered 5xx',
    term: 'error:true',
  },
  { word: 'Slow', about: 'Took longer than 500 ms', term: 'dur>500' },
  { word: 'WS', about: 'WebSockets alone', term: 'ws:true' },
  {
    word: 'Hide assets',
    about: 'Without scripts, styles, images and fonts',
    term: '-/\\.(js|mjs|css|map|png|jpe?g|gif|webp|svg|ico|woff2?|ttf)(\\?|$)/i',
  },
  {
    word: 'Hide health',
    about: 'Without health checks and pings',
    term: '-path:/health,/ready,/live,/ping,__ping__',
  },
];
