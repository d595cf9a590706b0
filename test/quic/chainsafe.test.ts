// Interop with the transport that other js-libp2p nodes run, in both directions.
import { describeWithAddon } from './addon.ts'
import { interopWithChainsafe } from './chainsafe-interop.ts'

describeWithAddon('interop with @chainsafe/libp2p-quic', () => {
  interopWithChainsafe(8_000_000)
})
