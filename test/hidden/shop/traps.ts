/**
 * For each stub a body that passes the visible cases and is wrong by the doc comment: what the hidden cases are for.
 */
export const traps = {
  'clamp-quantity': {
    why: 'lets `min` win below both limits',
    run: (quantity: number, min: number, max: number): number => {
      if (quantity > max) return max;
      return Math.max(quantity, min);
    },
  },
  'cart-weight': {
    why: 'takes no pieces for one piece',
    run: (lines: readonly { weightGrams: number; quantity: number }[]): number => {
      const grams = lines.map((line) => line.weightGrams * (line.quantity || 1));
      return grams.reduce((sum, weight) => sum + weight, 0);
    },
  },
  'distinct-skus': {
    why: 'collects in an object, which puts numbers first',
    run: (lines: readonly { sku: string }[]): string[] => {
      return Object.keys(Object.fromEntries(lines.map((line) => [line.sku, true])));
    },
  },
  'product-slug': {
    why: 'keeps word characters such as `_`',
    run: (name: string): string => {
      const plain = name.normalize('NFD').replace(/[\u0300-\u036f]/g, '');
      const hyphenated = plain.toLowerCase().replace(/\W+/g, '-');
      return hyphenated.replace(/^-+|-+$/g, '');
    },
  },
  'percent-off': {
    why: 'rounds every fraction of the discount up',
    run: (amount: number, percent: number): number => {
      const size = Math.abs(amount);
      return Math.sign(amount) * Math.floor((size * (100 - percent)) / 100);
    },
  },
  'parse-order-line': {
    why: 'allows white space before the x and none after it',
    run: (text: string): { quantity: number; name: string } | undefined => {
      const match = /^\s*(?:(\d+)\s*x)?\s*(.*?)\s*$/i.exec(text);
      const quantity = Number(match?.[1] ?? 1);
      const name = match?.[2] ?? '';
      return name === '' || quantity === 0 ? undefined : { quantity, name };
    },
  },
  'merge-price-lists': {
    why: 'drops every falsy price',
    run: (
      base: Readonly<Record<string, number>>,
      update: Readonly<Record<string, number | null>>,
    ): Record<string, number> => {
      return Object.fromEntries(
        Object.entries({ ...base, ...update }).flatMap(([sku, price]) => (price ? [[sku, price]] : [])),
      );
    },
  },
  'is-ean13': {
    why: 'trusts the length and leaves the digits to Number',
    run: (code: string): boolean => {
      if (code.length !== 13) return false;
      let sum = 0;
      for (let index = 0; index < 13; index++) sum += Number(code[index]) * (index % 2 === 0 ? 1 : 3);
      return sum % 10 === 0;
    },
  },
  'split-into-parcels': {
    why: 'begins a new parcel at the limit, not beyond it',
    run: (weights: readonly number[], limit: number): number[][] => {
      const parcels: number[][] = [];
      let total = Number.POSITIVE_INFINITY;
      for (const weight of weights) {
        if (total + weight >= limit) {
          parcels.push([]);
          total = 0;
        }
        parcels.at(-1)?.push(weight);
        total += weight;
      }
      return parcels;
    },
  },
  'add-business-days': {
    why: 'moves to a business day before it counts',
    run: (date: string, days: number, holidays: readonly string[]): string => {
      const day = new Date(`${date}T00:00:00Z`);
      const text = () => day.toISOString().slice(0, 10);
      const isOff = () => day.getUTCDay() % 6 === 0 || holidays.includes(text());
      const skip = () => {
        while (isOff()) day.setUTCDate(day.getUTCDate() + 1);
      };
      skip();
      for (let count = 0; count < days; count++) {
        day.setUTCDate(day.getUTCDate() + 1);
        skip();
      }
      return text();
    },
  },
};
