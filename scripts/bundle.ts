/**
 * Puts the program and its thousand modules into a few files below `dist/js`, which start in half the time: most of a command's start
 * is Node finding and linking modules. `node scripts/bundle.ts [DIR]`. Paths relative to a file of ours
 * hold there as they do two levels below the repository's root.
 */

import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'rolldown'

const root = join(import.meta.dirname, '..')
const dir = process.argv[2] ?? join(root, 'dist/js')
const fresh = `${dir}.new`

await rm(fresh, { recursive: true, force: true })
await build({
  cwd: root,
  input: 'src/main.ts',
  platform: 'node',
  // Loads a binary from beside itself.
  external: ['@chainsafe/libp2p-quic'],
  // Errors cross the control socket by the names of their classes.
  output: { dir: fresh, format: 'esm', keepNames: true },
  logLevel: 'warn'
})
await rm(dir, { recursive: true, force: true })
await rename(fresh, dir)
