/** A place where another process waits until the test lets it go: a named pipe that it reads. */

import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { open, rm } from 'node:fs/promises'
import { promisify } from 'node:util'

const execute = promisify(execFile)

export interface Gate {
  /** Resolves once somebody waits here. */
  reached(): Promise<void>
  /** Lets whoever waits go on, with `content` as what it reads, and takes the gate away. */
  release(content?: Uint8Array): Promise<void>
}

/** Makes the pipe at `path`, in place of what is there. */
export async function createGate(path: string): Promise<Gate> {
  await rm(path, { force: true })
  await execute('mkfifo', [path])
  let writer: Promise<FileHandle> | undefined
  let isOpen = false
  // Opening blocks until there is a reader.
  const arrive = async (): Promise<FileHandle> => await (writer ??= open(path, 'w'))
  return {
    reached: async () => {
      await arrive()
    },
    release: async (content = Buffer.from('\n')) => {
      if (isOpen) return
      isOpen = true
      // A reader of our own lets a writer go that nobody came for.
      await using own = await open(path, constants.O_RDWR | constants.O_NONBLOCK)
      await rm(path, { force: true })
      if (writer == null) {
        await own.write(content)
        return
      }
      await using handle = await writer
      await handle.write(content)
    }
  }
}
