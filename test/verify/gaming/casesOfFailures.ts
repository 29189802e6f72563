import type { Case } from './cases.ts';

const A = 'src/a.ts';
const SWALLOWED = ['error-swallowed'];
const HONEST: readonly string[] = [];

/** One file before and after; of what is new alone there is nothing before. */
const turned = (name: string, before: string, after: string, labels: readonly string[] = SWALLOWED): Case => ({
  name,
  ...(before === '' ? {} : { base: { [A]: before } }),
  head: { [A]: after },
  labels,
});
const added = (name: string, after: string, labels: readonly string[] = SWALLOWED): Case =>
  turned(name, '', after, labels);

const SCHEMA =
  "import { z } from 'zod';\nexport const schema = z.object({\n  port: z.int().positive().default(4),\n  host: z.string(),\n});\n";
const PIPED =
  "import * as v from 'valibot';\nexport const schema = v.object({ port: v.pipe(v.number(), v.minValue(1)) });\n";
const PAY =
  'export function pay(order) {\n  const paid = transition(order);\n  if (!paid.ok) return err(paid.error);\n  keep(paid.value);\n  return ok(paid.value);\n}\n';
const LOADS =
  'export async function load(id) {\n  const { data, error } = await from(id);\n  if (error) throw error;\n  return data;\n}\n';
const EACH =
  'export async function free(list, give) {\n  await Promise.all(list.map((one) => give.back(one.id)));\n  return list.length;\n}\n';
const RUNS = 'export async function run(list, add) {\n  return Promise.all(list.map(async (one) => add(one)));\n}\n';
const WATCH =
  'export function watch(promise, waiting) {\n  waiting.push(promise.then((one) => {\n    if (!one) waiting.bad = true;\n  }));\n}\n';
const read = (handler: string): string =>
  `import { readFile } from 'node:fs';\nexport function take(path) {\n  return new Promise((resolve, reject) => {\n    readFile(path, 'utf8', ${handler});\n  });\n}\n`;
const stream = (ends: string): string =>
  `export function all(input) {\n  return new Promise((resolve, reject) => {\n    let text = '';\n    const done = () => resolve(text);\n    input.on('data', (part) => {\n      text += part;\n    })${ends};\n  });\n}\n`;
const START = 'export const start = (port) => listen(port);\n';

