import { type Hash, sha256 } from '../base/index.ts';

/**
 * Which files hold secrets, so that no model sees them. A secret file is still part of the tree that tests run on: it
 * counts in the tree hash and is laid out with the rest, but its text is never handed out. Rules go by name, and by
 * content where a name does not decide. Not covered: a secret inside a source file; that is a matter of what the source
 * says, not of which file it is.
 */

/** Templates that are committed in order to be read. */
const TEMPLATE = /[.\-_](?:example|sample|template|tmpl|dist|defaults?|schema)$/i;

/** Code about secrets is not a secret (`credentials.ts`, `.env.d.ts`). */
const CODE = /\.(?:[cm]?[jt]sx?|py|go|rs|java|kt|rb|php|cs|swift|vue|svelte|md|mdx|html|css)$/i;

const NAMES: readonly { readonly pattern: RegExp; readonly reason: string }[] = [
  { pattern: /^\.env(?:rc)?(?:[.\-_].*)?$|\.env$/i, reason: 'environment file' },
  { pattern: /^id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?$|^ssh_host_.*_key$/i, reason: 'private key' },
  { pattern: /\.(?:pem|key|p12|pfx|p8|ppk|jks|keystore|kdbx|gpg)$/i, reason: 'private key or key store' },
  {
    pattern:
      /^(?:\.netrc|_netrc|\.pgpass|\.my\.cnf|\.pypirc|\.git-credentials|\.htpasswd|\.dockercfg|\.s3cfg|\.boto)$/i,
    reason: 'credentials',
  },
  {
    pattern:
      /^(?:.*[.\-_])?(?:credentials?|client_secrets?|secrets?)(?:\.(?:json|ya?ml|toml|ini|cfg|conf|txt|csv|xml))?$/i,
    reason: 'credentials',
  },
  {
    pattern: /^(?:terraform\.tfvars|.*\.auto\.tfvars|.*\.tfstate(?:\.backup)?)$/i,
    reason: 'Terraform variables or state',
  },
];

/** Why a file is taken for a secret, by its name alone; undefined where nothing says so. */
export function secretByName(path: string): string | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (TEMPLATE.test(name) || CODE.test(name)) return undefined;
  return NAMES.find(({ pattern }) => pattern.test(name))?.reason;
}

/** How much of a file is looked at for what tells a secret. */
const HEAD_BYTES = 64 * 1024;

const CONTENTS: readonly { readonly names: RegExp; readonly text: RegExp; readonly reason: string }[] = [
  {
    names: /^(?:\.npmrc|\.yarnrc(?:\.yml)?|\.bunfig\.toml|bunfig\.toml)$/,
    text: /(?:_authToken|_auth|_password|npmAuthToken|npmAuthIdent|token)\s*[=:]\s*(?!["']?(?:\$|\s*$))\S/m,
    reason: 'registry token',
  },
  {
    names: /^(?:config|auth)\.json$/,
    text: /"(?:auth|identitytoken)"\s*:\s*"[^"]/,
    reason: 'registry credentials',
  },
  { names: /\.json$/, text: /"private_key"\s*:\s*"-----BEGIN/, reason: 'service account key' },
  {
    names: /(?:^|[.\-_])kubeconfig|^config$/,
    text: /^\s*(?:client-key-data|token)\s*:\s*\S/m,
    reason: 'cluster credentials',
  },
  {
    names: /./,
    text: /^(?:-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----|PuTTY-User-Key-File-)/,
    reason: 'private key',
  },
];

/** Why a file is taken for a secret, by its name or by how its content reads. */
export function secretReason(path: string, content: Uint8Array): string | undefined {
  const byName = secretByName(path);
  if (byName !== undefined) return byName;
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (CODE.test(name)) return undefined;
  let head: string | undefined;
  for (const { names, text, reason } of CONTENTS) {
    if (!names.test(name)) continue;
    head ??= Buffer.from(content.buffer, content.byteOffset, Math.min(content.byteLength, HEAD_BYTES)).toString(
      'latin1',
    );
    if (text.test(head)) return reason;
  }
  return undefined;
}

/** Changes with the rules, so that what was found under other rules is not believed. */
export const SECRET_RULES: Hash = sha256(
  [
    TEMPLATE,
    CODE,
    ...NAMES.map(({ pattern }) => pattern),
    ...CONTENTS.flatMap(({ names, text }) => [names, text]),
  ].join('\n'),
);
