// Threads meet here. A step of a pass is cut into chunks that threads claim one by one; it is done when all its chunks
// are. Nobody waits for a thread that has claimed nothing, so a thread that the system has put aside holds nobody up.
import { PASS, SLEEPERS, STOP, FIRST, LAST, SYNCS, SYNC_BYTES } from './layout';
import { chunks, perform } from './forward';

// Of a step: u64 pass << 32 | chunks << 16 | next chunk, u32 chunks done, u32 threads asleep.
const DONE: usize = 8;
const ASLEEP: usize = 12;

const NONE_LEFT: i32 = -1;
const PASS_OVER: i32 = -2;
const STUCK: i32 = 1;

/** About 50 µs of looking before a thread sleeps. */
const SPINS: u32 = 20000;
const SLEEP: i64 = 1000000000; // ns
/** Seconds after which a chunk that is not done is taken for a thread that has died. */
const PATIENCE: u32 = 60;

/** This thread's number; 0 is the one that calls `run`. */
export let thread: u32 = 0;
let pass: u32 = 0;

function claim(sync: usize): i32 {
  while (true) {
    const seen = atomic.load<u64>(sync);
    if (<u32>(seen >> 32) != pass) return PASS_OVER;
    const next = <u32>seen & 0xffff;
    if (next == <u32>seen >> 16) return NONE_LEFT;
    if (atomic.cmpxchg<u64>(sync, seen, seen + 1) == seen) return next;
  }
}

function finish(sync: usize): void {
  const total = <u32>atomic.load<u64>(sync) >> 16;
  const done = atomic.add<u32>(sync + DONE, 1) + 1;
  if (done == total && atomic.load<u32>(sync + ASLEEP) != 0) atomic.notify(sync + DONE, -1);
}

function settle(sync: usize): i32 {
  let spins: u32 = 0;
  let sleeps: u32 = 0;
  while (true) {
    const done = atomic.load<u32>(sync + DONE);
    const seen = atomic.load<u64>(sync);
    if (<u32>(seen >> 32) != pass) return PASS_OVER;
    if (done == <u32>seen >> 16) return 0;
    if (++spins < SPINS) continue;
    atomic.add<u32>(sync + ASLEEP, 1);
    const timedOut = atomic.wait<i32>(sync + DONE, done, SLEEP) == 2;
    atomic.sub<u32>(sync + ASLEEP, 1);
    if (timedOut && ++sleeps >= PATIENCE) return STUCK;
  }
}

function walk(first: u32, last: u32): i32 {
  for (let step = first; step < last; step++) {
    const sync = load<usize>(SYNCS) + step * SYNC_BYTES;
    let chunk = claim(sync);
    while (chunk >= 0) {
      perform(step, chunk);
      finish(sync);
      chunk = claim(sync);
    }
    if (chunk == PASS_OVER) return PASS_OVER;
    const settled = settle(sync);
    if (settled != 0) return settled;
  }
  return 0;
}

/** Performs steps [first, last) on what the control block says, with the help of the workers. 0, or 1: one has died. */
export function run(first: u32, last: u32): i32 {
  pass = atomic.load<u32>(PASS) + 1;
  for (let step = first; step < last; step++) {
    const sync = load<usize>(SYNCS) + step * SYNC_BYTES;
    atomic.store<u32>(sync + DONE, 0);
    atomic.store<u64>(sync, (<u64>pass << 32) | (<u64>chunks(step) << 16));
  }
  store<u32>(FIRST, first);
  store<u32>(LAST, last);
  atomic.store<u32>(PASS, pass);
  if (atomic.load<u32>(SLEEPERS) != 0) atomic.notify(PASS, -1);
  return walk(first, last);
}

/** What a worker does until it is told to stop. */
export function work(id: u32): void {
  thread = id;
  let spins: u32 = 0;
  while (atomic.load<u32>(STOP) == 0) {
    const current = atomic.load<u32>(PASS);
    if (current != pass) {
      pass = current;
      walk(load<u32>(FIRST), load<u32>(LAST));
      spins = 0;
    } else if (++spins >= SPINS) {
      atomic.add<u32>(SLEEPERS, 1);
      if (atomic.load<u32>(STOP) == 0) atomic.wait<i32>(PASS, current, -1);
      atomic.sub<u32>(SLEEPERS, 1);
      spins = 0;
    }
  }
}
