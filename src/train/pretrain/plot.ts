/** Means of at most `count` stretches of as many values each. */
function binned(values: readonly number[], count: number): number[] {
  const size = Math.max(1, Math.ceil(values.length / count));
  return Array.from({ length: Math.ceil(values.length / size) }, (_, i) => {
    const part = values.slice(i * size, (i + 1) * size);
    return part.reduce((a, b) => a + b, 0) / part.length;
  });
}

/** A curve for the terminal: one column a stretch of values, labelled at the left. Empty for fewer than two values. */
export function textPlot(values: readonly number[], width = 72, height = 12): string {
  const means = binned(values, width);
  if (means.length < 2) return '';
  const low = Math.min(...means);
  const high = Math.max(...means);
  const span = Math.max(high - low, 1e-9);
  const lines = Array.from({ length: height }, (_, row) => {
    const label = (high - (span * row) / (height - 1)).toFixed(3).padStart(8);
    const marks = means.map((mean) => (Math.round(((high - mean) / span) * (height - 1)) === row ? '•' : ' '));
    return `${label} ${marks.join('')}`.trimEnd();
  });
  return `${lines.join('\n')}\n`;
}

/** The same as an SVG image; `title` is put in as it stands. */
export function svgPlot(values: readonly number[], title: string): string {
  const [width, height, edge] = [720, 400, 48];
  const means = binned(values, 600);
  const low = Math.min(...means);
  const high = Math.max(...means);
  const x = (i: number): number => edge + (i / Math.max(1, means.length - 1)) * (width - 2 * edge);
  const y = (value: number): number =>
    height - edge - ((value - low) / Math.max(high - low, 1e-9)) * (height - 2 * edge);
  const labels = [low, (low + high) / 2, high].map(
    (value) => `<text x="${edge - 4}" y="${y(value).toFixed(1)}" text-anchor="end">${value.toFixed(3)}</text>`,
  );
  const points = means.map((value, i) => `${x(i).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="white"/><text x="${edge}" y="24">${title}</text>`,
    ...labels,
    `<text x="${width - edge}" y="${height - 16}" text-anchor="end">step ${values.length}</text>`,
    `<polyline points="${points}" fill="none" stroke="#1f6feb" stroke-width="1.5"/>`,
    '</svg>',
    '',
  ].join('\n');
}
