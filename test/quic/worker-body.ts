// A worker that leaves its transport running: the native thread must end with it.
import { parentPort } from 'node:worker_threads'
import { echoes, startNode } from './nodes.ts'

const [a, b] = [await startNode(), await startNode([])]
const [address] = a.node.getMultiaddrs()
if (address != null) await echoes(await b.node.dial(address), 1_048_576)
parentPort?.postMessage('done', [])
