/** What a shell and a usual machine bring with them, and the tools that are installed by themselves. */
const SYSTEM = new Set(
  `. : [ [[ alias awk az aws base64 basename bash bc brew bun bunx bzip2 cal cargo case cat cd chmod chown clear cmp code
  command corepack cp curl cut date dd deno df diff dirname do docker docker-compose done du echo elif else emacs env esac
  eval exec exit expect export expr false fi file find for fs ftp function gcloud gh git go gradle grep gunzip gzip head
  helm hostname if in install java javac jq kill killall kubectl less ln local ls make md5sum mkdir mktemp mv mvn mysql nano
  nc node nohup npm npx nslookup open openssl patch perl php ping pip pip3 pkill pnpm pnpx podman printenv printf ps psql
  pwd python python3 read readlink realpath redis-cli rg rm rmdir rsync ruby rustc scp sed select seq set sh sha256sum
  shift shopt sleep sort source sqlite3 ssh start stat strip sudo tail tar tee terraform test then time timeout top touch
  tr trap true tsort type ulimit umask uname uniq unset until unzip vi vim wait watch wc wget which while who xargs xdg-open
  xz yarn yes zip zsh`.split(/\s+/),
);

/** Programs that run the program named after them, and their flags that take a value. */
const CARRIERS: Readonly<Record<string, readonly string[]>> = {
  npx: ['-p', '--package', '-c', '--call'],
  pnpx: [],
  bunx: [],
  'cross-env': [],
  'cross-env-shell': [],
  env: [],
  dotenv: ['-e', '-v', '-p', '-c'],
  time: [],
  c8: [],
  nyc: [],
};
const EXEC = /^(?:npm|pnpm|yarn|bun)$/;
/** Words of a package manager that are its own, not a program's name. */
const EXEC_WORDS = new Set(['exec', 'x', 'dlx']);

export interface Program {
  readonly name: string;
  /** Run by a tool that fetches what is not there. */
  readonly fetched: boolean;
}

/** The programs that a script of a manifest starts, as far as its words tell; what a variable stands for is left out. */
export function programsIn(script: string): Program[] {
  const found: Program[] = [];
  for (const command of script.match(/(?:"[^"]*"|'[^']*'|[^;|&\n"'])+/g) ?? []) {
    const words = (command.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? []).map((word) =>
      word.replace(/^(["'])(.*)\1$/s, '$2'),
    );
    const program = programOf(words, false);
    if (program) found.push(program);
  }
  return found;
}

function programOf(words: readonly string[], fetched: boolean): Program | undefined {
  let at = 0;
  while (at < words.length && /^[A-Za-z_]\w*=|^[({!]+$/.test(words[at]!)) at++;
  const word = words[at]?.replace(/^[({!]+/, '').replace(/[)}]+$/, '');
  if (word === undefined || word === '') return undefined;
  const rest = words.slice(at + 1);
  const valued = Object.hasOwn(CARRIERS, word) ? CARRIERS[word] : undefined;
  if (valued) {
    const fetches = /^(?:npx|pnpx|bunx)$/.test(word);
    const inner = programOf(withoutFlags(rest, valued), fetches);
    return inner ?? plain(word, fetched);
  }
  if (EXEC.test(word) && EXEC_WORDS.has(rest[0] ?? ''))
    return programOf(withoutFlags(rest.slice(1), []), rest[0] !== 'exec' || word === 'npm');
  return plain(word, fetched);
}

function withoutFlags(words: readonly string[], valued: readonly string[]): readonly string[] {
  let at = 0;
  while (at < words.length && (words[at]!.startsWith('-') || /^[A-Za-z_]\w*=/.test(words[at]!)))
    at += valued.includes(words[at]!) ? 2 : 1;
  return words.slice(at);
}

/** A program by its name; none for paths, patterns, variables and what every machine has. */
function plain(word: string, fetched: boolean): Program | undefined {
  const name = word.replace(/(?<=.)@[\w.^~-]+$/, '');
  if (
    SYSTEM.has(name) ||
    !/^(?:@[a-z0-9][\w.-]*\/)?[a-z0-9][\w.-]*$/i.test(name) ||
    /\.(?:[cm]?[jt]s|sh|py)$/.test(name)
  )
    return undefined;
  return { name, fetched };
}
