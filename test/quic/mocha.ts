/** What suites written for mocha use of it, on vitest. */

import { afterAll, afterEach, beforeAll, beforeEach, describe, it, type TestContext } from 'vitest'

const TIMEOUT_MS = 60_000

interface MochaContext {
  skip(): void
  timeout(ms: number): MochaContext
}
type Body = (this: MochaContext) => unknown

function mochaIt(leftOut: ReadonlySet<string>, name: string, body: Body): { timeout(ms: number): void } {
  if (leftOut.has(name)) return { timeout: () => {} }
  it(name, { timeout: TIMEOUT_MS }, async (context: TestContext) => {
    const self: MochaContext = { skip: () => context.skip(), timeout: () => self }
    await body.call(self)
  })
  return { timeout: () => {} }
}

/**
 * Puts mocha's words into the global scope; those without a counterpart are left out. Tests named in `leftOut` do
 * not apply (docs/quic.md says why of each).
 */
export function installMocha(leftOut: readonly string[] = []): void {
  const names = new Set(leftOut)
  const describeMocha = (name: string, body: Body): void => {
    const self: MochaContext = { skip: () => {}, timeout: () => self }
    describe(name, () => {
      body.call(self)
    })
  }
  Object.assign(globalThis, {
    describe: describeMocha,
    it: Object.assign(mochaIt.bind(null, names), { skip: it.skip }),
    before: beforeAll,
    after: afterAll,
    beforeEach,
    afterEach
  })
}
