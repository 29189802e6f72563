export function splitIntoParcels(weights: readonly number[], limit: number): number[][] {
  const parcels: number[][] = [];
  let current: number[] = [];
  let total = 0;
  for (const weight of weights) {
    if (current.length > 0 && total + weight > limit) {
      parcels.push(current);
      current = [];
      total = 0;
    }
    current.push(weight);
    total += weight;
  }
  if (current.length > 0) parcels.push(current);
  return parcels;
}
