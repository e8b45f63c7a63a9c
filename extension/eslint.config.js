// What review would say twice, said by a machine.

import js from '@eslint/js';

const PAGE = ['addEventListener', 'AbortController', 'AbortSignal', 'clearInterval', 'clearTimeout', 'console', 'CSS', 'CustomEvent', 'document',
  'Element', 'Event', 'fetch', 'getComputedStyle', 'HTMLElement', 'localStorage', 'location', 'MutationObserver', 'navigator', 'Node', 'Option',
  'requestAnimationFrame', 'scrollTo', 'setInterval', 'setTimeout', 'structuredClone', 'window'];
const ANYWHERE = ['console', 'crypto', 'TextDecoder', 'TextEncoder', 'URL', 'URLSearchParams'];
const globals = (names) => Object.fromEntries(names.map((name) => [name, 'readonly']));

const AS_MARKUP = [
  { selector: 'MemberExpression[property.name=/^(innerHTML|outerHTML|insertAdjacentHTML|setHTMLUnsafe)$/]', message: 'Text is never parsed as markup: build elements with `el`.' },
  { selector: "NewExpression[callee.name='DOMParser']", message: 'Text is never parsed as markup.' },
  { selector: "CallExpression[callee.object.name='document'][callee.property.name='write']", message: 'Text is never parsed as markup.' },
];

export default [
  { ignores: ['node_modules/'] },
  js.configs.recommended,
  {
    languageOptions: { ecmaVersion: 2024, sourceType: 'module', globals: globals([...PAGE, ...ANYWHERE]) },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'no-restricted-syntax': ['error', ...AS_MARKUP],
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-new-func': 'error',
      'no-script-url': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      eqeqeq: 'error',
      'no-unused-vars': ['error', { varsIgnorePattern: '^_', argsIgnorePattern: '^_' }],
      'max-lines': ['error', { max: 250 }],
      quotes: ['error', 'single', { avoidEscape: true, allowTemplateLiterals: false }],
    },
  },
  // Core is values in, values out.
  { files: ['core/*.js'], languageOptions: { globals: { ...Object.fromEntries(PAGE.map((name) => [name, 'off'])), console: 'off' } } },
  // These run inside a stranger's page, or before any module has: they are plain scripts.
  { files: ['capture/*.js', 'look/theme.js'], languageOptions: { sourceType: 'script' } },
  { files: ['lint-package.js'], languageOptions: { globals: globals(['process']) }, rules: { quotes: 'off' } },
];
