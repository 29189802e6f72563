export function percentOff(amount: number, percent: number): number {
  const size = Math.abs(amount);
  const left = size - Math.round((size * percent) / 100);
  return amount < 0 ? -left : left;
}
