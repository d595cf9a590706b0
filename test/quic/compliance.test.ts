// The transport suite that every js-libp2p transport passes.
import transportSuite from '@libp2p/interface-compliance-tests/transport'
import { QUIC_V1 } from '@multiformats/multiaddr-matcher'
import { quic } from '../../src/node/quic.ts'
import { describeWithAddon } from './addon.ts'
import { installMocha } from './mocha.ts'

const LISTEN = ['/ip4/127.0.0.1/udp/0/quic-v1', '/ip6/::1/udp/0/quic-v1']

describeWithAddon('transport compliance', () => {
  installMocha()
  transportSuite({
    setup: async () => ({
      dialer: { transports: [quic()] },
      listener: { addresses: { listen: LISTEN }, transports: [quic()] },
      dialMultiaddrMatcher: QUIC_V1,
      listenMultiaddrMatcher: QUIC_V1
    }),
    teardown: async () => {}
  })
})
