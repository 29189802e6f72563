/**
 * A seeded generator (xoshiro128**, Blackman and Vigna, https://prng.di.unimi.it): the same seed gives the same numbers
 * on every machine. Not for secrets.
 */
export interface Random {
  /** Uniform in [0, 2^32). */
  uint32(): number;
  /** Uniform in [0, 1) with 53 bits. */
  float(): number;
  /** Uniform integer in [0, limit). `limit` is an integer from 1 to 2^32. */
  below(limit: number): number;
  /** One element of a non-empty array. */
  pick<T>(from: readonly T[]): T;
  /** A generator whose stream does not depend on how far this one has run after the call. */
  fork(): Random;
}

export function random(seed: number): Random {
  // splitmix32 spreads nearby seeds over the whole state, which must not be all zero.
  let mix = seed >>> 0;
  const next = (): number => {
    mix = (mix + 0x9e3779b9) >>> 0;
    let z = mix;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
  let a = next();
  let b = next();
  let c = next();
  let d = next() | 1;

  const uint32 = (): number => {
    const product = Math.imul(b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return result;
  };
  const float = (): number => ((uint32() >>> 5) * 67108864 + (uint32() >>> 6)) / 9007199254740992;
  const below = (limit: number): number => {
    if (!Number.isInteger(limit) || limit < 1 || limit > 4294967296) {
      throw new RangeError(`below() takes an integer from 1 to 4294967296, got ${limit}`);
    }
    // Rejection keeps every value equally likely.
    const bound = 4294967296 - (4294967296 % limit);
    let value = uint32();
    while (value >= bound) value = uint32();
    return value % limit;
  };
  return {
    uint32,
    float,
    below,
    pick: (from) => {
      if (from.length === 0) throw new RangeError('pick() takes a non-empty array');
      return from[below(from.length)] as (typeof from)[number];
    },
    fork: () => random(uint32()),
  };
}
