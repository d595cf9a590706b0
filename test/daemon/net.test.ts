import assert from 'node:assert/strict'
import { test } from 'vitest'
import type { Control } from '../../src/daemon/control.ts'
import { withNet } from '../../src/daemon/net.ts'
import type { Ground } from '../../src/daemon/runtime.ts'

test('what a role answers stays beside net, pipes too', async () => {
  const control: Control = {
    call: async function* (method) {
      yield await Promise.resolve(method)
    },
    open: async (method) => await Promise.reject(new Error(`opened ${method}`))
  }
  const both = withNet({} as Ground, control)
  const signal = AbortSignal.timeout(1_000)
  await assert.rejects(async () => await both.open?.('shell', {}, signal, () => undefined), /opened shell/)
  for await (const document of both.call('status', {}, signal)) assert.equal(document, 'status')
})
