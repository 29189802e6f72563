/**
 * The date so many business days later. A business day is Monday to Friday and not in `holidays`; `date` itself is not
 * counted. With 0 days the result is `date`, or the next business day where it is none. These are calendar dates, whatever
 * the time zone of the machine.
 *
 * @param date as `YYYY-MM-DD`
 * @param days a whole number of zero or more
 * @param holidays as `YYYY-MM-DD`, in any order
 *
 * @example
 * addBusinessDays('2026-01-02', 1, []) // => '2026-01-05'
 *
 * @example
 * addBusinessDays('2026-12-24', 1, ['2026-12-25']) // => '2026-12-28'
 *
 * @example
 * addBusinessDays('2026-01-03', 0, []) // => '2026-01-05'
 *
 * @example
 * addBusinessDays('2026-01-06', 3, []) // => '2026-01-09'
 */
export function addBusinessDays(date: string, days: number, holidays: readonly string[]): string {
  throw new Error('not implemented');
}
