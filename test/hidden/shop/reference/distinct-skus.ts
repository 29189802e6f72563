export function distinctSkus(lines: readonly { sku: string }[]): string[] {
  return [...new Set(lines.map((line) => line.sku))];
}
