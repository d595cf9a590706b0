// The README's own commands, line by line: from an empty directory to a canary rollout on three machines.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { test } from 'vitest'
import { Lab } from '../support/processes.ts'
import { freePort } from '../support/real-fleet.ts'

const ROOT = join(import.meta.dirname, '../..')
const execute = promisify(execFile)

test('by hand, on one machine', async () => {
  const [, section = ''] = readFileSync(join(ROOT, 'README.md'), 'utf8').split(
    '\n## By hand, on one machine\n'
  )
  const block = section
    .split('\n## ')[0]
    ?.split('\n')
    .flatMap((line) => (line.startsWith('    ') ? [line.slice(4)] : []))
  assert.ok(block != null && block.length > 12)
  const [place, ...commands] = block
  assert.match(place ?? '', /^export PATH=\$PWD:\$PATH && mkdir \S+ && cd \S+$/)
  await using lab = await Lab.create()
  const { world } = await lab.machine('person')
  const dir = join(world.dir, 'try')
  await mkdir(dir)
  // Where the launcher would put Node, this one is used.
  await mkdir(join(world.dir, 'bin'))
  await symlink(join(ROOT, 'shoal'), join(world.dir, 'bin', 'shoal'))
  const port = String(await freePort())
  const script = [
    `cd ${dir}; trap 'kill $(jobs -p); wait' EXIT`,
    ...commands.map((line) =>
      line
        .replaceAll('/4711/', `/${port}/`)
        // The eyes and the Ctrl-C of the person.
        .replace(
          /^(shoal --dir admin status) --watch .*/,
          'until [ "$($1 | grep -c online)" = 3 ]; do sleep 1; done'
        )
    )
  ].join('\n')
  const [command, args] = world.enter(['bash', '-euo', 'pipefail', '-c', script])
  const env = { ...process.env, ...world.env, PATH: `${join(world.dir, 'bin')}:${world.env['PATH'] ?? ''}` }
  const { stdout, stderr } = await execute(command, args, { env, timeout: 110_000 })
  for (const n of [1, 2, 3]) {
    assert.match(stdout, new RegExp(`^robot-${n} +current +1 +1 +online`, 'm'), `${stdout}\n${stderr}`)
  }
  assert.match(stderr, /switch {2}committed/)
}, 120_000)
