/** Pixels of one character of the mono font at its usual size, as `--text-mono` has it. */
export function monoCharWidth(): number {
  const context = document.createElement('canvas').getContext('2d');
  if (context === null) return 7.6;
  const family = getComputedStyle(document.documentElement).getPropertyValue('--font-mono');
  context.font = `12.5px ${family}`;
  return context.measureText('0'.repeat(100)).width / 100;
}
