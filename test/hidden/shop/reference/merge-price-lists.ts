export function mergePriceLists(
  base: Readonly<Record<string, number>>,
  update: Readonly<Record<string, number | null>>,
): Record<string, number> {
  const merged = { ...base, ...update };
  return Object.fromEntries(Object.entries(merged).filter((entry): entry is [string, number] => entry[1] !== null));
}
