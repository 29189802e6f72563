export function parseOrderLine(text: string): { quantity: number; name: string } | undefined {
  const line = text.trim();
  const match = /^(\d+)x\s+(.*)$/is.exec(line);
  const quantity = match === null ? 1 : Number(match[1]);
  const name = match?.[2] ?? line;
  return name === '' || quantity === 0 ? undefined : { quantity, name };
}
