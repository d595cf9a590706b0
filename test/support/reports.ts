/** Any reports of devices, for property tests. */

import fc from 'fast-check'
import { OUTCOMES } from '../../src/model/activation.ts'
import { STATES } from '../../src/model/control.ts'
import type { ActivationReport, DeviceReport } from '../../src/model/report.ts'

/** Records with the prototype that decoded ones have. */
const plain = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> =>
  fc.record(model, { noNullPrototype: true })

const text = fc.string({ maxLength: 40 })
const bytes = fc.maxSafeNat()
const small = fc.integer({ min: 0, max: 2 ** 31 })

export const reports: fc.Arbitrary<DeviceReport> = plain({
  system: text,
  running: plain({
    toplevel: text,
    generation: small,
    release: text,
    version: text,
    channel: text,
    bootedKernel: text,
    kernelChanged: fc.boolean()
  }),
  state: fc.constantFrom(...STATES),
  lastOutcome: fc.constantFrom('', ...OUTCOMES),
  progress: plain({ step: text, bytesDone: bytes, bytesTotal: bytes }),
  units: plain({ state: text, failed: fc.array(text, { maxLength: 64 }) }),
  diskFreeBytes: bytes,
  lastError: plain({ code: text, message: text, atMs: bytes }),
  heartbeatMs: small
})

export const activationReports: fc.Arbitrary<ActivationReport> = plain({
  rollout: text,
  release: text,
  step: text,
  outcome: fc.option(fc.constantFrom(...OUTCOMES)),
  error: fc.option(plain({ code: text, message: text })),
  bytesReceived: bytes,
  generation: small,
  startedAtMs: bytes,
  endedAtMs: fc.option(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })),
  steps: fc.array(plain({ step: text, atMs: bytes, ms: bytes, detail: text }), { maxLength: 64 })
})
