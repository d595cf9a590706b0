/** What the layout of the source promises (docs/architecture.md, Layers), as functions of files and their texts. */

import { dirname, normalize } from 'node:path'

export type Files = ReadonlyMap<string, string>

const BELOW_SERVICES = ['base', 'model', 'trust', 'wire', 'host', 'nix', 'state', 'node', 'protocols']
/** A folder may import itself and the folders listed here. src/main.ts may import anything. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  base: [],
  model: ['base'],
  trust: ['base', 'model'],
  wire: ['base', 'model', 'trust'],
  host: ['base', 'model', 'trust'],
  nix: ['base', 'model', 'trust'],
  state: ['base', 'model', 'trust'],
  node: ['base', 'model', 'trust', 'wire'],
  protocols: ['base', 'model', 'trust', 'wire'],
  services: BELOW_SERVICES,
  roles: [...BELOW_SERVICES, 'services'],
  daemon: [...BELOW_SERVICES, 'services', 'roles'],
  demo: ['base', 'model', 'trust', 'host', 'nix', 'daemon'],
  cli: [...BELOW_SERVICES, 'services', 'roles', 'daemon', 'demo']
}
const PURE = new Set(['base', 'model'])
const ZOD_HOME = new Set(['control', 'control-diff', 'control-reach'].map((name) => `src/model/${name}.ts`))
const GENERATED = new Set(['src/wire/messages.js', 'src/wire/messages.d.ts'])
const FILE_LINES_MAX = 400
const STARTS_PROCESSES = 'src/host/spawn.ts'

const folder = (path: string): string => path.split('/').slice(1, -1)[0] ?? ''

/** Module names that a file imports or re-exports. */
export const imports = (text: string): string[] =>
  [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] ?? '')

const relatives = (path: string, text: string): string[] =>
  imports(text)
    .filter((name) => name.startsWith('.'))
    .map((name) => normalize(`${dirname(path)}/${name}`))

/** Imports that point up or sideways. */
export function layerFaults(files: Files): string[] {
  return [...files].flatMap(([path, text]) => {
    const own = folder(path)
    if (own === '') return []
    const allowed = MAY_IMPORT[own]
    if (allowed == null) return [`${path}: unknown folder`]
    return relatives(path, text)
      .filter((target) => folder(target) !== own && !allowed.includes(folder(target)))
      .map((target) => `${path}: must not import ${target}`)
  })
}

/** Every circle of imports, once each, as the files in it. */
export function circles(files: Files): string[] {
  const found = new Set<string>()
  const done = new Set<string>()
  const visit = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path)
    if (at >= 0) {
      found.add(trail.slice(at).toSorted().join(' '))
      return
    }
    if (done.has(path)) return
    for (const target of relatives(path, files.get(path) ?? '')) {
      if (files.has(target)) visit(target, [...trail, path])
    }
    done.add(path)
  }
  for (const path of files.keys()) visit(path, [])
  return [...found]
}

/** Modules from outside in the pure layers. */
export function impurities(files: Files): string[] {
  return [...files].flatMap(([path, text]) =>
    PURE.has(folder(path))
      ? imports(text)
          .filter((name) => !name.startsWith('.') && !(ZOD_HOME.has(path) && name === 'zod'))
          .map((name) => `${path}: imports ${name}`)
      : []
  )
}

/** Files that start processes beside the one that may. */
export function spawners(files: Files): string[] {
  return [...files]
    .filter(([path, text]) => path !== STARTS_PROCESSES && /'(?:node:)?child_process'/.test(text))
    .map(([path]) => path)
}

/** Files that nobody imports; `tests` are the texts that may import them too. */
export function unreached(files: Files, tests: Files, entries: readonly string[]): string[] {
  const reached = new Set(entries)
  for (const [path, text] of [...files, ...tests])
    for (const target of relatives(path, text)) reached.add(target)
  return [...files.keys()].filter((path) => !reached.has(path) && !GENERATED.has(path))
}

/** Files above 400 lines, and names that are not kebab-case. */
export function shapes(files: Files): string[] {
  return [...files].flatMap(([path, text]) => {
    if (GENERATED.has(path)) return []
    const lines = text.split('\n').length - 1
    const name = path.split('/').at(-1) ?? ''
    return [
      ...(lines > FILE_LINES_MAX ? [`${path}: ${lines} lines`] : []),
      ...(/^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.child|\.test|\.d)?\.tsx?$/.test(name)
        ? []
        : [`${path}: not a kebab-case name`])
    ]
  })
}
