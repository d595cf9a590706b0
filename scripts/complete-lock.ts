/**
 * Completes package-lock.json with the optional packages of other platforms: `npm install` leaves out those that its registry
 * does not answer for, and `npm ci` then refuses the whole lock. Run after each change of dependencies:
 * `node scripts/complete-lock.ts`. What is added has no integrity of its own; npm takes it on those platforms only.
 */

import { readFileSync, writeFileSync } from 'node:fs'

interface Entry {
  version?: string
  dev?: boolean
  optional?: boolean
  os?: string[]
  cpu?: string[]
  libc?: string[]
  optionalDependencies?: Record<string, string>
}
export interface Lock {
  packages: Record<string, Entry>
}

const OS = [
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
  'aix'
]
const CPU = ['arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64', 'wasm32']

/** The part of a name like `…-linux-arm64-musl` that is in the list; the longest where one begins another. */
const part = (name: string, list: readonly string[]): string | undefined =>
  list.find((each) => new RegExp(`(?:^|[-/])${each}`).test(name))

/** Adds what is missing; gives the names. */
export function complete(lock: Lock): string[] {
  const added: string[] = []
  for (const entry of Object.values(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (lock.packages[`node_modules/${name}`] != null) continue
      const os = part(name, OS)
      const cpu = part(name, CPU)
      const libc = name.includes('musl') ? 'musl' : name.includes('gnu') ? 'glibc' : undefined
      lock.packages[`node_modules/${name}`] = {
        version: version.replace(/^[~^]/, ''),
        ...(entry.dev === true ? { dev: true } : {}),
        optional: true,
        ...(cpu == null ? {} : { cpu: [cpu] }),
        ...(os == null ? {} : { os: [os] }),
        ...(libc == null ? {} : { libc: [libc] })
      }
      added.push(name)
    }
  }
  const sorted = Object.entries(lock.packages).toSorted(([a], [b]) => (a < b ? -1 : 1))
  lock.packages = Object.fromEntries(sorted)
  return added
}

if (import.meta.main) {
  const lock: Lock = JSON.parse(readFileSync('package-lock.json', 'utf8'))
  const added = complete(lock)
  writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`)
  process.stdout.write(`${added.length} added\n${added.map((name) => `  ${name}\n`).join('')}`)
}
