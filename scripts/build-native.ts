// Builds the Rust addons into native/<name>/shoal-<name>.<platform>-<arch>.node. Incremental.
// Exit code 0 with a note where cargo is absent: the program then runs with what it falls back to.
import { spawnSync } from 'node:child_process'
import { copyFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

const ADDONS = ['quic']
const { values } = parseArgs({ options: { target: { type: 'string' } } })
const root = join(import.meta.dirname, '..')

if (spawnSync('cargo', ['--version']).error != null) {
  console.error('build:native: no cargo here, nothing built; QUIC falls back to @chainsafe/libp2p-quic')
} else {
  const target = values.target == null ? [] : ['--target', values.target]
  for (const name of ADDONS) {
    const args = ['build', '--release', '--locked', '--package', `shoal-${name}`, ...target]
    const built = spawnSync('cargo', [...args, '--message-format=json-render-diagnostics'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024
    })
    if (built.status !== 0) process.exit(1)
    const library = built.stdout
      .split('\n')
      .filter((line) => line.includes('"compiler-artifact"'))
      .flatMap((line) => (JSON.parse(line) as { filenames: string[] }).filenames)
      .find((file) => file.includes(`shoal_${name}.`) && /\.(so|dylib|dll)$/.test(file))
    if (library == null) throw new Error(`cargo built no library for ${name}`)
    const arch =
      values.target?.startsWith('aarch64') === true ? 'arm64' : values.target == null ? process.arch : 'x64'
    const out = join(root, 'native', name, `shoal-${name}.${process.platform}-${arch}.node`)
    // Renamed into place: a running program keeps the library that it has mapped.
    copyFileSync(library, `${out}.new`)
    renameSync(`${out}.new`, out)
    console.log(out)
  }
}
