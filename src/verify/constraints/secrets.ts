import { join } from 'node:path';
import { type Issue, LIMITS, readRegularText, span } from '../../base/index.ts';
import type { FileChange } from '../../workspace/index.ts';

interface Shape {
  readonly name: string;
  readonly pattern: RegExp;
  /** Where the shape is only warned of: keys made for a test, keys that are meant to be public, likely stand-ins. */
  readonly doubtful?: (path: string, around: string, text: string) => boolean;
  /** What the pattern alone does not say. */
  readonly accepts?: (text: string) => boolean;
}

const ACCOUNTS = /^(?:postgres(?:ql)?|mysql|mariadb|mongodb(?:\+srv)?|rediss?|amqps?|mssql):/i;
/** Hosts of documentation, and names that a machine has among its own kind. */
const NOWHERE =
  /@(?:(?:[\w-]+\.)*(?:example|invalid|test)\b|(?:host|db|database|postgres|mysql|redis|mongo|rabbitmq)(?![\w.-]))[^@]*$/i;
const WORDS = /^(?:pass(?:word|wd)?|pwd|secret|changeme|root|admin|test|user|postgres|example)$/i;
const WORDS_WITHIN =
  /p[a@4][s$5]{2}|s[e3]cr[e3]t|example|change|letmein|hunter|qwerty|1234|abcd|foo|bar|demo|dummy|test|admin|user|sample|token|your/i;

const passwordOf = (address: string): string => /:([^:@]*)@[^@]*$/.exec(address)?.[1] ?? '';

/** Whether nobody would write it as a stand-in: long, of several kinds of characters, no word that says what it is. */
function looksDrawn(password: string): boolean {
  if (WORDS_WITHIN.test(password) || new Set(password).size < 7) return false;
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z\d]/].filter((kind) => kind.test(password)).length;
  return (password.length >= 8 && kinds >= 3) || (password.length >= 16 && kinds >= 2);
}

/** Accounts of databases and queues, wherever they are; others, and those of nowhere, if the password looks drawn by chance. */
const isPasswordOf = (text: string): boolean =>
  looksDrawn(passwordOf(text)) ||
  (ACCOUNTS.test(text) && !NOWHERE.test(text) && !WORDS.test(passwordOf(text)) && !isStandIn(text));

function madeForTests(path: string): boolean {
  return /(?:^|\/)(?:tests?|__tests__|fixtures?|examples?|e2e|spec)\/|\.(?:test|spec)\./.test(path);
}

/**
 * Shapes of keys that their issuers gave a mark of their own, as the issuers document them; nothing that random text,
 * a hash or an identifier could be taken for.
 */
const SHAPES: readonly Shape[] = [
  { name: 'an AWS access key', pattern: /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z2-7]{16}(?![A-Za-z0-9])/g },
  {
    name: 'a GitHub token',
    pattern: /\bgh[pousr]_[A-Za-z0-9]{36,255}\b|\bgithub_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}\b/g,
  },
  { name: 'a GitLab token', pattern: /\bgl(?:pat|dt|rt|ptt|cbt)-[A-Za-z0-9_-]{20,}/g },
  { name: 'an npm token', pattern: /\bnpm_[A-Za-z0-9]{36}\b/g },
  { name: 'a PyPI token', pattern: /\bpypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,}/g },
  { name: 'a Docker token', pattern: /\bdckr_(?:pat|oat)_[A-Za-z0-9_-]{27,}/g },
  { name: 'a Slack token', pattern: /\bxox[abeprs]-(?:\d+-)+[A-Za-z0-9-]{20,}|\bxapp-\d-[A-Z0-9]+-\d+-[a-z0-9]{40,}/g },
  { name: 'a Slack webhook', pattern: /hooks\.slack\.com\/services\/T[A-Z0-9]{8,}\/B[A-Z0-9]{8,}\/[A-Za-z0-9]{20,}/g },
  { name: 'a Stripe live key', pattern: /\b[rs]k_live_[A-Za-z0-9]{20,}\b/g },
  {
    name: 'a Google API key',
    pattern: /\bAIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])/g,
    // Firebase gives one to every browser.
    doubtful: (_, around) => /firebase|authDomain/i.test(around),
  },
  { name: 'a Google OAuth secret', pattern: /\bGOCSPX-[A-Za-z0-9_-]{28}(?![A-Za-z0-9_-])/g },
  { name: 'an Anthropic key', pattern: /\bsk-ant-(?:api|admin|oat)\d\d-[A-Za-z0-9_-]{40,}/g },
  { name: 'an OpenAI key', pattern: /\bsk-(?:(?:proj|svcacct|admin)-)?[A-Za-z0-9_-]{20,}T3BlbkFJ[A-Za-z0-9_-]{20,}/g },
  { name: 'a Hugging Face token', pattern: /\bhf_[A-Za-z]{34}\b/g },
  { name: 'a SendGrid key', pattern: /\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])/g },
  { name: 'a DigitalOcean token', pattern: /\bdo[opr]_v1_[a-f0-9]{64}\b/g },
  { name: 'a Shopify token', pattern: /\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}\b/g },
  { name: 'a Telegram bot token', pattern: /\b\d{8,10}:AA[A-Za-z0-9_-]{33}(?![A-Za-z0-9_-])/g },
  { name: 'an Azure storage key', pattern: /AccountKey=[A-Za-z0-9+/]{86}==/g },
  { name: 'a Databricks token', pattern: /\bdapi[a-f0-9]{32}\b/g },
  { name: 'a HashiCorp Vault token', pattern: /\bhv[sb]\.[A-Za-z0-9_-]{90,}/g },
  { name: 'a Linear key', pattern: /\blin_api_[A-Za-z0-9]{40}\b/g },
  { name: 'an age secret key', pattern: /\bAGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}\b/g },
  {
    name: 'a private key',
    pattern:
      /-----BEGIN (?:(?:RSA|EC|DSA|OPENSSH|ENCRYPTED|PGP) )?PRIVATE KEY(?: BLOCK)?-----(?:\\r|\\n|\s|[\w-]+: [^\n]*\n)*[A-Za-z0-9+/=]{40,}/g,
    doubtful: madeForTests,
  },
  {
    name: 'a password in an address',
    // What stands for a variable, a stand-in or this very machine is none.
    pattern:
      /\b[a-z][a-z\d+.-]{1,20}:\/\/[^\s:@/'"`<>{}$]*:(?!\*|x{3})[^\s:@/'"`<>{}$]{6,}@(?!localhost|127\.|0\.0\.0\.0|\[::1\])[\w.-]+/gi,
    accepts: isPasswordOf,
    doubtful: (path, _, text) => madeForTests(path) || !looksDrawn(passwordOf(text)),
  },
];

