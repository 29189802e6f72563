import { describe, expect, it } from 'vitest';
import { exportCatalog, importCatalog } from '../src/catalog-csv.ts';
import { formatCsv, parseCsv } from '../src/csv.ts';
import { book, mug, tea, unwrap, unwrapError } from './support.ts';

describe('parseCsv', () => {
  const cases: [why: string, text: string, rows: string[][]][] = [
    ['nothing', '', []],
    ['one field', 'a', [['a']]],
    [
      'CRLF and LF',
      'a,b\r\nc,d\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'empty fields',
      ',\n,a,',
      [
        ['', ''],
        ['', 'a', ''],
      ],
    ],
    ['empty lines', '\na\n\r\n\nb\n', [['a'], ['b']]],
    ['quotes', '"a,b","c ""d"" e"', [['a,b', 'c "d" e']]],
    ['a line break in quotes', '"a\r\nb",c', [['a\r\nb', 'c']]],
    ['an empty quoted field', '""\n', [['']]],
    ['a byte order mark', '\uFEFFa,b', [['a', 'b']]],
    ['a lone CR is text', 'a\rb', [['a\rb']]],
  ];
  it.each(cases)('%s', (_, text, rows) => {
    expect(unwrap(parseCsv(text))).toEqual(rows);
  });

  const broken: [text: string, line: number, column: number][] = [
    ['a,"b', 1, 3],
    ['a\nb"c', 2, 2],
    ['"a"b', 1, 4],
    ['"a\nb"c', 2, 3],
  ];
  it.each(broken)('says where %j is broken', (text, line, column) => {
    expect(unwrapError(parseCsv(text))).toMatchObject({ line, column });
  });
});

describe('formatCsv', () => {
  const rows = [['plain', 'with, comma'], ['"quoted"', 'two\r\nlines'], ['', ''], [''], ['\uFEFFmark', 'cr\r']];

  it('is read back', () => {
    expect(unwrap(parseCsv(formatCsv(rows)))).toEqual(rows);
    expect(unwrap(parseCsv(formatCsv(rows.toReversed())))).toEqual(rows.toReversed());
  });

  it('quotes only what needs it', () => {
    expect(formatCsv([['a b', 'c,d']])).toBe('a b,"c,d"\r\n');
  });
});

describe('the catalog as CSV', () => {
  it('is read back', () => {
    const products = [tea, mug, { ...book, name: 'Tea, "the" book' }];
    expect(unwrap(importCatalog(exportCatalog(products), 'EUR'))).toEqual(products);
  });

  it('takes columns in any order and ignores others', () => {
    const text = 'price,note,sku,weight_grams,category,name\n4.50,nice,TEA-GREEN,100,food,Green tea\n';
    expect(unwrap(importCatalog(text, 'EUR'))).toEqual([tea]);
  });

  it('names missing columns', () => {
    expect(unwrapError(importCatalog('sku,name,category\n', 'EUR'))).toEqual([
      { row: 1, column: 'price', message: 'this column is missing' },
      { row: 1, column: 'weight_grams', message: 'this column is missing' },
    ]);
  });

  it('lists every row that is wrong', () => {
    const text = [
      'sku,name,category,price,weight_grams',
      'tea,Tea,food,4.50,100',
      'TEA,Tea,food,4.505,100',
      'MUG,Mug,other,12.95',
      'BOOK,Book,book,-1.00,600',
      'CUP,Cup,other,1.00,1',
      'CUP,Cup,other,1.00,1',
    ].join('\n');
    expect(unwrapError(importCatalog(text, 'EUR')).map(({ row, column }) => [row, column])).toEqual([
      [2, 'sku'],
      [3, 'price'],
      [4, undefined],
      [5, 'price'],
      [7, 'sku'],
    ]);
  });

  it('says where the file is no CSV', () => {
    expect(unwrapError(importCatalog('sku\n"', 'EUR'))).toEqual([
      { row: 2, message: 'column 1: this quote is never closed' },
    ]);
  });
});
