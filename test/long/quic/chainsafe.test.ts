// Interop with the transport that other js-libp2p nodes run, with echoes of 100 MB.
import { describeWithAddon } from '../../quic/addon.ts'
import { interopWithChainsafe } from '../../quic/chainsafe-interop.ts'

describeWithAddon('interop with @chainsafe/libp2p-quic', () => {
  interopWithChainsafe(Number(process.env['INTEROP_BYTES'] ?? 100_000_000))
})
