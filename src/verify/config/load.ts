import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, ok, type Result } from '../../base/index.ts';
import type { ChangeView } from '../../workspace/index.ts';
import { CONFIG_PATH, readConfig } from './read.ts';
import type { AssayConfig, ConstraintSet } from './types.ts';

/**
 * What the configuration asks of a change. One that the change rewrites holds as it was, too: nobody loosens the rules that
 * he is judged by. A configuration that cannot be read is refused, unless it was so at the base.
 */
export function loadConstraints(change: ChangeView): Result<readonly ConstraintSet[]> {
  const file = change.files.find(({ path, from }) => path === CONFIG_PATH || from === CONFIG_PATH);
  const isThere = file ? file.path === CONFIG_PATH && file.kind !== 'deleted' : true;
  const now = isThere ? head(change, file) : ok(undefined);
  if (!now.ok) return now;
  const sets: ConstraintSet[] = [];
  if (now.value?.constraints) sets.push({ source: '', constraints: now.value.constraints });
  const before = file?.before ? readConfig(file.before.text) : undefined;
  if (before?.ok && before.value.constraints)
    sets.push({ source: `as ${CONFIG_PATH} asks at the base`, constraints: before.value.constraints });
  return ok(sets);
}

function head(change: ChangeView, file: ChangeView['files'][number] | undefined): Result<AssayConfig | undefined> {
  if (file?.withheld !== undefined)
    return fail('config/unreadable', `expected ${CONFIG_PATH} as text, but it is not read: ${file.withheld}`);
  let text = file?.after?.text;
  if (text === undefined) {
    try {
      // A link may lead to what nobody meant to be told of.
      if (!lstatSync(join(change.root, CONFIG_PATH)).isFile())
        return fail('config/unreadable', `expected ${CONFIG_PATH} to be a regular file, found something else`);
      text = readFileSync(join(change.root, CONFIG_PATH), 'utf8');
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return ok(undefined);
      return fail('config/unreadable', `expected to read ${CONFIG_PATH}, but ${code ?? String(error)}`);
    }
  }
  return readConfig(text);
}
