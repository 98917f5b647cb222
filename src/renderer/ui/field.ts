/** How fields and choices look. */
export const fieldLook =
  'h-7 rounded-md border border-line bg-panel px-2 text-body disabled:opacity-45 aria-invalid:border-down';
