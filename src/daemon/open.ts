import type { Control } from './control.ts'
import { connectControl } from './control-socket.ts'

export interface OpenControl extends AsyncDisposable {
  readonly control: Control
}

/**
 * The control API of a directory: of the daemon that runs there, else of a node that is started for the length of the
 * command. Throws what starting throws.
 */
export async function openControl(dir: string): Promise<OpenControl> {
  const running = await connectControl(dir)
  if (running != null) return { control: running, [Symbol.asyncDispose]: async () => undefined }
  // The mesh takes a third of a second to load: only where a node is started.
  const { startControl } = await import('./daemon.ts')
  return await startControl(dir)
}
