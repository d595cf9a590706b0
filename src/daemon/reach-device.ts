/** A device that is reached into: its sessions, who may open them, and where they are written down. */

import { ownAccount, resizePty } from '../host/pty.ts'
import { startInteractive, systemSpawn } from '../host/spawn.ts'
import { connectTcp } from '../host/tcp.ts'
import type { SessionRecord } from '../model/session.ts'
import { sessionText } from '../model/session.ts'
import { Sessions } from '../services/reach/acceptor.ts'
import { allowService, serveService } from '../services/reach/serve.ts'
import type { DeviceState } from '../state/device.ts'
import type { Ground } from './runtime.ts'

/** Where programs are on NixOS, beside what the daemon's own PATH has. */
const SYSTEM_PATH = '/run/wrappers/bin:/run/current-system/sw/bin'
/** What of the daemon's environment a shell gets. */
const PASSED = ['LANG', 'LC_ALL', 'LOCALE_ARCHIVE', 'TZDIR', 'NIX_PATH', 'NIX_SSL_CERT_FILE']

const now = (): number => performance.now()

/** Makes the sessions of a device; its node answers the tunnel protocol with them. */
export function serveReach(
  ground: Ground,
  state: DeviceState,
  { onRecord, onSilence }: { readonly onRecord: () => void; readonly onSilence: () => void }
): Sessions {
  const { clock, config, log, node } = ground
  const record = async (about: SessionRecord): Promise<void> => {
    const text = sessionText(about)
    log.info(text)
    await state.appendLog([{ rollout: null, at: clock.now(), text, session: about }])
    onRecord()
  }
  const sessions = new Sessions({
    clock,
    now,
    member: (peer) => node.admission.member(peer),
    allow: (service, member) => allowService(config, service, member),
    serve: async (session, service, signal) => {
      const ports = {
        now,
        connect: connectTcp,
        start: startInteractive,
        resize: async (pid: number, size: { rows: number; columns: number }) =>
          await resizePty(pid, size, systemSpawn),
        account: ownAccount,
        env: environment()
      }
      await serveService(ports, session, service, signal)
    },
    record,
    onSilence,
    onError: (what, error) => log.warn(what, error)
  })
  node.admission.addEventListener('member:expelled', ({ detail }) => sessions.expel(detail))
  return sessions
}

function environment(): Record<string, string> {
  const passed = PASSED.flatMap((name) => {
    const value = process.env[name]
    return value == null ? [] : [[name, value] as const]
  })
  return { ...Object.fromEntries(passed), PATH: `${process.env['PATH'] ?? ''}:${SYSTEM_PATH}` }
}