/** A stand-in: a word of its own that says so, or too few different characters for a key. */
function isStandIn(text: string): boolean {
  if (/EXAMPLE(?![A-Z0-9])|x{5}|X{5}|\.{3}|0{8}|12345678/.test(text)) return true;
  // A part of a longer run is chance: one key in thirty has `my` somewhere.
  if (/(?:^|[-_])(?:your|my|fake|dummy|sample|example|placeholder|redacted)(?=[-_]|$)/i.test(text)) return true;
  return new Set(text.slice(-24)).size < 8;
}

/** What is looked at around a key to tell what it is for, UTF-16 units to each side. */
const AROUND = 400;

/** Findings in one file, at most. */
const FINDINGS = 20;

/**
 * Keys in the lines that a change adds or rewrites; the findings do not repeat them.
 *
 * @param root where the head lies, for new files whose text is withheld because of what they hold
 */
export function secretsIn(file: FileChange, root: string): Issue[] {
  const { after, path } = file;
  if (!after) {
    const looks = /^secret: (.*)/s.exec(file.withheld ?? '')?.[1];
    return file.kind === 'added' && looks !== undefined ? [secretFile(path, looks, join(root, path))] : [];
  }
  const issues: Issue[] = [];
  for (const { start, end } of file.spans) {
    for (const { name, text, at, doubtful } of keysIn(after.text.slice(start, end), path)) {
      if (issues.length >= FINDINGS) return issues;
      if (file.before?.text.includes(text)) continue;
      issues.push({
        code: 'constraints/secret',
        message: `expected no secrets in what is committed, found ${name} (${text.slice(0, 4)}…, ${text.length} characters)`,
        severity: doubtful(after.text.slice(Math.max(0, start + at - AROUND), start + at + AROUND))
          ? 'warning'
          : 'error',
        path,
        span: span(start + at, start + at + text.length),
        suggestion: 'read it from the environment, and revoke this one: it has been written down',
      });
    }
  }
  return issues;
}

interface Key {
  readonly name: string;
  readonly text: string;
  readonly at: number;
  readonly doubtful: (around: string) => boolean;
}

function* keysIn(text: string, path: string): Generator<Key> {
  for (const { name, pattern, doubtful, accepts } of SHAPES) {
    for (const match of text.matchAll(pattern)) {
      const [found] = match;
      if (accepts ? !accepts(found) : isStandIn(found)) continue;
      yield { name, text: found, at: match.index, doubtful: (around) => doubtful?.(path, around, found) ?? false };
    }
  }
}

/** A new file that is secret by its name: its text is looked at here and goes nowhere. */
function secretFile(path: string, looks: string, file: string): Issue {
  const text = readRegularText(file, LIMITS.fileBytes) ?? '';
  const key = keysIn(text, path).find(({ doubtful }) => !doubtful(text));
  return {
    code: 'constraints/secret-file',
    message: `expected no secrets in the repository, found a new file that holds ${key?.name ?? `some by its looks (${looks})`}`,
    severity: key ? 'error' : 'warning',
    path,
    suggestion: 'have git ignore it',
  };
}
