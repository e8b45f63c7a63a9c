// web-ext's linter over the folder as it is loaded unpacked, or over an
// unpacked package named as an argument. One folder serves both browsers, so
// Firefox warns of what is Chrome's; whatever is not explained here fails.

import { readdirSync } from 'node:fs';
import webExt from 'web-ext';

const root = import.meta.dirname;
/** @type {[code: string, words: RegExp, why: string][]} */
const EXPLAINED = [
  ['MANIFEST_PERMISSIONS', /"sidePanel"/, 'Chrome asks for it; Firefox has a sidebar instead.'],
  ['BACKGROUND_SERVICE_WORKER_IGNORED', /./, 'Chrome runs `service_worker`, Firefox `scripts`: the same file.'],
  ['UNSUPPORTED_API', /^sidePanel\.open /, 'Called in Chrome alone: `open-panel.js` asks first whether it is there.'],
  ['KEY_FIREFOX_ANDROID_UNSUPPORTED_BY_MIN_VERSION', /./, 'It speaks of Firefox for Android, for which nothing is offered: there is no sidebar.'],
];
const TOOLS = readdirSync(root).filter((name) => /^(?:node_modules|package.*\.json|tsconfig\.json|eslint\.config\.js|lint-package\.js|pack\.py|__pycache__|dist)$/.test(name));

const source = process.argv[2] ?? root;
const ignoreFiles = source === root ? TOOLS.flatMap((name) => [name, `${name}/**`]) : [];
const { errors, warnings, notices } = await quietly(() => webExt.cmd.lint({ sourceDir: source, artifactsDir: source, ignoreFiles, output: 'none', warningsAsErrors: false }, { shouldExitProgram: false }));
const why = (found) => EXPLAINED.find(([code, words]) => found.code === code && words.test(found.message))?.[2];
const open = [...errors, ...warnings.filter((found) => !why(found))];
for (const { _type, code, message, file, line } of open) console.error(`${_type} ${code}: ${message} (${file ?? '-'}:${line ?? '-'})`);
for (const found of warnings.filter(why)) console.log(`explained: ${found.code}: ${why(found)}`);
console.log(`web-ext: ${errors.length} errors, ${open.length - errors.length} warnings unexplained, ${notices.length} notices`);
process.exit(open.length > 0 ? 1 : 0);

/** Without the linter's own telling. @template T @param {() => Promise<T>} run */
async function quietly(run) {
  const { log } = console;
  console.log = () => {};
  try {
    return await run();
  } finally {
    console.log = log;
  }
}
