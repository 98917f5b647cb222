/**
 * Whether a status is among those that count as up.
 *
 * @param expect as `200,204`, `2xx` or `200-399`; its form was checked by `healthCheckSchema`
 */
export function isExpected(expect: string, status: number): boolean {
  return expect.split(',').some((part) => {
    const [low = '', high = low] = part.split('-');
    return status >= Number(low.replace('xx', '00')) && status <= Number(high.replace('xx', '99'));
  });
}