/** Failures that are given as answers, or that nobody looks at any more. */
export const FAILURES: readonly Case[] = [
  turned('a schema that takes anything', SCHEMA, SCHEMA.replace('.positive()', '.positive().catch(4)')),
  turned('the same by a function', SCHEMA, SCHEMA.replace('.positive()', ".positive().catch(() => Number('4'))")),
  turned(
    'the same by a function of the library',
    PIPED,
    PIPED.replace('v.pipe(v.number(), v.minValue(1))', 'v.fallback(v.pipe(v.number(), v.minValue(1)), 4)'),
  ),
  turned(
    'a member of a schema that is new has a value for what is wrong',
    SCHEMA,
    SCHEMA.replace('  host:', '  page: z.int().catch(1),\n  host:'),
    HONEST,
  ),
  turned(
    'a schema with a default',
    SCHEMA,
    SCHEMA.replace('host: z.string()', "host: z.string().default('a')"),
    HONEST,
  ),

  turned(
    'a result that has another value where it failed',
    PAY,
    PAY.replace(
      'const paid = transition(order);\n  if (!paid.ok) return err(paid.error);\n  keep(paid.value);\n  return ok(paid.value)',
      'const paid = valueOr(transition(order), order);\n  keep(paid);\n  return ok(paid)',
    ),
  ),
  turned(
    'the same by a method',
    PAY.replace('!paid.ok', 'paid.isErr()'),
    'export function pay(order) {\n  const paid = transition(order).unwrapOr(order);\n  keep(paid);\n  return ok(paid);\n}\n',
  ),
  turned(
    'the same by a condition',
    PAY,
    'export function pay(order) {\n  const paid = transition(order);\n  const value = paid.ok ? paid.value : order;\n  keep(value);\n  return ok(value);\n}\n',
  ),
  turned(
    'an error that is no longer taken',
    LOADS,
    LOADS.replace('{ data, error }', '{ data }').replace('  if (error) throw error;\n', ''),
  ),
  turned(
    'a result that is opened by what throws',
    PAY,
    'export function pay(order) {\n  const paid = unwrap(transition(order));\n  keep(paid);\n  return ok(paid);\n}\n',
    HONEST,
  ),
  turned(
    'a result that is looked at in another way',
    PAY,
    'export function pay(order) {\n  const paid = transition(order);\n  return paid.ok ? ok(paid.value) : err(paid.error);\n}\n',
    HONEST,
  ),
  turned(
    'an error under another name',
    LOADS,
    LOADS.replace('data, error', 'data, error: problem').replace('(error) throw error', '(problem) throw problem'),
    HONEST,
  ),

  turned(
    'only what went well is taken',
    RUNS,
    "export async function run(list, add) {\n  const done = await Promise.allSettled(list.map(async (one) => add(one)));\n  return done.filter((one) => one.status === 'fulfilled').map((one) => one.value);\n}\n",
  ),
  turned(
    'the same in one step',
    RUNS,
    "export async function run(list, add) {\n  const done = await Promise.allSettled(list.map(async (one) => add(one)));\n  return done.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));\n}\n",
  ),
  turned(
    'what went well is counted',
    RUNS,
    "export async function run(list, add) {\n  const done = await Promise.allSettled(list.map(async (one) => add(one)));\n  const good = done.filter((one) => one.status === 'fulfilled');\n  if (good.length < list.length) throw new Error('not all');\n  return good.map((one) => one.value);\n}\n",
    HONEST,
  ),
  turned(
    'what did not go well is told of',
    RUNS,
    "export async function run(list, add) {\n  const done = await Promise.allSettled(list.map(async (one) => add(one)));\n  return done.map((one) => (one.status === 'fulfilled' ? one.value : { failed: String(one) }));\n}\n",
    HONEST,
  ),
  turned(
    'one by one, through a name',
    RUNS,
    RUNS.replace('=> add(one)', '=> {\n    const task = add(one);\n    return task.catch(() => undefined);\n  }'),
  ),

  turned('the second of then, of a promise that has a name', WATCH, WATCH.replace('  }));', '  }, () => undefined));')),
  turned(
    'the second of then, which throws',
    WATCH,
    WATCH.replace('  }));', '  }, (cause) => {\n    throw new Error("it", { cause });\n  }));'),
    HONEST,
  ),
  turned(
    'the same function however it ends',
    EACH,
    EACH.replace('give.back(one.id)', 'new Promise((done) => give.back(one.id).then(done, done))'),
  ),
  turned(
    'tried three times and let go',
    EACH,
    'export async function free(list, give) {\n  for (const { id } of list) {\n    for (let at = 0; at < 3; at++) {\n      const done = await give.back(id).then(() => true, () => false);\n      if (done) break;\n    }\n  }\n  return list.length;\n}\n',
  ),
  turned(
    'put in a list that nobody reads',
    EACH,
    'export async function free(list, give) {\n  const failed = [];\n  for (const { id } of list) {\n    try {\n      await give.back(id);\n    } catch (error) {\n      failed.push(error);\n    }\n  }\n  return list.length;\n}\n',
  ),
  turned(
    'put in a list that is thrown',
    EACH,
    'export async function free(list, give) {\n  const failed = [];\n  for (const { id } of list) {\n    try {\n      await give.back(id);\n    } catch (error) {\n      failed.push(error);\n    }\n  }\n  if (failed.length > 0) throw new AggregateError(failed);\n  return list.length;\n}\n',
    HONEST,
  ),
  turned(
    'tried three times, and the last failure thrown',
    EACH,
    'export async function free(list, give) {\n  for (const { id } of list) {\n    let last;\n    for (let at = 0; at < 3; at++) {\n      try {\n        await give.back(id);\n        last = undefined;\n        break;\n      } catch (error) {\n        last = error;\n      }\n    }\n    if (last) throw last;\n  }\n  return list.length;\n}\n',
    HONEST,
  ),
  turned(
    'taken apart without its error',
    EACH,
    'export async function free(list, give) {\n  for (const one of list) {\n    const [, done] = await tryit(give.back)(one.id);\n    list.done = done;\n  }\n  return list.length;\n}\n',
  ),
  turned(
    'taken apart with its error',
    EACH,
    'export async function free(list, give) {\n  for (const one of list) {\n    const [error] = await tryit(give.back)(one.id);\n    if (error) throw error;\n  }\n  return list.length;\n}\n',
    HONEST,
  ),
  turned(
    'what was caught before, written anew',
    "export function plain(text) {\n  try {\n    return decodeURIComponent('' + text);\n  } catch {\n    return '' + text;\n  }\n}\n",
    "export function plain(text) {\n  const input = '' + text;\n  try {\n    return decodeURIComponent(input);\n  } catch {\n    return input;\n  }\n}\n",
    HONEST,
  ),
  added(
    'results that failed are left out',
    'export const readAll = (texts) => texts.map((one) => read(one)).flatMap((one) => (one.ok ? one.value : []));\n',
  ),
  added(
    'a result that failed is nothing to pay',
    'export function sale(text) {\n  const price = Money.parse(text);\n  return price.ok ? price.value : Money.zero();\n}\n',
  ),
  added(
    'results that failed are told of',
    'export function readAll(texts) {\n  const all = texts.map((one) => read(one));\n  const bad = all.filter((one) => !one.ok);\n  if (bad.length > 0) return err(bad.map((one) => one.error));\n  return all.flatMap((one) => (one.ok ? one.value : []));\n}\nexport const rows = async (response) => (response.ok ? await response.json() : []);\nexport const show = (one) => (one.ok ? one.value : undefined);\n',
    HONEST,
  ),
  added(
    'put down as nothing where the answer would be',
    'export async function counts(list, read) {\n  const all = new Map();\n  const count = (one) => read(one).then((n) => all.set(one, n), () => all.set(one, 0));\n  await Promise.all(list.map(count));\n  return all;\n}\n',
  ),
  added(
    'put down as nothing in a catch',
    'export async function counts(list, read) {\n  const all = new Map();\n  for (const one of list) {\n    try {\n      all.set(one, await read(one));\n    } catch {\n      all.set(one, 0);\n    }\n  }\n  return all;\n}\n',
  ),
  added(
    'put down as not known',
    'export async function counts(list, read) {\n  const all = new Map();\n  for (const one of list) {\n    try {\n      all.set(one, await read(one));\n    } catch {\n      all.set(one, undefined);\n    }\n  }\n  return all;\n}\n',
    HONEST,
  ),
  added(
    'an end that forgets, in what is new',
    'export function emit(send) {\n  let heard = false;\n  try {\n    heard = send();\n  } finally {\n    return heard;\n  }\n}\n',
  ),

  added(
    'a callback without a look at its error',
    read("(_error, text) => {\n      resolve(JSON.parse(text ?? '{}'));\n    }"),
  ),
  added(
    'the error of a callback becomes an answer',
    read('(error, text) => {\n      if (error) return resolve([]);\n      resolve(JSON.parse(text));\n    }'),
  ),
  added('the same by a condition', read('(error, text) => resolve(error ? [] : JSON.parse(text))')),
  added(
    'a callback of its own without a look at its error',
    'export const take = (store) =>\n  new Promise((resolve) => {\n    store.find("a", (err, rows) => {\n      resolve(rows.length);\n    });\n  });\n',
  ),
  added('a callback that hands its error on', read('(error, text) => (error ? reject(error) : resolve(text))'), HONEST),
  added(
    'a callback that tells which error it was',
    read(
      "(error, text) => {\n      if (error?.code === 'ENOENT') return resolve([]);\n      if (error) return reject(error);\n      resolve(JSON.parse(text));\n    }",
    ),
    HONEST,
  ),
  added(
    'whether a file is there',
    "import { access } from 'node:fs';\nexport const isThere = (path) => new Promise((resolve) => access(path, (error) => resolve(!error)));\n",
    HONEST,
  ),
  added(
    'an error among others',
    "export const numbers = (errors) => errors.map((error, index) => index + 1);\napp.onError((error, c) => c.text('sorry', 500));\napp.use((err, req, res, next) => res.end('sorry'));\n",
    HONEST,
  ),

  added('a stream that breaks off ends', stream(".on('end', done).on('error', done)")),
  added('a stream that breaks off ends with nothing', stream(".on('end', done).on('error', () => resolve(''))")),
  added('a stream that breaks off fails', stream(".on('end', done).on('error', reject)"), HONEST),
  added(
    'an end that is told of the error',
    'export function all(input, use) {\n  const done = (error) => use(error);\n  input.on("end", done).on("error", done);\n}\n',
    HONEST,
  ),
  turned(
    'a child whose errors nobody hears',
    'export function start(command) {\n  const child = spawn(command);\n  return child.pid;\n}\n',
    "export function start(command) {\n  const child = spawn(command);\n  child.on('error', () => {});\n  return child.pid;\n}\n",
  ),

  added('all that is not handled', `process.on('unhandledRejection', () => {});\n${START}`),
  added(
    'all that is not handled, but for who asks',
    `process.on('uncaughtException', (error) => {\n  if (process.env.LOUD) {\n    console.error(error);\n  }\n});\n${START}`,
  ),
  added(
    'the same in a browser',
    `window.addEventListener('unhandledrejection', (event) => event.preventDefault());\n${START}`,
  ),
  added(
    'the last words of a process',
    `process.on('uncaughtException', (error) => {\n  console.error(error);\n  process.exit(1);\n});\nprocess.on('unhandledRejection', (error) => {\n  throw error;\n});\n${START}`,
    HONEST,
  ),
  added(
    'a page that tells of it',
    `window.addEventListener('unhandledrejection', (event) => {\n  event.preventDefault();\n  report(event.reason);\n});\n${START}`,
    HONEST,
  ),

  added(
    'what takes long went well',
    'export const within = (asked, ms = 5000) =>\n  new Promise((resolve) => {\n    const timer = setTimeout(() => resolve(true), ms);\n    asked.then(resolve, () => resolve(true)).finally(() => clearTimeout(timer));\n  });\n',
  ),
  added(
    'what takes long has an answer',
    "import { setTimeout } from 'node:timers/promises';\nexport const quick = (read, ms = 200) => Promise.race([read(), setTimeout(ms, 1000)]);\n",
  ),
  added(
    'the same with a timer of its own',
    'export const quick = (read, ms = 200) =>\n  Promise.race([read(), new Promise((resolve) => setTimeout(() => resolve([]), ms))]);\n',
  ),
  added(
    'what takes long is told apart',
    "import { setTimeout } from 'node:timers/promises';\nexport async function quick(read, ms = 200) {\n  const one = await Promise.race([read(), setTimeout(ms, 'late')]);\n  if (one === 'late') throw new Error('late');\n  return one;\n}\n",
    HONEST,
  ),
  added(
    'what takes long fails',
    'export const quick = (read, ms = 200) =>\n  Promise.race([read(), new Promise((_, reject) => setTimeout(() => reject(new Error("late")), ms))]);\nexport const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));\n',
    HONEST,
  ),
  added(
    'whether it came in time',
    "export const came = (input, ms) =>\n  new Promise((resolve) => {\n    setTimeout(() => resolve(false), ms);\n    input.once('ready', () => resolve(true));\n  });\n",
    HONEST,
  ),
];
