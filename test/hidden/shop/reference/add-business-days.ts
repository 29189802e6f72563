export function addBusinessDays(date: string, days: number, holidays: readonly string[]): string {
  const day = new Date(`${date}T00:00:00Z`);
  const text = () => day.toISOString().slice(0, 10);
  const isBusinessDay = () => day.getUTCDay() % 6 !== 0 && !holidays.includes(text());
  const next = () => {
    do day.setUTCDate(day.getUTCDate() + 1);
    while (!isBusinessDay());
  };
  if (days === 0 && !isBusinessDay()) next();
  for (let count = 0; count < days; count++) next();
  return text();
}
