// No crate below the version that mends a known fault, in the lock file or in the addon as it was built.
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'vitest'
import { ADDON_PATH } from '../../src/node/quic-native.ts'

interface Floor {
  crate: string
  floor: string
  advisories: string[]
  about: string
}

const root = join(import.meta.dirname, '../..')
const floors = JSON.parse(readFileSync(join(import.meta.dirname, 'crate-floors.json'), 'utf8')) as Floor[]

const parts = (version: string): number[] => version.split('.').map((part) => Number.parseInt(part, 10))

function below(version: string, floor: string): boolean {
  const [have, want] = [parts(version), parts(floor)]
  for (let i = 0; i < 3; i++) {
    if ((have[i] ?? 0) !== (want[i] ?? 0)) return (have[i] ?? 0) < (want[i] ?? 0)
  }
  return false
}

function faults(versions: Iterable<[string, string]>): string[] {
  return [...versions].flatMap(([crate, version]) =>
    floors
      .filter((row) => row.crate === crate && below(version, row.floor))
      .map(({ floor, advisories }) => `${crate} ${version} < ${floor} (${advisories.join(', ')})`)
  )
}

function locked(): [string, string][] {
  const text = readFileSync(join(root, 'Cargo.lock'), 'utf8')
  return [...text.matchAll(/name = "([^"]+)"\nversion = "([^"]+)"/g)].map(([, name = '', version = '']) => [
    name,
    version
  ])
}

test('versions compare by number', () => {
  assert.ok(below('0.11.9', '0.11.18'))
  assert.ok(!below('0.12.0', '0.11.18'))
  assert.deepEqual(faults([['quinn-proto', '0.11.14']]).length, 1)
})

test('Cargo.lock holds no crate below its floor', () => {
  const versions = locked()
  assert.ok(versions.some(([name]) => name === 'quinn-proto'))
  assert.deepEqual(faults(versions), [])
})

test('every crate of the table is still in use', () => {
  const names = new Set(locked().map(([name]) => name))
  assert.deepEqual(
    floors.filter(({ crate }) => !names.has(crate)).map(({ crate }) => crate),
    []
  )
})

test.skipIf(!existsSync(ADDON_PATH) && process.env['CI'] !== 'true')(
  'the addon as built holds no crate below its floor',
  () => {
    const text = readFileSync(ADDON_PATH, 'latin1')
    const found = [...text.matchAll(/\/([a-z][a-z0-9_-]*?)-(\d+\.\d+\.\d+)\/src\//g)]
    const versions = found.map(([, name = '', version = '']): [string, string] => [name, version])
    assert.ok(versions.some(([name]) => name === 'quinn-proto'))
    assert.deepEqual(faults(versions), [])
  }
)
