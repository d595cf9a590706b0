import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'vitest'
import { decodeReport, encodeReport, REPORT_ACTIVATIONS_MAX } from '../../src/services/report-codec.ts'
import { shoal } from '../../src/wire/messages.js'
import { activationReports, reports } from '../support/reports.ts'

const { Report } = shoal.status.v1
const overWire = (report: Parameters<typeof Report.encode>[0]) =>
  decodeReport(Report.decode(Report.encode(report).finish()))
const FRAME = { seq: 7, atMs: 1_800_000_000_123, full: true }

test('a report with its activations comes out as it went in', () => {
  const activations = fc.array(activationReports, { maxLength: REPORT_ACTIVATIONS_MAX })
  fc.assert(
    fc.property(reports, activations, (report, rows) => {
      const decoded = overWire(encodeReport(report, rows, FRAME))
      assert.deepEqual(decoded, { ...FRAME, changes: report, activations: rows })
    })
  )
})

test('a part of a report comes out as that part, with what was emptied', () => {
  fc.assert(
    fc.property(reports, fc.subarray(['state', 'running', 'lastOutcome', 'units']), (report, keys) => {
      const part = Object.fromEntries(keys.map((key) => [key, report[key as keyof typeof report]]))
      const decoded = overWire(encodeReport(part, [], { ...FRAME, full: false }))
      assert.deepEqual(decoded.changes, part)
      assert.equal(decoded.full, false)
    })
  )
})

test('what is outside its set or limit is refused', () => {
  const refused = (report: Partial<shoal.status.v1.IReport>, code: string): void => {
    assert.throws(() => overWire(Report.create(report)), { name: 'ProtocolError', code })
  }
  refused({ state: 'flying' }, 'report_value')
  refused({ lastOutcome: 'splendid' }, 'report_value')
  refused({ system: 'x'.repeat(1025) }, 'report_text')
  refused({ units: { state: '', failed: Array.from({ length: 65 }, () => 'a') } }, 'report_list')
  refused(
    { activations: Array.from({ length: REPORT_ACTIVATIONS_MAX + 1 }, () => ({ rollout: 'o-a' })) },
    'report_list'
  )
  refused({ diskFreeBytes: 2 ** 60 }, 'number_range')
})

test('texts that are too long for the wire are cut', () => {
  const lastError = { code: 'x', message: 'm'.repeat(5000), atMs: 1 }
  const { changes } = overWire(encodeReport({ lastError }, [], FRAME))
  assert.equal(changes.lastError?.message.length, 1024)
})
