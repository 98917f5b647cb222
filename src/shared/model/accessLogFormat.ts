export const accessLogFormats = [
  /** To the letter what Hipache wrote. */
  'hipache',
  /** Apache's, which every tool reads. */
  'combined',
  /** One object a line. */
  'json',
] as const;

export type AccessLogFormat = (typeof accessLogFormats)[number];
