export function cartWeight(lines: readonly { weightGrams: number; quantity: number }[]): number {
  return lines.reduce((sum, line) => sum + line.weightGrams * line.quantity, 0);
}
