import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import type { DeviceReport } from '../../src/model/report.ts'
import { EMPTY_REPORT, reportChanges } from '../../src/model/report.ts'
import { reports } from '../support/reports.ts'

const MIB = 1024 * 1024

test('changes, put on the report before, give the report after; disk space but for less than 64 MiB', () => {
  fc.assert(
    fc.property(reports, reports, (previous, next) => {
      const merged: DeviceReport = { ...previous, ...reportChanges(previous, next) }
      assert.deepEqual({ ...merged, diskFreeBytes: 0 }, { ...next, diskFreeBytes: 0 })
      assert.ok(Math.abs(merged.diskFreeBytes - next.diskFreeBytes) < 64 * MIB)
    })
  )
})

test('nothing changed is nothing to say, and a little disk space is nothing', () => {
  fc.assert(
    fc.property(reports, (report) => {
      assert.deepEqual(reportChanges(report, structuredClone(report)), {})
    })
  )
  const grown = (bytes: number) =>
    reportChanges(EMPTY_REPORT, { ...EMPTY_REPORT, diskFreeBytes: bytes }).diskFreeBytes
  assert.equal(grown(64 * MIB - 1), undefined)
  assert.equal(grown(64 * MIB), 64 * MIB)
})
